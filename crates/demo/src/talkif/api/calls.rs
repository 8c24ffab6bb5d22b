//! `/calls`, and what hangs on each of them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asked::{Asked, CALL_DATES, Parameters};
use super::live::{Account, Live};
use super::one;
use super::page::page;
use crate::json::Json;
use crate::newest_first::between;
use crate::problem::Problem;
use crate::random::mix;
use crate::session::now;
use crate::talkif::call::Transcript;

const RECORDING_LIFETIME: Duration = Duration::from_secs(5 * 60);

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

/// A signed address that is good for minutes. Nothing answers there.
pub(super) async fn recording(Account { data, .. }: Account, Path(id): Path<String>) -> Result<Response, Problem> {
    let call = data.call_by_id(&id).filter(|call| call.transcript() != Transcript::Missing).ok_or(Problem::NotFound)?;
    let expires_at = now().after(RECORDING_LIFETIME);
    let signature = mix(call.id ^ expires_at.as_millis());
    let url = format!("https://recordings.talkif.example/{id}.ogg?expires={}&signature={signature:016x}", expires_at.as_secs());
    Ok(axum::Json(json!({"url": url, "expiresAt": expires_at})).into_response())
}
