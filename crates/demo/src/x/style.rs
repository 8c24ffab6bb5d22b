//! How a record is written: as the API serves it, or as an export must hold it.
//!
//! One writer for each kind of record serves both ways. **What the catalog's transformations do to a record is said here as
//! values, not done to a text**: the truth is told from the generator.

use carryall_protocol::Timestamp;

use crate::json::Json;
use crate::random::mix;

/// Which members beyond the standing ones are asked for: the names in one `*.fields` parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<&'static str>);

impl Fields {
    /// Those of a list with commas; nothing where one of them is not among `known`.
    pub(super) fn parse(list: &str, known: &[&'static str]) -> Option<Self> {
        list.split(',').map(|name| known.iter().find(|known| **known == name).copied()).collect::<Option<_>>().map(Self)
    }

    /// Whether a member is asked for.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

/// What a request asks to be told of each kind of object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) post: Fields,
    pub(super) user: Fields,
    pub(super) media: Fields,
    pub(super) list: Fields,
    pub(super) event: Fields,
    pub(super) expansions: Fields,
}

/// The parameters that say it, with the names each of them knows.
pub(super) const POST_FIELDS: [&str; 12] = [
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "entities",
    "in_reply_to_user_id",
    "lang",
    "possibly_sensitive",
    "public_metrics",
    "referenced_tweets",
    "reply_settings",
    "source",
];
pub(super) const USER_FIELDS: [&str; 11] = [
    "created_at",
    "description",
    "location",
    "pinned_tweet_id",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "url",
    "verified",
    "verified_type",
];
pub(super) const MEDIA_FIELDS: [&str; 7] = ["alt_text", "duration_ms", "height", "preview_image_url", "url", "variants", "width"];
pub(super) const LIST_FIELDS: [&str; 6] = ["created_at", "description", "follower_count", "member_count", "owner_id", "private"];
pub(super) const EVENT_FIELDS: [&str; 6] =
    ["attachments", "created_at", "dm_conversation_id", "entities", "participant_ids", "sender_id"];
pub(super) const EXPANSIONS: [&str; 5] = ["attachments.media_keys", "author_id", "owner_id", "referenced_tweets.id", "sender_id"];

impl Wanted {
    /// Takes one parameter in; false where it is none of these, nothing where it holds an unknown name.
    pub(super) fn take(&mut self, parameter: &str, list: &str) -> Option<bool> {
        let (place, known): (_, &[_]) = match parameter {
            "tweet.fields" => (&mut self.post, &POST_FIELDS),
            "user.fields" => (&mut self.user, &USER_FIELDS),
            "media.fields" => (&mut self.media, &MEDIA_FIELDS),
            "list.fields" => (&mut self.list, &LIST_FIELDS),
            "dm_event.fields" => (&mut self.event, &EVENT_FIELDS),
            "expansions" => (&mut self.expansions, &EXPANSIONS),
            _ => return Some(false),
        };
        *place = Fields::parse(list, known)?;
        Some(true)
    }

    /// What a whole query asks for.
    pub(super) fn of(query: &[(&str, &str)]) -> Self {
        let mut wanted = Self::default();
        for (parameter, list) in query {
            wanted.take(parameter, list);
        }
        wanted
    }
}

/// How links stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// As `https://t.co/...`.
    Short,
    /// As what they lead to.
    Full,
}

/// How a record's own moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moments {
    /// `2020-01-01T00:00:00.000Z`
    Rfc3339,
    /// `Wed Jan 01 00:00:00 +0000 2020`
    Archive,
}

/// How a record is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style<'a> {
    /// Which members it has.
    pub(super) wanted: &'a Wanted,
    /// By the place of a member, its new name.
    pub(super) renames: &'static [(&'static str, &'static str)],
    pub(super) links: Links,
    pub(super) moments: Moments,
    /// Whether numbers stand in quotation marks.
    pub(super) quoted: bool,
    /// Whether the entities have what those of an archive have beside what is served.
    pub(super) archived: bool,
}

impl<'a> Style<'a> {
    /// As the API serves it.
    pub(super) const fn served(wanted: &'a Wanted) -> Self {
        Self { wanted, renames: &[], links: Links::Short, moments: Moments::Rfc3339, quoted: false, archived: false }
    }

    /// The same for an object inside of a record: quotation marks reach it; new names, links and moments do not.
    pub(super) const fn inside(self) -> Self {
        Self { quoted: self.quoted, ..Self::served(self.wanted) }
    }

