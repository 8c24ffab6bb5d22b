//! People: in lists, beside the records that name them, and the account's own.

use super::super::dataset::Dataset;
use super::super::identity::{Identity, Who};
use super::super::media::PICTURES;
use super::super::style::Style;
use crate::json::Json;
use crate::random::Random;
use crate::texts::PLACES;

impl Dataset {
    /// The members of somebody.
    pub(in crate::x) fn write_user(&self, who: Who, style: &Style<'_>, json: &mut Json) {
        let asks = |name| style.wanted.user.has(name);
        let identity = self.identity(who);
        json.text(style.name("id"), &[&identity.id]);
        match identity.title {
            Some(title) => json.text(style.name("name"), &[title]),
            None => json.text(style.name("name"), &identity.name.spoken()),
        }
        json.text(style.name("username"), &[&identity.username]);
        if asks("created_at") {
            style.other_moment("created_at", identity.created_at, json);
        }
        self.write_profile(&identity, style, json);
        if asks("protected") {
            json.boolean("protected", identity.random % 9 == 1);
        }
        if asks("verified") {
            json.boolean("verified", identity.random % 7 == 2);
        }
        if asks("verified_type") {
            json.text("verified_type", &[if identity.random % 7 == 2 { "blue" } else { "none" }]);
        }
        if asks("public_metrics") {
            write_metrics(&identity, style, json);
        }
    }

    /// A remark, a place and a site.
    pub(super) fn said_of(&self, identity: &Identity) -> [String; 3] {
        let mut random = Random::at(&[identity.random]);
        let (said, place) = (self.texts.remark(&mut random), random.pick(&PLACES).0);
        [said.to_owned(), place.to_owned(), format!("https://t.co/{:010x}", identity.random >> 24)]
    }

    /// What somebody says of themselves.
    pub(in crate::x) fn write_profile(&self, identity: &Identity, style: &Style<'_>, json: &mut Json) {
        let asks = |name| style.wanted.user.has(name);
        let [said, place, site] = self.said_of(identity);
        if asks("description") {
            json.text(style.name("description"), &[&said]);
        }
        if asks("location") {
            json.text(style.name("location"), &[&place]);
        }
        if asks("url") {
            json.text(style.name("url"), &[&site]);
        }
        if asks("profile_image_url") {
            let name = style.name("profile_image_url");
            json.plain(name, format_args!("{}/profile_images/{}/normal.jpg", self.media.origin.or(PICTURES), identity.id));
        }
        if asks("profile_banner_url") {
            let name = style.name("profile_banner_url");
            json.plain(name, format_args!("{}/profile_banners/{}", self.media.origin.or(PICTURES), identity.id));
        }
        if asks("pinned_tweet_id") {
            json.plain(style.name("pinned_tweet_id"), format_args!("{}", identity.random >> 2));
        }
    }
}

fn write_metrics(identity: &Identity, style: &Style<'_>, json: &mut Json) {
    let mut random = Random::at(&[identity.random, 1]);
    json.object("public_metrics", |json| {
        style.number("public_metrics/followers_count", random.below(90_000), json);
        style.number("public_metrics/following_count", random.below(5_000), json);
        style.number("public_metrics/tweet_count", random.below(200_000), json);
        style.number("public_metrics/listed_count", random.below(400), json);
    });
}
