//! Hosts, records and catalogs that try to lead a request astray.
//!
//! Every request of every export here is read as a browser reads it ([`lawful`](crate::call::lawful)): the drive panics where
//! one leaves the origin, the base path or its stream's own path, or bears what only the embedding page may send.

mod addresses;
mod catalogs;
mod values;

use carryall_core::page::Page;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Drive, catalog};
use crate::outcome::Outcome;
use crate::paging::text;

/// A stream that is led on by what its first page says.
fn stream(paginator: Value) -> Value {
    json!({"id": "items", "primary_key": "/id", "request": {"path": "/items", "query": {"view": "all"}},
        "records": {"pointer": "/data"}, "paginator": paginator})
}

/// Runs such a stream beside an honest one, and tells how it was asked.
fn run(stream: Value, mut first: impl FnMut(&Call) -> Page) -> (Outcome, Vec<Call>) {
    let mut calls = Vec::new();
    let honest = json!({"id": "honest", "request": {"path": "/honest"}, "records": {"pointer": "/data"}});
    let outcome = Drive::default().run(&catalog([honest, stream]), &mut |call: &Call| {
        if call.path[0] == "honest" {
            return text("{\"data\": [{\"id\": 1}]}");
        }
        calls.push(call.clone());
        if calls.len() == 1 { first(call) } else { text("{\"data\": [{\"id\": 2}]}") }
    });
    (outcome.unwrap(), calls)
}
