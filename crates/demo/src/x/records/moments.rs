//! Moments, and contacts from address books.

use super::super::dataset::{Dataset, Stream};
use super::super::identity::Who;
use super::super::post::Place;
use super::super::style::Style;
use crate::json::Json;

impl Dataset {
    pub(in crate::x) fn write_moment(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::Moments, index);
        json.plain(style.name("moment_id"), format_args!("{}", self.list_id(Stream::Moments, index)));
        json.text("title", &["Moment: ", self.texts.said(&mut random)]);
        style.other_moment("created_at", self.newest_first(Stream::Moments, index), json);
        json.text(style.name("created_by"), &[&self.id_of(Who::Owner)]);
        json.list("tweets", |json| {
            for place in 0..random.within(1, 5) {
                json.text_item(&self.post(Place::Own(index * 10 + place)).id.to_string());
            }
        });
    }

    pub(in crate::x) fn write_contact(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::Contacts, index);
        style.number("id", (1 << 53) + 1 + index, json);
        json.list("emails", |json| {
            for number in 0..random.below(3) {
                json.text_item(&format!("contact.{index}.{number}@mail.example"));
            }
        });
        json.list(style.name("phone_numbers"), |json| {
            for _ in 0..random.within(1, 2) {
                json.text_item(&format!("+49{}", random.within(1_500_000_000, 1_799_999_999)));
            }
        });
    }
}
