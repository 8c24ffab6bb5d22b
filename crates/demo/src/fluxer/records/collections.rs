//! What else belongs to the account: scheduled messages, memes, gifts, applications, authorizations, beta codes.

use crate::fluxer::attachment::{MEDIA_ORIGIN, percent_encoded};
use crate::fluxer::dataset::{Dataset, Stream, some_moment};
use crate::fluxer::media::Meme;
use crate::fluxer::places::Kind;
use crate::json::Json;
use crate::random::Random;
use crate::texts::COMPANIES;

impl Dataset {
    pub(in crate::fluxer) fn write_scheduled(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::ScheduledMessages, index);
        let channel = random.below(self.talkative());
        json.record(0, |json| {
            json.plain("id", format_args!("{}", self.id(Kind::Scheduled, index)));
            json.plain("channel_id", format_args!("{}", self.channel_id(channel)));
            json.moment("scheduled_at", some_moment(&mut random));
            json.text("timezone", &["Europe/Berlin"]);
            json.text("status", &[random.pick(&["pending", "invalid", "scheduled"])]);
            json.object("payload", |json| {
                json.text("content", &[self.texts.said(&mut random)]);
                json.boolean("tts", false);
                json.plain("nonce", format_args!("{}", random.next()));
            });
            json.moment("created_at", some_moment(&mut random));
        });
    }

    pub(in crate::fluxer) fn write_meme(&self, index: u64, json: &mut Json) {
        let Meme { id, name, remark, tags, size, mut random, .. } = self.meme(index);
        json.record(0, |json| {
            json.plain("id", format_args!("{id}"));
            json.text("user_id", &[self.account.id]);
            json.text("name", &[name]);
            json.text("alt_text", &[remark]);
            json.list("tags", |json| tags.iter().for_each(|tag| json.text_item(tag)));
            json.number("size", size);
            json.raw("duration", format_args!("{}.{:02}0", random.below(60), random.below(100)));
            let origin = self.media.origin.or(MEDIA_ORIGIN);
            json.plain("url", format_args!("{origin}/memes/{id}/{}", percent_encoded(name)));
        });
    }

    pub(in crate::fluxer) fn write_gift(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Gifts, index);
        let redeemed = random.one_in(2);
        json.record(0, |json| {
            json.plain("code", format_args!("{:012x}", random.next() >> 16));
            json.number("duration_months", random.within(1, 12));
            json.raw("price", format_args!("{}.{:02}", random.below(60), random.below(10) * 10));
            json.moment("created_at", some_moment(&mut random));
            if redeemed {
                json.moment("redeemed_at", some_moment(&mut random));
                json.object("redeemed_by", |json| self.user_members(index, json));
            } else {
                json.null("redeemed_at");
                json.null("redeemed_by");
            }
        });
    }

    pub(in crate::fluxer) fn write_application(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Applications, index);
        json.record(random.next(), |json| {
            self.application_members(index, &mut random, json);
            json.secret("client_secret");
            json.list("redirect_uris", |json| json.text_item("https://app.example/callback?token=is+text"));
            json.object("bot", |json| {
                json.plain("id", format_args!("{}", self.user_id(index)));
                json.secret("token");
                json.boolean("bot_public", random.one_in(2));
            });
        });
    }

    pub(in crate::fluxer) fn write_authorization(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Authorizations, index);
        json.record(random.next(), |json| {
            json.object("application", |json| self.application_members(1_000 + index, &mut random, json));
            json.list("scopes", |json| {
                json.text_item("identify");
                json.text_item("guilds");
            });
            json.list("grants", |json| {
                json.item(|json| {
                    json.secret("access_token");
                    json.moment("token_expires_at", some_moment(&mut random));
                    json.secret("refresh-token");
                });
            });
            json.moment("authorized_at", some_moment(&mut random));
        });
    }

    fn application_members(&self, number: u64, random: &mut Random, json: &mut Json) {
        json.plain("id", format_args!("{}", self.id(Kind::Application, number)));
        json.text("name", &[random.pick(&COMPANIES)]);
        json.text("description", &[self.texts.remark(random)]);
    }

    /// Codes handed out.
    pub(crate) const fn beta_codes(&self) -> u64 {
        3
    }

    pub(in crate::fluxer) fn write_beta_code(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::BetaCodes, index);
        json.record(0, |json| {
            json.plain("code", format_args!("{:010x}", random.next() >> 24));
            json.moment("created_at", some_moment(&mut random));
            json.null("redeemed_at");
            json.null("redeemer");
        });
    }
}
