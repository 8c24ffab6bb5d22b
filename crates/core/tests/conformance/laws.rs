//! Laws for hosts that answer anything at all: no panic, no loop, nothing lost that was accepted, nothing doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use carryall_core::page::{FetchError, Page};
use carryall_protocol::Timestamp;
use carryall_protocol::job::StreamStatus;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Api, Drive, Reply, catalog};
use crate::outcome::reasons;
use crate::paging::{Family, Paging, all, text};
use crate::rows::row;

/// One answer of a host that follows no rule.
#[derive(Debug, Clone)]
enum Answer {
    Status(u16),
    Reset,
    TooLarge,
    /// Something that is no page.
    Body(&'static str),
    Page {
        records: Vec<u64>,
        next: Next,
        total: Option<u64>,
        has_more: Option<bool>,
        is_cut: bool,
    },
}

/// What a page names as the next one.
#[derive(Debug, Clone, Copy)]
enum Next {
    Nothing,
    /// One of a few, so that they come again.
    Known(u8),
    /// One that was never named.
    New,
}

fn answer() -> impl Strategy<Value = Answer> {
    let next = prop_oneof![1 => Just(Next::Nothing), 2 => (0u8..3).prop_map(Next::Known), 5 => Just(Next::New)];
    let page = (
        prop::collection::vec(0u64..40, 0..9),
        next,
        prop::option::of(0u64..60),
        any::<Option<bool>>(),
        prop::bool::weighted(0.05),
    );
    let page = page.prop_map(|(records, next, total, has_more, is_cut)| Answer::Page { records, next, total, has_more, is_cut });
    let bodies = vec!["", "null", "{}", "[]", "[[]]", "<html>", "{\"data\":7}", "{\"data\":[1,null,\"x\"],\"next\":{}}"];
    prop_oneof![
        120 => page,
        10 => prop::sample::select(vec![204, 302, 400, 404, 408, 418, 429, 500, 503]).prop_map(Answer::Status),
        10 => Just(Answer::Reset),
        10 => prop::sample::select(bodies).prop_map(Answer::Body),
        2 => Just(Answer::TooLarge),
    ]
}

/// A host that gives its answers in turn, whatever is asked.
struct Anyhow<'a> {
    paging: &'a Paging,
    answers: &'a [Answer],
    asked: usize,
    /// Records that stood on a page that could be read.
    served: BTreeSet<u64>,
}

impl Api for Anyhow<'_> {
    fn answer(&mut self, _call: &Call, _now: Timestamp) -> Reply {
        let answer = &self.answers[self.asked % self.answers.len()];
        self.asked += 1;
        assert!(self.asked < 20_000, "{} goes in circles", self.paging.name);
        let answer = match answer {
            Answer::Status(status) => Ok(Page { status: *status, ..text("{}") }),
            Answer::Reset => Err(FetchError::Connection),
            Answer::TooLarge => Err(FetchError::TooLarge { limit: 1 }),
            Answer::Body(body) => Ok(text(body)),
            Answer::Page { records, next, total, has_more, is_cut } => {
                let token = match next {
                    Next::Nothing => None,
                    Next::Known(known) => Some(format!("known{known}")),
                    Next::New => Some(format!("new{}", self.asked)),
                };
                let mut page = self.page(records, token.as_deref(), *total, *has_more);
                if *is_cut {
                    page.body.truncate(page.body.len() / 2);
                } else {
                    self.served.extend(records);
                }
                Ok(page)
            }
        };
        Reply { answer, after: Duration::from_millis(20) }
    }
}

