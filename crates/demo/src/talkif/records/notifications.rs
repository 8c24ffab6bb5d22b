//! Notifications. Their ids are neighbouring JSON numbers beyond 2^53: who reads them as doubles takes two for one.

use crate::json::Json;
use crate::talkif::dataset::{Dataset, Stream};
use crate::texts::Name;

const FIRST_ID: u64 = (1 << 53) + 1;

impl Dataset {
    pub(in crate::talkif) fn write_notification(&self, index: u64, json: &mut Json) {
        let created_at = self.newest_first(Stream::Notifications, index);
        let mut random = self.random(Stream::Notifications, index);
        let read = !random.one_in(4);
        json.record(0, |json| {
            json.number("id", FIRST_ID + index);
            json.text("kind", &[random.pick(&["call.missed", "campaign.finished", "balance.low", "flow.failed"])]);
            json.text("title", &["Message from ", Name::invent(&mut random).given]);
            json.text("body", &[self.texts.said(&mut random), "\n\n", self.texts.remark(&mut random)]);
            json.text("channel", &[random.pick(&["mail", "app", "sms"])]);
            json.boolean("read", read);
            if read {
                json.moment("readAt", created_at.after(std::time::Duration::from_millis(random.below(9_000_000))));
            } else {
                json.null("readAt");
            }
            json.object("data", |json| {
                json.plain("link", format_args!("https://talkif.example/calls/{}?tab=notes#top", random.below(10_000)));
                json.list("path", |json| {
                    json.text_item("inbox");
                    json.text_item(self.texts.remark(&mut random));
                });
                json.number("retries", random.below(4));
            });
            json.moment("createdAt", created_at);
        });
    }
}
