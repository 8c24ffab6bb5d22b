//! Every way of paging with every misbehaviour that makes sense there.

use std::time::Duration;

use carryall_protocol::job::StreamStatus;

use crate::drive::{Drive, START};
use crate::faults::Failing;
use crate::host::Host;
use crate::mood::Mood;
use crate::outcome::{Outcome, judge, reasons};
use crate::paging::{Family, Paging, all};

/// What an export must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Everything is here.
    Whole,
    /// Something is missing, or may be: for this reason among others.
    Partial(&'static str),
    /// Either, as long as it is true.
    Either,
}

/// What is to be said of a way of paging with a misbehaviour; nothing where the two do not go together.
fn says(paging: &Paging, mood: Mood, page_size: u32) -> Option<Says> {
    use Family::{Chained, Keyed, Numbered, Offset, Single, Sliced, Tied};
    let (family, total, is_one) = (paging.family, paging.has_total, page_size == 1);
    let says = match mood {
        Mood::Honest => Says::Whole,
        Mood::Short | Mood::Clamped if family == Tied => Says::Partial("possibly_truncated"),
        Mood::Short if matches!(family, Offset | Chained | Keyed) => Says::Whole,
        Mood::Empty | Mood::NoData if family == Chained => Says::Whole,
        Mood::Clamped if !matches!(family, Single | Sliced) => Says::Whole,
        Mood::Repeats => match family {
            Numbered | Offset if total && (family == Numbered || !is_one) => Says::Whole,
            Offset if !paging.has_more && !is_one => Says::Whole,
            Numbered | Offset | Chained => Says::Partial("NothingNew"),
            Keyed | Tied => Says::Either,
            Single | Sliced => return None,
        },
        Mood::Endless if family == Chained => Says::Either,
        Mood::LongEmpty if family == Chained => Says::Partial("NothingNew"),
        Mood::SameToken | Mood::OldToken | Mood::OldTokenOnEmpty if family == Chained => Says::Partial("RepeatedToken"),
        Mood::TotalHigh if total => Says::Partial("missing"),
        Mood::TotalHighRepeats if total && !paging.is_keyed && family == Numbered => Says::Partial("NothingNew"),
        Mood::TotalHighRepeats if total => Says::Partial("missing"),
        Mood::TotalLow if total => Says::Whole,
        Mood::TotalNull if total => Says::Whole,
        Mood::TotalWavers if total => Says::Either,
        Mood::Refuses if matches!(family, Numbered | Offset) => {
            let is_never_asked = paging.has_more || (family == Offset && !is_one);
            if total || is_never_asked { Says::Whole } else { Says::Partial("http_404") }
        }
        Mood::Ghosts | Mood::Hollow if family == Numbered && total => Says::Partial("missing"),
        Mood::Hollow if family == Numbered && paging.has_more => Says::Whole,
        // Where nothing else is said, an empty page is the end: with one record on a page, so is one that is gone.
        Mood::Ghosts if family == Numbered && (paging.has_more || !is_one) => Says::Whole,
        // What was deleted before a page without a word about the total, and without a record in common with the page before it,
        // nobody can see.
        Mood::Deletes if !total && (family == Numbered || (family == Offset && is_one)) => return None,
        Mood::Inserts | Mood::Deletes if family != Single && paging.is_keyed => Says::Either,
        Mood::Errors if paging.tells_errors() => Says::Partial("partial_results"),
        _ => return None,
    };
    // A page of one record cannot show whether others share its moment.
    Some(if family == Tied && is_one { Says::Partial("possibly_truncated") } else { says })
}

fn run(paging: &Paging, mood: Mood, records: u64, page_size: u32, concurrency: u8, seed: Option<u64>) -> (Outcome, Host) {
    let mut host = Host::new(std::slice::from_ref(paging), records, page_size, mood);
    let (drive, catalog) = (Drive::at(concurrency), host.catalog());
    let outcome = match seed {
        None => drive.run(&catalog, &mut host),
        Some(seed) => drive.run(&catalog, &mut Failing::new(&mut host, seed)),
    };
    (outcome.unwrap_or_else(|error| panic!("{} {mood:?}: {error}", paging.name)), host)
}