impl Anyhow<'_> {
    /// A page with everything in the places where this way of paging looks for it.
    fn page(&self, records: &[u64], token: Option<&str>, total: Option<u64>, has_more: Option<bool>) -> Page {
        let stream = self.paging.stream(4);
        let paginator = &stream["paginator"];
        let place = |of: &Value| of.as_str().map(str::to_owned);
        let mut body = json!({});
        for (at, value) in [(&paginator["total"], json!(total)), (&paginator["has_more"], json!(has_more))] {
            if let Some(at) = place(at) {
                put(&mut body, &at, value);
            }
        }
        if let (Some(at), Some(next)) = (place(&paginator["token"]), self.next(token)) {
            put(&mut body, &at, next);
        }
        let texts: Vec<String> = records.iter().map(|nth| row(*nth, 40).served).collect();
        let entry = |(nth, text): (&u64, &String)| format!("\"{}\": {text}", row(*nth, 40).seq);
        let list = match stream["records"].get("entries") {
            Some(_) => format!("{{{}}}", records.iter().zip(&texts).map(entry).collect::<Vec<_>>().join(",")),
            None if stream["records"].get("each").is_some() => {
                format!("[{}]", texts.iter().map(|text| format!("{{\"node\": {text}}}")).collect::<Vec<_>>().join(","))
            }
            None => format!("[{}]", texts.join(",")),
        };
        let at = place(&stream["records"]["entries"]).or(place(&stream["records"]["pointer"])).unwrap();
        // Numbers of records are beyond what a JSON value holds here: the list is put into the text.
        let mut page = if at.is_empty() {
            text(&list)
        } else {
            put(&mut body, &at, json!("@records@"));
            text(&body.to_string().replace("\"@records@\"", &list))
        };
        let headers = [("x-next", token.map(str::to_owned)), ("x-total-count", total.map(|total| total.to_string()))];
        let link = token.map(|token| format!("<?cursor={token}&view=all>; rel=\"next https://rels.example/more\""));
        for (name, value) in headers.into_iter().chain([("x-total", total.map(|total| total.to_string())), ("link", link)]) {
            page.headers.extend(value.map(|value| (name.to_owned(), value)));
        }
        page
    }

    fn next(&self, token: Option<&str>) -> Option<Value> {
        let paginator = &self.paging.stream(4)["paginator"];
        match paginator["type"].as_str().unwrap() {
            "relay" => Some(json!({"endCursor": token, "hasNextPage": token.is_some()})),
            "continue_object" => token.map(|token| json!({"rvcontinue": token, "n": 7})),
            "next_url" if self.paging.name == "next-path" => token.map(|token| json!(format!("/api/v1/pages/{token}"))),
            "next_url" => token.map(|token| json!(format!("?cursor={token}"))),
            _ => Some(json!(token)),
        }
    }
}

/// Puts a value at a place; what is on the way becomes an object.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let place = pointer.split('/').skip(1).fold(body, |at, name| {
        if !at.is_object() {
            *at = json!({});
        }
        &mut at[name]
    });
    *place = value;
}

fn hold(paging: &Paging, answers: &[Answer], concurrency: u8) -> Result<(), TestCaseError> {
    let mut host = Anyhow { paging, answers, asked: 0, served: BTreeSet::new() };
    let Ok(outcome) = Drive::at(concurrency).run(&catalog([paging.stream(4)]), &mut host) else { return Ok(()) };
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    outcome.records(paging.name).into_iter().for_each(|record| *found.entry(record).or_default() += 1);
    // A body that is no page may hold a few records of its own.
    let own = ["1", "null", "\"x\"", "[]"];
    found.retain(|record, _| !own.contains(&record.as_str()));
    let served: BTreeSet<String> = host.served.iter().map(|nth| (paging.kept)(&row(*nth, 40))).collect();
    let found_once: BTreeSet<String> = found.keys().cloned().collect();
    prop_assert!(found_once.is_subset(&served), "a record that nobody served is in the archive");
    prop_assert!(!paging.is_keyed || found.values().all(|count| *count == 1), "a record is there twice");
    // Only these take a page as soon as it has come, whatever it is; others ask for some pages again.
    let takes_at_once = !matches!(paging.family, Family::Offset | Family::Sliced) && paging.is_keyed && concurrency == 1;
    prop_assert!(!takes_at_once || found_once == served, "a record is lost");
    let report = outcome.stream(paging.name);
    prop_assert_eq!(report.status == StreamStatus::Partial, reasons(report).iter().any(|reason| reason != "vanished"));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn no_answers_lead_to_a_loop_a_loss_or_a_double(
        way in 0..all().len(),
        answers in prop::collection::vec(answer(), 1..16),
        concurrency in prop::sample::select(vec![1u8, 1, 8]),
    ) {
        hold(&all()[way], &answers, concurrency)?;
    }
}

#[test]
fn pages_that_repeat_and_empty_ones_in_turn_end_somewhere() {
    let page = |records: &[u64]| Answer::Page {
        records: records.to_vec(),
        next: Next::New,
        total: None,
        has_more: Some(true),
        is_cut: false,
    };
    // As many records as a slice of time gives at most, whichever slice is asked for.
    let full = page(&Vec::from_iter(0..600));
    let sequences =
        [vec![page(&[1, 2]), page(&[])], vec![page(&[1]), page(&[]), page(&[]), page(&[2])], vec![page(&[3]); 2], vec![full]];
    for answers in sequences {
        for paging in all() {
            hold(&paging, &answers, 8).unwrap();
        }
    }
}
