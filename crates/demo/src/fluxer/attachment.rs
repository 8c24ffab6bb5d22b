//! Attachments: how large they are, how long they are kept, where they lie.
//!
//! Small ones, up to 5 MB, are kept for three years, large ones, from 500 MB on, for a fortnight; between them the days fall
//! with the logarithm of the size. What has expired has no address any more.

use std::time::Duration;

use carryall_protocol::Timestamp;

use super::dataset::{Dataset, LAST_SECOND};
use super::message::Message;
use super::snowflake::Snowflake;
use crate::json::Json;
use crate::media::File;
use crate::random::Random;

/// Where attachments lie: another host than the API's.
pub(super) const MEDIA_ORIGIN: &str = "https://media.fluxer.example";

const MB: u64 = 1_000_000;
/// 4.3 GiB.
const GIANT: u64 = 4_617_089_843;
const DAYS_OF_SMALL: f64 = 3.0 * 365.0;
const DAYS_OF_LARGE: f64 = 14.0;

const NAMES: [(&str, &str); 8] = [
    ("photo.jpg", "image/jpeg"),
    ("Screenshot 2024-05-01 at 09.41.00.png", "image/png"),
    ("Protokoll_März.pdf", "application/pdf"),
    ("النور.mp4", "video/mp4"),
    ("voice-message.ogg", "audio/ogg"),
    ("=cmd|calc.csv", "text/csv"),
    ("CON.txt", "text/plain"),
    ("a \"quoted\" <name>.zip", "application/zip"),
];

/// The facts of one attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) id: Snowflake,
    pub(crate) size: u64,
    pub(crate) filename: &'static str,
    pub(crate) content_type: &'static str,
    expires_at: Timestamp,
}

impl Attachment {
    /// Itself.
    pub(crate) const fn file(&self) -> File {
        File::drawn(self.id.number(), self.size, self.content_type, self.id.moment())
    }

    /// Whether it was over, when the data ends.
    pub(crate) const fn is_expired(&self) -> bool {
        self.expires_at.as_secs() < LAST_SECOND
    }
}

/// How long an attachment of so many bytes is kept, in days.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "14 to 1095, rounded")]
pub(super) fn days_kept(size: u64) -> u64 {
    let megabytes = (size as f64 / MB as f64).clamp(5.0, 500.0);
    let part = (megabytes / 5.0).ln() / 100.0_f64.ln();
    (DAYS_OF_SMALL - part * (DAYS_OF_SMALL - DAYS_OF_LARGE)).round() as u64
}

impl Dataset {
    /// What hangs on a message: mostly nothing, three at most.
    pub(crate) fn attachments(&self, message: &Message) -> Vec<Attachment> {
        let mut random = Random::at(&[self.seed, message.id.number()]);
        if self.giant == Some(message.number) {
            return vec![attachment(self.media.size(GIANT), &mut random, message.id.plus(1))];
        }
        let count = if random.one_in(self.counts.attached) { random.within(1, 3) } else { 0 };
        (1..=count).map(|place| attachment(self.size(&mut random), &mut random, message.id.plus(place))).collect()
    }

    /// One in ten is beyond 5 MB, one in ten beyond 500, unless a giant is among them.
    fn size(&self, random: &mut Random) -> u64 {
        self.media.size(match random.below(10) {
            _ if self.giant.is_some() => random.within(1, MB),
            0 => random.within(5 * MB, 500 * MB),
            1 => random.within(500 * MB, 900 * MB),
            _ => random.within(1, 5 * MB),
        })
    }

    /// The attachment with this id, of a message that can be read.
    pub(crate) fn attachment_by_id(&self, channel: u64, id: Snowflake) -> Option<Attachment> {
        let history = self.history(channel);
        let message = history.at(history.first_below(id))?;
        self.attachments(&message).into_iter().find(|attachment| attachment.id == id)
    }

    pub(super) fn write_attachments(&self, message: &Message, json: &mut Json) {
        let place = format!("{}/attachments/{}", self.media.origin.or(MEDIA_ORIGIN), self.channel_id(message.channel));
        json.list("attachments", |json| {
            for attachment in self.attachments(message) {
                json.item(|json| attachment.write(&place, json));
            }
        });
    }
}

fn attachment(size: u64, random: &mut Random, id: Snowflake) -> Attachment {
    let (filename, content_type) = random.pick(&NAMES);
    let kept = Duration::from_secs(days_kept(size) * 24 * 60 * 60);
    Attachment { id, size, filename, content_type, expires_at: id.moment().after(kept) }
}

impl Attachment {
    fn write(&self, place: &str, json: &mut Json) {
        json.plain("id", format_args!("{}", self.id));
        json.text("filename", &[self.filename]);
        json.null("title");
        json.text("content_type", &[self.content_type]);
        json.number("size", self.size);
        if self.is_expired() {
            json.null("url");
        } else {
            json.text("url", &[place, "/", &self.id.to_string(), "/", &percent_encoded(self.filename)]);
        }
        json.moment("expires_at", self.expires_at);
        json.boolean("expired", self.is_expired());
    }
}

/// A name as one segment of a path (RFC 3986): everything but letters, digits, `-`, `.`, `_` and `~` is written in bytes.
pub(super) fn percent_encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_an_attachment_the_shorter_it_is_kept() {
        assert_eq!([0, 1, 5 * MB].map(days_kept), [1_095; 3]);
        assert_eq!([500 * MB, 501 * MB, u64::MAX].map(days_kept), [14; 3]);
        assert_eq!(days_kept(50 * MB), 555, "halfway on a logarithmic scale");
        let falling: Vec<_> = (5..=500).map(|megabytes| days_kept(megabytes * MB)).collect();
        assert!(falling.is_sorted_by(|longer, shorter| longer >= shorter));
    }

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        assert_eq!(percent_encoded("a \"b\"/März.pdf"), "a%20%22b%22%2FM%C3%A4rz.pdf");
    }
}
