//! The account: profile, settings, sessions, passkeys. Secrets lie about, as they do in careless answers.

use crate::fluxer::PEOPLE;
use crate::fluxer::dataset::{Dataset, Stream, some_moment};
use crate::fluxer::places::Kind;
use crate::json::Json;
use crate::random::Random;
use crate::texts::PLACES;

impl Dataset {
    pub(in crate::fluxer) fn write_profile(&self, json: &mut Json) {
        let mut random = self.random(Stream::Profile, 0);
        let person = PEOPLE.iter().find(|person| person.account.number == self.account.number);
        json.record(random.next(), |json| {
            self.self_members(json);
            json.text("email", &[person.map_or("", |person| person.email)]);
            json.boolean("verified", true);
            json.plain("phone", format_args!("+4930{}", random.within(1_000_000, 9_999_999)));
            json.text("bio", &[self.texts.remark(&mut random)]);
            json.text("pronouns", &["she/her"]);
            json.number("accent_color", random.below(1 << 24));
            json.text("locale", &["en"]);
            json.secret("password_hash");
            json.moment("password_last_changed_at", some_moment(&mut random));
            json.boolean("mfa_enabled", true);
            second_factors(json);
            json.text("permissions", &["9223372036854775807"]);
            json.raw("premium_discount", format_args!("12.50"));
            json.number("premium_type", random.below(3));
            json.moment("premium_since", some_moment(&mut random));
            json.secret_list("backup_codes", 10);
        });
    }

    pub(in crate::fluxer) fn write_settings(&self, json: &mut Json) {
        let mut random = self.random(Stream::Settings, 0);
        json.record(random.next(), |json| {
            json.text("status", &["online"]);
            json.text("theme", &[random.pick(&["dark", "light", "coal"])]);
            json.text("locale", &["en-GB"]);
            json.list("guild_folders", |json| self.folders(json));
            json.object("custom_status", |json| {
                json.text("text", &[self.texts.remark(&mut random)]);
                json.text("emoji_name", &["👩‍👩‍👧"]);
                json.null("expires_at");
            });
            json.boolean("inline_attachment_media", true);
            json.raw("saturation", format_args!("1.0"));
            json.number("afk_timeout", 600);
            json.object("integrations", |json| {
                json.secret("access_token");
                json.boolean("has_client_secret", true);
                json.text("token_url", &["https://id.example/token"]);
            });
        });
    }

    fn folders(&self, json: &mut Json) {
        json.item(|json| {
            json.number("id", 1);
            json.text("name", &["Spiele & so"]);
            json.list("guild_ids", |json| {
                (0..self.counts.guilds).for_each(|guild| json.text_item(&self.guild_id(guild).to_string()));
            });
        });
    }

    /// Sessions that are open.
    pub(crate) const fn sessions(&self) -> u64 {
        6
    }

    pub(in crate::fluxer) fn write_session(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Sessions, index);
        json.record(random.next(), |json| {
            json.plain("id_hash", format_args!("{:016x}{:016x}", random.next(), random.next()));
            json.secret("token_hash");
            json.object("client_info", |json| client(&mut random, json));
            json.moment("approx_last_used_at", some_moment(&mut random));
            json.boolean("current", index == 0);
            json.secret("refresh_token");
        });
    }

    /// Passkeys that are registered.
    pub(crate) const fn passkeys(&self) -> u64 {
        2
    }

    pub(in crate::fluxer) fn write_passkey(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Passkeys, index);
        json.record(random.next(), |json| {
            json.plain("id", format_args!("{}", self.id(Kind::Passkey, index)));
            json.text("name", &[random.pick(&["Phone", "Schlüsselbund", "مفتاح", "USB \"blue\""])]);
            json.secret_object("key_material", |json| {
                json.secret("public_key");
                json.secret("wrapped");
            });
            json.secret("credential");
            json.number("sign_count", random.below(1 << 32));
            json.moment("created_at", some_moment(&mut random));
            json.text("last_used_at", &["2026-01-31T00:00:00.000+00:00"]);
        });
    }
}

fn second_factors(json: &mut Json) {
    json.object("mfa", |json| {
        json.list("authenticator_types", |json| {
            json.text_item("totp");
            json.text_item("webauthn");
        });
        json.secret("totp_secret");
    });
}

fn client(random: &mut Random, json: &mut Json) {
    let (city, country) = random.pick(&PLACES);
    json.text("platform", &[random.pick(&["Firefox", "Fluxer Desktop", "Chrome \"Beta\""])]);
    json.text("os", &[random.pick(&["Linux", "Windows 11", "iOS"])]);
    json.plain("ip", format_args!("203.0.113.{}", random.below(256)));
    json.object("location", |json| {
        json.text("city", &[city]);
        json.text("country", &[country]);
        json.raw("latitude", format_args!("{}.{:03}0", random.below(90), random.below(1_000)));
    });
}
