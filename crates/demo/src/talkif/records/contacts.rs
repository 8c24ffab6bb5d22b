//! Contacts: the bulk of what people type in.

use crate::json::Json;
use crate::random::Random;
use crate::talkif::dataset::{Dataset, Stream, some_moment};
use crate::texts::{COMPANIES, LANGUAGES, Name, PLACES, STREETS, TAGS, Texts};

impl Dataset {
    pub(in crate::talkif) fn write_contact(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Contacts, index);
        let name = Name::invent(&mut random);
        json.record(0, |json| {
            json.plain("id", format_args!("con_{}_{index:07}", self.account.number));
            json.plain("externalId", format_args!("{}", 9_100_000_000_000_000_000 + index * 7));
            json.text("firstName", &[name.given]);
            json.text("lastName", &[name.family]);
            json.text("displayName", &name.spoken());
            json.plain("email", format_args!("contact.{index}@mail.example"));
            json.plain("phone", format_args!("+49{}", random.within(1_500_000_000, 1_799_999_999)));
            if random.one_in(3) {
                json.null("company");
            } else {
                json.text("company", &[random.pick(&COMPANIES)]);
            }
            json.text("language", &[random.pick(&LANGUAGES)]);
            json.list("tags", |json| {
                for _ in 0..random.below(4) {
                    json.text_item(random.pick(&TAGS));
                }
            });
            address(&mut random, json);
            notes(self.texts, &mut random, json);
            json.money("lifetimeValue", random.below(50_000) * 10);
            json.object("customFields", |json| {
                json.text("favourite colour", &["=1+1"]);
                json.number("tokenCount", random.below(100));
            });
            json.moment("createdAt", some_moment(&mut random));
            json.moment("updatedAt", some_moment(&mut random));
        });
    }
}

fn address(random: &mut Random, json: &mut Json) {
    let (city, country) = random.pick(&PLACES);
    json.object("address", |json| {
        json.text("street", &[random.pick(&STREETS)]);
        json.plain("number", format_args!("{}", random.within(1, 120)));
        json.plain("postalCode", format_args!("{:05}", random.below(100_000)));
        json.text("city", &[city]);
        json.text("country", &[country]);
    });
}

/// Most servers write what they can; some write ASCII alone. Both texts must survive as they are.
fn notes(texts: Texts, random: &mut Random, json: &mut Json) {
    let remark = texts.remark(random);
    if random.one_in(4) {
        json.ascii("notes", remark);
    } else {
        json.text("notes", &[remark]);
    }
}