    /// The name of the member at this place, like `public_metrics/like_count`.
    pub(super) fn name<'n>(&self, place: &'n str) -> &'n str {
        let renamed = self.renames.iter().find(|(from, _)| *from == place).map(|(_, to)| *to);
        renamed.unwrap_or_else(|| place.rsplit('/').next().unwrap_or(place))
    }

    pub(super) fn number(&self, place: &str, number: u64, json: &mut Json) {
        if self.quoted {
            json.plain(self.name(place), format_args!("{number}"));
        } else {
            json.number(self.name(place), number);
        }
    }

    /// A number whose exact text matters.
    pub(super) fn exact(&self, place: &str, number: &str, json: &mut Json) {
        if self.quoted {
            json.plain(self.name(place), format_args!("{number}"));
        } else {
            json.raw(self.name(place), format_args!("{number}"));
        }
    }

    /// A number among others.
    pub(super) fn number_item(&self, number: u64, json: &mut Json) {
        if self.quoted {
            json.text_item(&number.to_string());
        } else {
            json.number_item(number);
        }
    }

    /// The record's own moment.
    pub(super) fn moment(&self, place: &str, moment: Timestamp, json: &mut Json) {
        match self.moments {
            Moments::Rfc3339 => json.plain(self.name(place), format_args!("{}", rfc3339(moment))),
            Moments::Archive => json.plain(self.name(place), format_args!("{}", archived(moment))),
        }
    }

    /// Any other moment.
    pub(super) fn other_moment(&self, place: &str, moment: Timestamp, json: &mut Json) {
        json.plain(self.name(place), format_args!("{}", rfc3339(moment)));
    }
}

/// A shortened link, and what it leads to.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) short: String,
    pub(super) full: String,
    pub(super) display: String,
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Link {
    /// A link of its own for this number.
    pub(super) fn to(number: u64, full: String, display: String) -> Self {
        let mut bits = mix(number);
        let letters = (0..10).map(|_| {
            let letter = LETTERS[(bits % 62) as usize];
            bits /= 62;
            char::from(letter)
        });
        Self { short: format!("https://t.co/{}", letters.collect::<String>()), full, display }
    }

    /// It, in this style.
    pub(super) fn written(&self, links: Links) -> &str {
        match links {
            Links::Short => &self.short,
            Links::Full => &self.full,
        }
    }
}

/// X writes milliseconds always, and they are always zero.
pub(super) fn rfc3339(moment: Timestamp) -> String {
    Timestamp::from_secs(moment.as_secs()).to_string().replace('Z', ".000Z")
}

/// As the archives of X write moments.
pub(super) fn archived(moment: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = Timestamp::from_secs(moment.as_secs()).to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let day = DAYS[(moment.as_secs() / 86_400 % 7) as usize];
    let month = part(5, 7).parse().unwrap_or(1_usize);
    let month = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
    format!("{day} {month} {} {} +0000 {}", part(8, 10), part(11, 19), part(0, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_both_ways() {
        for (secs, archive) in [
            (1_577_836_800, "Wed Jan 01 00:00:00 +0000 2020"),
            (1_769_882_399, "Sat Jan 31 17:59:59 +0000 2026"),
            (1_709_164_800, "Thu Feb 29 00:00:00 +0000 2024"),
        ] {
            assert_eq!(archived(Timestamp::from_secs(secs)), archive);
        }
        assert_eq!(rfc3339(Timestamp::from_secs(1_577_836_800)), "2020-01-01T00:00:00.000Z");
    }

    #[test]
    fn fields_nobody_knows_are_refused() {
        let mut wanted = Wanted::default();
        assert_eq!(wanted.take("tweet.fields", "lang,created_at"), Some(true));
        assert!(wanted.post.has("lang") && wanted.post.has("created_at") && !wanted.post.has("source"));
        assert_eq!(wanted.take("user.fields", "verified,shoe_size"), None);
        assert_eq!(wanted.take("max_results", "5"), Some(false));
    }

    #[test]
    fn a_new_name_goes_to_one_place_alone() {
        let wanted = Wanted::default();
        let style = Style { renames: &[("public_metrics/like_count", "likes")], ..Style::served(&wanted) };
        assert_eq!(style.name("public_metrics/like_count"), "likes");
        assert_eq!((style.name("like_count"), style.name("public_metrics/reply_count")), ("like_count", "reply_count"));
    }
}