/// What is wrong with an export, if anything is.
fn wrong(paging: &Paging, mood: Mood, says: Says, outcome: &Outcome, host: &Host) -> Option<String> {
    let shelf = host.shelf(paging.name);
    let kept: Vec<String> = shelf.truth().map(paging.kept).collect();
    let others: Vec<String> =
        if mood.is_restless() { shelf.rows.iter().chain(&shelf.gone).map(paging.kept).collect() } else { Vec::new() };
    if let Err(error) = judge(outcome, paging.name, &kept, &others, paging.is_keyed) {
        return Some(format!("{mood:?}: {error}"));
    }
    let patience = Duration::from_secs(3_600);
    if outcome.requests > 5_000 || outcome.ended.since(START) > patience {
        return Some(format!("{mood:?}: {} takes {} requests until {}", paging.name, outcome.requests, outcome.ended));
    }
    if mood == Mood::Honest && outcome.everything().contains("SECRET") {
        return Some(format!("{} has a secret in its archive", paging.name));
    }
    let report = outcome.stream(paging.name);
    let is_said = match says {
        Says::Either => true,
        Says::Whole => report.status == StreamStatus::Complete,
        Says::Partial(reason) => reasons(report).iter().any(|said| said == reason),
    };
    (!is_said).then(|| {
        format!("{mood:?}: {} says {:?} {:?} {:?} instead of {says:?}", paging.name, report.status, reasons(report), report.stops)
    })
}

fn each(page_size: u32, mut check: impl FnMut(&Paging, Mood, Says) -> Option<String>) {
    let mut found = Vec::new();
    for paging in all() {
        for mood in Mood::ALL {
            if let Some(says) = says(&paging, mood, page_size) {
                found.extend(check(&paging, mood, says));
            }
        }
    }
    assert!(found.is_empty(), "{} wrong:\n{}", found.len(), found.join("\n"));
}

/// The same export in other circumstances gives the same payload.
fn same(paging: &Paging, mood: Mood, one: &Outcome, other: &Outcome, circumstance: &str) -> Option<String> {
    (!mood.is_restless() && one.digest != other.digest).then(|| {
        let (one, other) = (one.stream(paging.name), other.stream(paging.name));
        format!(
            "{mood:?}: {} differs {circumstance}: {:?} {:?} {} {:?} {:?} {}",
            paging.name, one.stops, one.errors, one.written, other.stops, other.errors, other.written
        )
    })
}

#[test]
fn the_payload_is_the_same_at_every_concurrency() {
    each(20, |paging, mood, says| {
        let (one, host) = run(paging, mood, 300, 20, 1, None);
        let at = |concurrency: u8| {
            let (many, host) = run(paging, mood, 300, 20, concurrency, None);
            let differs = same(paging, mood, &one, &many, &format!("at concurrency {concurrency}"));
            wrong(paging, mood, says, &many, &host).or(differs)
        };
        wrong(paging, mood, says, &one, &host).or_else(|| [8, 40].into_iter().find_map(at))
    });
}

#[test]
fn one_record_pages_lose_nothing() {
    each(1, |paging, mood, says| {
        let (outcome, host) = run(paging, mood, 120, 1, 8, None);
        wrong(paging, mood, says, &outcome, &host)
    });
}

#[test]
fn answers_that_fail_change_nothing() {
    each(20, |paging, mood, says| {
        let (whole, _) = run(paging, mood, 300, 20, 8, None);
        let (outcome, host) = run(paging, mood, 300, 20, 8, Some(1));
        let differs = same(paging, mood, &whole, &outcome, "where answers fail");
        wrong(paging, mood, says, &outcome, &host).or(differs)
    });
}

#[test]
fn every_record_is_there_once_or_the_report_says_what_is_missing() {
    each(50, |paging, mood, says| {
        let (outcome, host) = run(paging, mood, 1_000, 50, 8, None);
        wrong(paging, mood, says, &outcome, &host)
    });
}
