//! Advertisements that were shown, and those that were touched.

use super::super::dataset::{Dataset, Stream};
use super::super::style::Style;
use crate::json::Json;
use crate::texts::COMPANIES;

impl Dataset {
    /// A touched one was shown too.
    pub(in crate::x) fn write_ad(&self, stream: Stream, index: u64, style: &Style<'_>, json: &mut Json) {
        let shown = if stream == Stream::AdEngagements { index * 3 } else { index };
        let mut random = self.random(Stream::AdImpressions, shown);
        let impression = 1_700_000_000_000_000_000 + shown;
        json.plain(style.name("impression_id"), format_args!("{impression}"));
        json.text("device", &[random.pick(&["ios", "android", "desktop"])]);
        json.text(style.name("display_location"), &[random.pick(&["TimelineHome", "ProfileTweets", "TweetConversation"])]);
        json.object(style.name("advertiser"), |json| {
            json.text(style.name("advertiser/name"), &[random.pick(&COMPANIES)]);
            json.plain(style.name("advertiser/screen_name"), format_args!("@ads{}", random.below(900)));
        });
        json.object(style.name("promoted_tweet"), |json| {
            json.plain(style.name("promoted_tweet/id"), format_args!("{}", impression - 77));
            json.text(style.name("promoted_tweet/text"), &[self.texts.said(&mut random)]);
        });
        json.list(style.name("targeting_criteria"), |json| {
            for kind in ["Age", "Locations", "Keywords"] {
                json.item(|json| {
                    json.text(style.name("targeting_criteria/type"), &[kind]);
                    json.text(style.name("targeting_criteria/value"), &[random.pick(&["25 and up", "Köln", "coffee \"to go\""])]);
                });
            }
        });
        style.other_moment("impression_time", self.newest_first(Stream::AdImpressions, shown), json);
        if stream == Stream::AdEngagements {
            json.text(
                style.name("engagement_type"),
                &[random.pick(&["Click", "VideoContentPlayback50", "ChargeableImpression"])],
            );
            style.exact("seconds_watched", &format!("{}.{:02}0", random.below(90), random.below(100)), json);
        }
    }
}
