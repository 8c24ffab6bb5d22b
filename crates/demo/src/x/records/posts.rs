//! Posts and their media.

use super::super::dataset::Dataset;
use super::super::media::{Medium, RATES};
use super::super::post::{Place, Post, Stretch};
use super::super::style::{Link, Links, Style};
use super::archived::{write_indices, write_lacking};
use crate::json::Json;
use crate::random::Random;
use crate::texts::LANGUAGES;

impl Dataset {
    /// The members of a post.
    pub(in crate::x) fn write_post(&self, post: &Post, style: &Style<'_>, json: &mut Json) {
        let handle = post.answers.map(|who| self.username_of(who));
        let stretches = post.stretches(handle.as_deref());
        let asks = |name| style.wanted.post.has(name);
        json.plain(style.name("id"), format_args!("{}", post.id));
        json.list("edit_history_tweet_ids", |json| json.text_item(&post.id.to_string()));
        write_text(&stretches, style, json);
        if asks("created_at") {
            style.moment("created_at", post.written_at, json);
        }
        if asks("author_id") {
            json.text("author_id", &[&self.id_of(post.author)]);
        }
        if asks("conversation_id") {
            json.plain("conversation_id", format_args!("{}", post.reference.map_or(post.id, |to| self.referenced_id(&to))));
        }
        if let Some(who) = post.answers.filter(|_| asks("in_reply_to_user_id")) {
            json.text("in_reply_to_user_id", &[&self.id_of(who)]);
        }
        self.write_attached(post, style, json);
        if asks("entities") {
            self.write_entities(post, &stretches, style, json);
        }
        write_manner(post, style, json);
    }

    /// What it refers to, and which media it has.
    fn write_attached(&self, post: &Post, style: &Style<'_>, json: &mut Json) {
        if let Some(reference) = post.reference.filter(|_| style.wanted.post.has("referenced_tweets")) {
            json.list("referenced_tweets", |json| {
                json.item(|json| {
                    json.text("type", &[reference.kind]);
                    json.plain("id", format_args!("{}", self.referenced_id(&reference)));
                });
            });
        }
        if style.wanted.post.has("attachments") {
            write_media_keys(&post.media, json);
        }
    }

