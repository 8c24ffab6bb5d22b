//! Pages that are slices of time.

use carryall_core::page::Page;
use serde_json::{Value, json};

use super::{Family, Paging, page};
use crate::call::Call;
use crate::rows::{Row, SECOND, read};
use crate::shelf::Shelf;

/// Records that a host gives of a slice at most.
const CAP: usize = 40;

pub(super) fn all() -> Vec<Paging> {
    vec![
        new("window-closed", json!({"window": 43_200}), |shelf, call| {
            let (from, to) = moments(call);
            slice(shelf, |row| (from..=to).contains(&row.at), usize::MAX)
        }),
        new("window-half", json!({"window": 43_200}), |shelf, call| {
            let (from, to) = moments(call);
            slice(shelf, |row| (from..to).contains(&row.at), usize::MAX)
        }),
        new("window-late", json!({"window": 43_200, "start": "2025-12-31T23:10:00Z"}), |shelf, call| {
            let (from, to) = moments(call);
            slice(shelf, |row| from < row.at && row.at <= to, usize::MAX)
        }),
        new("window-open", json!({"window": 43_200, "start": "2025-12-31T23:10:00Z"}), |shelf, call| {
            let (from, to) = moments(call);
            slice(shelf, |row| from < row.at && row.at < to, usize::MAX)
        }),
        new("window-capped", json!({"window": 604_800, "result_cap": CAP}), |shelf, call| {
            let (from, to) = moments(call);
            slice(shelf, |row| (from..to).contains(&row.at), CAP)
        }),
        new("window-unix", json!({"window": 86_400, "result_cap": CAP, "format": "unix"}), |shelf, call| {
            let second = |name| call.param(name).unwrap().parse::<u64>().unwrap();
            let (from, to) = (second("from"), second("to"));
            slice(shelf, |row| (from..=to).contains(&(row.at / SECOND)), CAP)
        }),
        new("window-days", json!({"window": 86_400, "format": "date"}), |shelf, call| {
            let (from, to) = days(call);
            slice(shelf, |row| (from..=to).contains(&(row.at / SECOND / 86_400)), usize::MAX)
        }),
        new("window-half-days", json!({"window": 86_400, "format": "date"}), |shelf, call| {
            let (from, to) = days(call);
            slice(shelf, |row| (from..to).contains(&(row.at / SECOND / 86_400)), usize::MAX)
        }),
        new("window-capped-days", json!({"window": 604_800, "format": "date", "result_cap": 12 * CAP}), |shelf, call| {
            let (from, to) = days(call);
            slice(shelf, |row| (from..to).contains(&(row.at / SECOND / 86_400)), 12 * CAP)
        }),
    ]
}

fn new(name: &'static str, rest: Value, serve: fn(&mut Shelf, &Call) -> Page) -> Paging {
    let mut paginator = json!({"type": "time_window", "from_param": "from", "to_param": "to", "start": "2026-01-01T00:00:00Z"});
    paginator.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    Paging::new(name, Family::Sliced, paginator, serve)
}

fn moments(call: &Call) -> (u64, u64) {
    (read(call.param("from").unwrap()), read(call.param("to").unwrap()))
}

fn days(call: &Call) -> (u64, u64) {
    let day = |name| read(&format!("{}T00:00:00Z", call.param(name).unwrap())) / SECOND / 86_400;
    (day("from"), day("to"))
}

/// The oldest first, as far as the cap allows.
fn slice(shelf: &mut Shelf, is_inside: impl Fn(&Row) -> bool, cap: usize) -> Page {
    page(&shelf.beyond(is_inside, true, cap), &json!({}))
}
