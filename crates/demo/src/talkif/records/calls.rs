//! Calls and what was said in them.

use std::time::Duration;

use crate::json::Json;
use crate::random::Random;
use crate::talkif::call::{CallFacts, Outcome};
use crate::talkif::dataset::{Dataset, Stream};
use crate::texts::{LANGUAGES, Texts};

impl Dataset {
    pub(in crate::talkif) fn write_call(&self, call: &CallFacts, json: &mut Json) {
        let mut random = self.random(Stream::Calls, call.index);
        let seconds = if call.outcome == Outcome::Completed { random.within(20, 1_800) } else { 0 };
        json.record(0, |json| {
            json.plain("id", format_args!("{}", call.id));
            json.text("direction", &[if random.one_in(2) { "inbound" } else { "outbound" }]);
            json.text("status", &[status(call.outcome)]);
            numbers(&mut random, call.scrubbed, json);
            json.plain(
                "contactId",
                format_args!("con_{}_{:07}", self.account.number, random.below(self.count(Stream::Contacts))),
            );
            json.plain("flowId", format_args!("flw_{}_{:04}", self.account.number, random.below(self.count(Stream::Flows))));
            json.moment("startedAt", call.started_at);
            if call.outcome == Outcome::Ringing {
                json.null("endedAt");
            } else {
                json.moment("endedAt", call.started_at.after(Duration::from_secs(seconds)));
            }
            json.number("durationSeconds", seconds);
            json.money("cost", seconds / 6 * 10);
            json.text("currency", &["EUR"]);
            json.boolean("scrubbed", call.scrubbed);
            summary(self.texts, &mut random, call.scrubbed, json);
            json.object("sentiment", |json| {
                json.text("label", &[random.pick(&["calm", "glad", "cross"])]);
                json.raw("score", format_args!("0.{:02}0", random.below(100)));
            });
            json.number("sequence", (1 << 53) + 1 + call.index);
        });
    }

    /// One object, as `GET /calls/{id}/transcript` answers.
    pub(in crate::talkif) fn write_transcript(&self, call: &CallFacts, json: &mut Json) {
        let mut random = self.random(Stream::CallTranscripts, call.index);
        json.record(0, |json| {
            json.plain("callId", format_args!("{}", call.id));
            json.text("language", &[random.pick(&LANGUAGES)]);
            json.list("segments", |json| segments(self.texts, &mut random, json));
        });
    }
}

const fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::NoAnswer => "no-answer",
        Outcome::Busy => "busy",
        Outcome::Ringing => "in-progress",
    }
}

fn numbers(random: &mut Random, scrubbed: bool, json: &mut Json) {
    for key in ["from", "to"] {
        let number = random.within(300_000_000, 999_999_999);
        if scrubbed {
            json.null(key);
        } else {
            json.plain(key, format_args!("+4930{number}"));
        }
    }
}

fn summary(texts: Texts, random: &mut Random, scrubbed: bool, json: &mut Json) {
    let remark = texts.remark(random);
    if scrubbed {
        json.null("summary");
    } else {
        json.text("summary", &[remark]);
    }
}

fn segments(texts: Texts, random: &mut Random, json: &mut Json) {
    let mut start = 0;
    for turn in 0..random.within(4, 16) {
        let length = random.within(800, 6_000);
        json.item(|json| {
            json.text("speaker", &[if turn % 2 == 0 { "assistant" } else { "caller" }]);
            json.text("text", &[texts.said(random)]);
            json.number("startMs", start);
            json.number("endMs", start + length);
        });
        start += length + random.below(700);
    }
}
