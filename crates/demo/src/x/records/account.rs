//! What only the account's own people may know of it: settings, what X infers, and how it was called before.

use super::super::PEOPLE;
use super::super::dataset::{Dataset, Stream, some_moment};
use super::super::identity::Who;
use super::super::style::Style;
use crate::json::Json;
use crate::texts::{LANGUAGES, PLACES};

impl Dataset {
    pub(in crate::x) fn write_settings(&self, json: &mut Json) {
        let mut random = self.random(Stream::Settings, 0);
        let owner = PEOPLE.iter().find(|person| person.account == self.account).map_or("", |person| person.email);
        json.text("email", &[owner]);
        json.plain("phone_number", format_args!("+49{}", random.within(1_500_000_000, 1_799_999_999)));
        json.secret("password_hash");
        json.boolean("password_reset_protect", true);
        json.text("time_zone", &["Europe/Berlin"]);
        json.text("language", &[random.pick(&LANGUAGES)]);
        json.text("created_via", &["web"]);
        json.object("two_factor", |json| {
            json.boolean("enabled", true);
            json.secret("totp_secret");
            json.secret_list("backup_codes", 3);
        });
        json.secret("session_token");
    }

    /// The odds of an inference end in a zero that must stay.
    pub(in crate::x) fn write_personalization(&self, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::Personalization, 0);
        json.object("demographics", |json| {
            json.list("languages", |json| {
                for language in LANGUAGES.iter().take(3) {
                    json.item(|json| {
                        json.text("language", &[language]);
                        json.boolean(style.name("demographics/languages/is_disabled"), random.one_in(2));
                    });
                }
            });
            json.object(style.name("demographics/gender_info"), |json| {
                json.text("gender", &["female"]);
                style.exact("demographics/gender_info/inferred", "0.70", json);
            });
        });
        json.list("interests", |json| {
            for interest in ["Coffee ☕", "=Trains", "<b>Music</b>", "كرة القدم", "電車"] {
                json.item(|json| {
                    json.text("name", &[interest]);
                    style.number("interests/weight", random.below(100), json);
                    json.boolean(style.name("interests/is_disabled"), random.one_in(3));
                });
            }
        });
        json.list("places", |json| PLACES.iter().take(4).for_each(|(place, _)| json.text_item(place)));
        json.list("advertisers", |json| json.text_item("@ads_and_more"));
    }

    pub(in crate::x) fn write_screen_name_change(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::ScreenNameChanges, index);
        json.text(style.name("account_id"), &[self.account.id]);
        json.object(style.name("screen_name_change"), |json| {
            style.other_moment("screen_name_change/changed_at", some_moment(&mut random), json);
            json.plain(style.name("screen_name_change/changed_from"), format_args!("old_name_{index}"));
            let now = self.username_of(Who::Owner);
            json.text(style.name("screen_name_change/changed_to"), &[if index == 0 { &now } else { "old_name_0" }]);
        });
    }

    pub(in crate::x) fn write_email_change(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::EmailAddressChanges, index);
        json.text(style.name("account_id"), &[self.account.id]);
        json.object(style.name("email_change"), |json| {
            style.other_moment("email_change/changed_at", some_moment(&mut random), json);
            json.plain(style.name("email_change/changed_from"), format_args!("before.{index}@mail.example"));
            json.plain(style.name("email_change/changed_to"), format_args!("now.{index}@mail.example"));
        });
    }
}