    /// Absent where there are none.
    fn write_entities(&self, post: &Post, stretches: &[Stretch<'_>], style: &Style<'_>, json: &mut Json) {
        let mention = post.answers.map(|who| (self.id_of(who), self.username_of(who)));
        if mention.is_none() && post.links.is_empty() {
            return;
        }
        json.object("entities", |json| {
            if let Some((id, username)) = &mention {
                json.list(style.name("entities/mentions"), |json| {
                    json.item(|json| {
                        let end = 1 + username.len() as u64;
                        style.number("start", 0, json);
                        style.number("end", end, json);
                        json.text(style.name("entities/mentions/username"), &[username]);
                        json.text(style.name("entities/mentions/id"), &[id]);
                        if style.archived {
                            write_indices([0, end], style, json);
                            json.text("id_str", &[id]);
                        }
                    });
                });
            }
            write_links(stretches, &post.media, style, json);
            if style.archived {
                write_lacking(mention.is_some(), !post.links.is_empty(), &post.media, style, json);
            }
        });
    }

    /// The post that another one refers to, as it lies beside it.
    pub(in crate::x) fn write_referenced(&self, own: u64, style: &Style<'_>, json: &mut Json) {
        self.write_post(&self.post(Place::Referenced(own)), style, json);
    }
}

fn write_text(stretches: &[Stretch<'_>], style: &Style<'_>, json: &mut Json) {
    let parts = stretches.iter().flat_map(|stretch| match stretch {
        Stretch::Text(text) => ["", *text],
        Stretch::Mention(handle) => ["@", *handle],
        Stretch::Link(link) => ["", link.written(style.links)],
    });
    json.text(style.name("text"), &parts.collect::<Vec<_>>());
}

/// The links of a text, each time they stand there; offsets count characters of the text as served.
fn write_links(stretches: &[Stretch<'_>], media: &[Medium], style: &Style<'_>, json: &mut Json) {
    if !stretches.iter().any(|stretch| matches!(stretch, Stretch::Link(_))) {
        return;
    }
    json.list("urls", |json| {
        let mut at = 0;
        for stretch in stretches {
            match stretch {
                Stretch::Text(text) => at += text.chars().count(),
                Stretch::Mention(handle) => at += 1 + handle.len(),
                Stretch::Link(link) => {
                    json.item(|json| {
                        write_link(link, at, media, style, json);
                        if style.archived {
                            write_indices(range(link, at), style, json);
                        }
                    });
                    at += link.short.len();
                }
            }
        }
    });
}

/// Where a link begins and ends.
pub(super) const fn range(link: &Link, at: usize) -> [u64; 2] {
    [at as u64, (at + link.short.len()) as u64]
}

/// The members of a link in a text.
pub(super) fn write_link(link: &Link, at: usize, media: &[Medium], style: &Style<'_>, json: &mut Json) {
    let medium = media.first().filter(|_| link.display.starts_with("pic.x.com/"));
    let [start, end] = range(link, at);
    style.number("start", start, json);
    style.number("end", end, json);
    json.text("url", &[link.written(Links::Short)]);
    json.text("expanded_url", &[link.written(Links::Full)]);
    json.text("display_url", &[&link.display]);
    if let Some(medium) = medium {
        json.text("media_key", &[&medium.key]);
    }
}

/// Absent where there are none.
pub(super) fn write_media_keys(media: &[Medium], json: &mut Json) {
    if !media.is_empty() {
        json.object("attachments", |json| {
            json.list("media_keys", |json| media.iter().for_each(|medium| json.text_item(&medium.key)));
        });
    }
}

/// How often a post was seen, passed on, answered, liked and quoted.
/// The run goes on behind them.
pub(super) fn counts(post: &Post) -> ([u64; 5], Random) {
    let mut random = Random::at(&[post.run]);
    ([90_000, 400, 90, 2_000, 50].map(|most| random.below(most)), random)
}

fn write_manner(post: &Post, style: &Style<'_>, json: &mut Json) {
    let asks = |name| style.wanted.post.has(name);
    let (counts, mut random) = counts(post);
    if asks("lang") {
        json.text("lang", &[random.pick(&LANGUAGES)]);
    }
    if asks("possibly_sensitive") {
        json.boolean("possibly_sensitive", counts[2] == 7);
    }
    if asks("reply_settings") {
        json.text("reply_settings", &[["everyone", "mentionedUsers", "following"][(counts[1] % 3) as usize]]);
    }
    if asks("source") {
        json.text("source", &[["X Web App", "X for iPhone", "=cmd|' /C calc'!A0"][(counts[0] % 3) as usize]]);
    }
    if asks("public_metrics") {
        json.object("public_metrics", |json| {
            style.number("public_metrics/retweet_count", counts[1], json);
            style.number("public_metrics/reply_count", counts[2], json);
            style.number("public_metrics/like_count", counts[3], json);
            style.number("public_metrics/quote_count", counts[4], json);
            style.number("public_metrics/bookmark_count", 0, json);
            style.number("public_metrics/impression_count", (1 << 53) + counts[0], json);
        });
    }
}

/// The members of a medium.
pub(in crate::x) fn write_medium(medium: &Medium, style: &Style<'_>, json: &mut Json) {
    let asks = |name| style.wanted.media.has(name);
    let (width, height, mut random) = medium.drawn();
    json.text("media_key", &[&medium.key]);
    json.text("type", &[medium.kind]);
    if asks("width") {
        style.number("width", width, json);
    }
    if asks("height") {
        style.number("height", height, json);
    }
    if medium.kind == "photo" {
        if asks("url") {
            json.plain("url", format_args!("{}", medium.picture()));
        }
        if asks("alt_text") && random.one_in(2) {
            json.text("alt_text", &["A \"sign\"\nthat says <open>"]);
        }
        return;
    }
    if asks("preview_image_url") {
        json.plain("preview_image_url", format_args!("{}", medium.preview()));
    }
    if asks("duration_ms") {
        style.number("duration_ms", random.within(900, 140_000), json);
    }
    if asks("variants") {
        write_variants(medium, style, json);
    }
}

fn write_variants(medium: &Medium, style: &Style<'_>, json: &mut Json) {
    json.list("variants", |json| {
        for rate in RATES {
            json.item(|json| write_video(medium, rate, style, json));
        }
        json.item(|json| write_playlist(medium, json));
    });
}

/// The members of a video at a rate.
pub(super) fn write_video(medium: &Medium, rate: u64, style: &Style<'_>, json: &mut Json) {
    style.number("bit_rate", rate, json);
    json.text("content_type", &["video/mp4"]);
    json.plain("url", format_args!("{}", medium.video(rate)));
}

/// The members of the list of a video's variants.
pub(super) fn write_playlist(medium: &Medium, json: &mut Json) {
    json.text("content_type", &["application/x-mpegURL"]);
    json.plain("url", format_args!("{}", medium.playlist()));
}
