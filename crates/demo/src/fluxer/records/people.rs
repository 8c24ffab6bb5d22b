//! Other people: whoever writes, the account's relationships with them, its notes about them.

use std::fmt::Display;

use crate::fluxer::dataset::{Dataset, Stream, some_moment};
use crate::fluxer::places::Kind;
use crate::fluxer::snowflake::Snowflake;
use crate::json::Json;
use crate::random::Random;
use crate::texts::Name;

impl Dataset {
    pub(in crate::fluxer) fn user_id(&self, user: u64) -> Snowflake {
        self.id(Kind::User, user)
    }

    /// What everybody may see of somebody.
    pub(in crate::fluxer) fn user_members(&self, user: u64, json: &mut Json) {
        let mut random = Random::at(&[self.seed, Kind::User as u64, user]);
        json.plain("id", format_args!("{}", self.user_id(user)));
        json.plain("username", format_args!("person_{user}"));
        json.plain("discriminator", format_args!("{:04}", random.below(10_000)));
        json.text("global_name", &Name::invent(&mut random).spoken());
        avatar(&mut random, json);
        json.number("flags", random.below(8));
    }

    /// What everybody may see of the account's owner.
    pub(in crate::fluxer) fn self_members(&self, json: &mut Json) {
        json.text("id", &[self.account.id]);
        json.text("username", &[self.account.name]);
        json.text("discriminator", &["0001"]);
        json.text("global_name", &["Käthe \"K\" Müßig"]);
        json.null("avatar");
        json.number("flags", 0);
    }

    pub(in crate::fluxer) fn write_relationship(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Relationships, index);
        json.record(0, |json| {
            json.plain("id", format_args!("{}", self.user_id(index)));
            json.number("type", random.within(1, 4));
            json.object("user", |json| self.user_members(index, json));
            json.moment("since", some_moment(&mut random));
            if random.one_in(5) {
                json.text("nickname", &[random.pick(&["=Nick", "nick\u{2028}name", "\u{202e}kcin", "🦊"])]);
            } else {
                json.null("nickname");
            }
        });
    }

    /// Who a note is about.
    pub(in crate::fluxer) fn note_key(&self, index: u64) -> impl Display + use<> {
        self.user_id(index)
    }

    /// A note under this name: what the map holds, or what an export makes of it.
    pub(in crate::fluxer) fn write_note(&self, index: u64, name: &str, json: &mut Json) {
        let mut random = self.random(Stream::Notes, index);
        let text = self.texts.remark(&mut random);
        if random.one_in(4) {
            json.ascii(name, text);
        } else {
            json.text(name, &[text]);
        }
    }
}

pub(super) fn avatar(random: &mut Random, json: &mut Json) {
    if random.one_in(3) {
        json.null("avatar");
    } else {
        json.plain("avatar", format_args!("{:08x}", random.next() >> 32));
    }
}
