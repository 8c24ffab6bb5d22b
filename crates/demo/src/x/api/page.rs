//! One answer: `{"data":[..],"includes":{..},"errors":[..],"meta":{..}}`, each member where there is something in it.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::asked::Asked;
use super::beside::{Beside, write_error};
use super::entry::{Entries, Entry};
use super::live::Account;
use super::resources::Resource;
use super::token::Token;
use crate::json::{Json, Secrets};
use crate::x::style::Style;

/// Room for a record of most streams, with what lies beside it.
const BYTES_PER_RECORD: usize = 900;

/// The page asked for. Before some pages comes one without records that says where to go on.
pub(super) fn page(account: &Account, entries: &Entries, asked: &Asked) -> Response {
    let token = asked.token;
    let total = entries.total();
    if token.is_before_gap() && token.position < total {
        return written(account, &[], asked, entries, Some(Token { after_gap: true, ..token }));
    }
    let found = entries.slice(token.position, asked.size);
    let position = token.position + found.len() as u64;
    let next = (position < total).then(|| Token { position, page: token.page + 1, after_gap: false });
    written(account, &found, asked, entries, next)
}

fn written(account: &Account, found: &[Entry], asked: &Asked, entries: &Entries, next: Option<Token>) -> Response {
    let data = &account.data;
    let style = Style::served(&asked.wanted);
    let mut beside = Beside::asked(&asked.wanted);
    found.iter().for_each(|entry| entry.name(data, &mut beside));
    let mut json = Json::with_capacity(Secrets::Served, found.len() * BYTES_PER_RECORD + 512);
    json.item(|json| {
        if !found.is_empty() {
            json.list("data", |json| {
                found.iter().for_each(|entry| json.record(entry.secret_seed(), |json| entry.write(data, &style, json)));
            });
        }
        beside.write(data, &style, json);
        json.object("meta", |json| {
            json.number("result_count", found.len() as u64);
            if let Some(next) = next {
                json.text("next_token", &[&next.write(entries.route)]);
            }
            if let Some(previous) = before(asked) {
                json.text("previous_token", &[&previous.write(entries.route)]);
            }
        });
    });
    answer(json)
}

/// The page before this one; its records alone.
fn before(asked: &Asked) -> Option<Token> {
    let Token { position, page, .. } = asked.token;
    (page > 0).then(|| Token { position: position.saturating_sub(asked.size), page: page - 1, after_gap: true })
}

/// `{"data":{..}}`
pub(super) fn single(account: &Account, resource: &Resource, asked: &Asked) -> Response {
    let style = Style::served(&asked.wanted);
    let entry = Entry::Plain(resource.stream, 0);
    let mut json = Json::new(Secrets::Served);
    json.record(entry.secret_seed(), |json| {
        json.object("data", |json| entry.write(&account.data, &style, json));
    });
    answer(json)
}

/// What X says of an id that it does not know: 200, errors, and no data.
pub(super) fn nothing_found(kind: &str, id: &str) -> Response {
    let mut json = Json::new(Secrets::Served);
    let detail = format!("Could not find {kind} with id");
    json.item(|json| json.list("errors", |json| write_error(kind, "id", id, "Not Found Error", &detail, json)));
    answer(json)
}

fn answer(json: Json) -> Response {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], json.into_bytes()).into_response()
}
