//! Messages, with all that hangs on them, pins, and saved messages.

use std::time::Duration;

use crate::fluxer::dataset::{Dataset, Stream};
use crate::fluxer::message::{Message, Pin};
use crate::fluxer::pattern::Kind;
use crate::fluxer::snowflake::Snowflake;
use crate::json::Json;
use crate::random::Random;

/// A message that answers another.
const REPLY: u64 = 19;

impl Dataset {
    pub(in crate::fluxer) fn write_message(&self, message: &Message, json: &mut Json) {
        json.item(|json| self.message_members(message, json));
    }

    fn message_members(&self, message: &Message, json: &mut Json) {
        let mut random = self.random(Stream::Messages, message.number);
        json.plain("id", format_args!("{}", message.id));
        json.plain("channel_id", format_args!("{}", self.channel_id(message.channel)));
        json.object("author", |json| match message.kind {
            Kind::Own | Kind::Gone => self.self_members(json),
            Kind::Mention | Kind::Other => self.user_members(message.author, json),
        });
        json.number("type", if message.answers.is_some() { REPLY } else { 0 });
        json.number("flags", random.below(2) * 4);
        json.text("content", &[self.texts.said(&mut random), " ", self.texts.remark(&mut random)]);
        json.moment("timestamp", message.id.moment());
        edited(message.id, &mut random, json);
        json.boolean("pinned", message.is_pinned);
        json.boolean("mention_everyone", random.one_in(50));
        json.list("mentions", |json| {
            if message.kind == Kind::Mention {
                json.item(|json| self.self_members(json));
            }
        });
        json.list("mention_roles", |_| ());
        json.list("embeds", |json| embeds(&mut random, json));
        self.write_attachments(message, json);
        json.list("stickers", |_| ());
        json.list("reactions", |json| reactions(&mut random, json));
        if let Some(answered) = message.answers {
            self.reference(message, answered, json);
        }
        if message.kind == Kind::Own {
            json.plain("nonce", format_args!("{}", random.next()));
        }
    }

    fn reference(&self, message: &Message, answered: Snowflake, json: &mut Json) {
        json.object("message_reference", |json| {
            json.plain("channel_id", format_args!("{}", self.channel_id(message.channel)));
            json.plain("message_id", format_args!("{answered}"));
            match self.guild_channel(message.channel) {
                Some(of) => json.plain("guild_id", format_args!("{}", self.guild_id(of.guild))),
                None => json.null("guild_id"),
            }
            json.number("type", 0);
        });
    }

    pub(in crate::fluxer) fn write_pin(&self, pin: &Pin, json: &mut Json) {
        json.item(|json| {
            json.moment("pinned_at", pin.pinned_at);
            json.object("message", |json| self.message_members(&pin.message, json));
        });
    }

    /// Saved messages there are; the API gives the newest 100 and no way to the others.
    pub(crate) const fn saved(&self) -> u64 {
        130
    }

    /// The message that was saved, the id under which it was, and whether it can no longer be read: every eleventh.
    pub(in crate::fluxer) fn saved_message(&self, index: u64) -> Option<(Snowflake, Message, bool)> {
        let mentions = self.mentions();
        let message = mentions.at(index * (mentions.len() / self.saved()))?;
        let saved_at = message.id.moment().after(Duration::from_secs(60));
        Some((Snowflake::at(saved_at, index), message, index % 11 == 5))
    }

    pub(in crate::fluxer) fn write_saved(&self, index: u64, json: &mut Json) {
        let Some((id, message, lost)) = self.saved_message(index) else { return };
        json.item(|json| {
            json.plain("id", format_args!("{id}"));
            json.plain("channel_id", format_args!("{}", self.channel_id(message.channel)));
            json.plain("message_id", format_args!("{}", message.id));
            json.text("status", &[if lost { "missing_permissions" } else { "available" }]);
            if lost {
                json.null("message");
            } else {
                json.object("message", |json| self.message_members(&message, json));
            }
        });
    }
}

fn edited(id: Snowflake, random: &mut Random, json: &mut Json) {
    if random.one_in(6) {
        json.moment("edited_timestamp", id.moment().after(Duration::from_millis(random.within(1, 90_000_000))));
    } else {
        json.null("edited_timestamp");
    }
}

fn embeds(random: &mut Random, json: &mut Json) {
    if random.one_in(8) {
        json.item(|json| {
            json.text("type", &["link"]);
            json.plain("url", format_args!("https://news.example/{}?a=1&b=%20#top", random.below(100_000)));
            json.text("title", &["A page with a <title>"]);
            json.number("color", random.below(1 << 24));
            json.raw("aspect", format_args!("1.7{}0", random.below(10)));
        });
    }
}

fn reactions(random: &mut Random, json: &mut Json) {
    for emoji in ["👍🏽", "🏳️‍🌈", "é"] {
        if random.one_in(6) {
            json.item(|json| {
                json.object("emoji", |json| {
                    json.null("id");
                    json.text("name", &[emoji]);
                    json.boolean("animated", false);
                });
                json.number("count", random.within(1, 40));
                json.boolean("me", random.one_in(2));
            });
        }
    }
}
