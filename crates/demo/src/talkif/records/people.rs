//! The account, and the people in it.

use crate::json::Json;
use crate::random::Random;
use crate::talkif::PEOPLE;
use crate::talkif::dataset::{Dataset, Stream, some_moment};
use crate::texts::{LANGUAGES, Name};

impl Dataset {
    pub(in crate::talkif) fn write_account(&self, json: &mut Json) {
        let mut random = self.random(Stream::Account, 0);
        json.record(random.next(), |json| {
            json.text("id", &[self.account.id]);
            json.text("name", &[self.account.name]);
            json.plain("slug", format_args!("account-{}", self.account.number));
            json.text("type", &["business"]);
            json.text("status", &["active"]);
            json.moment("createdAt", some_moment(&mut random));
            json.object("billing", |json| {
                json.text("currency", &["EUR"]);
                json.raw("balance", format_args!("{}.50", random.within(100, 9_999)));
                json.raw("creditLimit", format_args!("500.00"));
                json.raw("taxRate", format_args!("1.90E-1"));
            });
            json.number("tokenCount", random.below(1_000_000));
            json.secret("api_key");
            json.object("settings", |json| {
                json.secret("webhook-secret");
                json.text("timeZone", &["Europe/Berlin"]);
                json.boolean("recordCalls", random.one_in(2));
            });
        });
    }

    pub(in crate::talkif) fn write_user(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Users, index);
        let name = Name::invent(&mut random);
        let id = format!("usr_{}_{index:04}", self.account.number);
        let seeded = PEOPLE.iter().find(|person| person.id == id);
        let enabled = random.one_in(2);
        json.record(random.next(), |json| {
            json.text("id", &[&id]);
            match seeded {
                Some(person) => json.text("email", &[person.email]),
                None => json.plain("email", format_args!("user{index}@talkif.example")),
            }
            json.secret("passwordHash");
            json.moment("passwordChangedAt", some_moment(&mut random));
            json.text("name", &name.spoken());
            json.text("role", &[seeded.map_or("agent", |person| person.role)]);
            json.text("locale", &[random.pick(&LANGUAGES)]);
            if enabled {
                json.secret("mfaSecret");
            } else {
                json.secret_null("mfaSecret");
            }
            second_factor(json, enabled);
            json.number("tokenCount", random.below(50_000));
            json.text("secretaryName", &Name::invent(&mut random).spoken());
            sessions(&mut random, json);
            json.moment("createdAt", some_moment(&mut random));
            json.secret_list("recovery_codes", 3);
        });
    }
}

fn second_factor(json: &mut Json, enabled: bool) {
    json.object("mfa", |json| {
        json.boolean("enabled", enabled);
        if enabled {
            json.secret("totpSecret");
        }
    });
}

/// Secrets in objects in a list, first and last of their object.
fn sessions(random: &mut Random, json: &mut Json) {
    json.list("sessions", |json| {
        for _ in 0..random.below(3) {
            json.item(|json| {
                json.secret("refreshToken");
                json.text("browser", &["Firefox \"Nightly\""]);
                json.moment("lastSeenAt", some_moment(random));
                json.secret("Session_Token");
            });
        }
    });
}
