//! `/calls`, and what hangs on each of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use carryall_protocol::Timestamp;
use serde_json::json;

use super::asked::{Asked, CALL_DATES, Parameters};
use super::live::{Account, Live};
use super::one;
use super::page::page;
use crate::json::Json;
use crate::newest_first::between;
use crate::problem::Problem;
use crate::session::now;
use crate::talkif::call::{CallFacts, Transcript};
use crate::talkif::recording::Address;

pub(super) async fn list(account: Account, State(live): State<Arc<Live>>, parameters: Parameters) -> Result<Response, Problem> {
    let asked = Asked::parse(&parameters, Some(CALL_DATES))?;
    let calls = account.calls();
    let found = between(calls.total(), |position| calls.at(position).started_at, asked.from..=asked.to);
    let write = |position, json: &mut Json| account.data.write_call(&calls.at(found.start + position), json);
    Ok(page("calls", &asked, live.page_limit, found.end - found.start, write))
}

pub(super) async fn transcript(Account { data, .. }: Account, Path(id): Path<String>) -> Result<Response, Problem> {
    let call = data.call_by_id(&id).ok_or(Problem::NotFound)?;
    match call.transcript() {
        Transcript::Open => Ok(one(|json| data.write_transcript(&call, json))),
        Transcript::Restricted => Err(Problem::Forbidden),
        Transcript::Missing => Err(Problem::NotFound),
    }
}

/// A signed address that is good for minutes, at the media host.
pub(super) async fn recording(
    Account { data, .. }: Account,
    State(live): State<Arc<Live>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let call = data.call_by_id(&id).filter(CallFacts::is_recorded).ok_or(Problem::NotFound)?;
    let expires_at = Timestamp::from_secs(now().after(live.recording_lifetime).as_secs());
    let url = Address { call: call.id, expires_at }.signed(data.media.origin);
    Ok(axum::Json(json!({"url": url, "expiresAt": expires_at})).into_response())
}
