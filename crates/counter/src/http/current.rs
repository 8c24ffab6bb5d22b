//! `GET /v1/exports/current`: where the account's export stands, and what has changed since it was last looked at.
//!
//! The answer has a strong `ETag` over everything but its own moment. Shown again in `If-None-Match`, it is answered with 304
//! where nothing has changed; with `Prefer: wait=N` (RFC 7240) not before N seconds are over, or something has changed:
//! by a command, or by a deadline that has passed.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use carryall_protocol::Timestamp;
use carryall_protocol::counter::{Current, ProblemCode};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout_at};

use super::Counter;
use super::caller::Caller;
use super::problem::Refused;
use super::rate::Quota;
use super::waiters::Seat;
use crate::identity::Identity;
use crate::ledger::Seen;
use crate::rule::request as rule;
use crate::view::view;

/// The longest wait that is granted, in seconds.
const MAX_WAIT: u64 = 15;

/// How much of a request's time is kept for answering it, in seconds.
const MARGIN: u64 = 5;

/// What the caller would like: to wait.
pub(super) const PREFER: HeaderName = HeaderName::from_static("prefer");
/// How long the caller was let wait at most.
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// `GET /v1/exports/current`
pub(super) async fn current(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let wait =
        wanted_wait(&headers).map(|seconds| seconds.min(MAX_WAIT).min(counter.time_limit.as_secs().saturating_sub(MARGIN)));
    let wait = wait.filter(|seconds| *seconds > 0 && headers.contains_key(header::IF_NONE_MATCH));
    let seat = wait.and_then(|seconds| counter.waiters.sit(&caller.account).map(|seat| (seat, seconds)));
    let look = news(&counter, &caller, &headers, seat.as_ref()).await?;
    let mut response = look.into_response(&headers);
    if let Some((_, seconds)) = seat {
        let applied = HeaderValue::from_str(&format!("wait={seconds}")).ok();
        response.headers_mut().extend(applied.map(|applied| (PREFERENCE_APPLIED, applied)));
    }
    Ok(response)
}

/// What is to be seen: at once where it is new; else when it is, or the wait is over.
async fn news(
    counter: &Counter,
    caller: &Identity,
    headers: &HeaderMap,
    seat: Option<&(Seat<'_>, u64)>,
) -> Result<Look, Refused> {
    let Some((seat, seconds)) = seat else { return look(counter, caller).await };
    let end = Instant::now() + Duration::from_secs(*seconds);
    loop {
        // Before the look, so that no change is missed between the look and the wait.
        let mut called = pin!(seat.bell.notified());
        called.as_mut().enable();
        let look = look(counter, caller).await?;
        if !look.is_known(headers) || Instant::now() >= end || seat.is_closed() {
            return Ok(look);
        }
        let next = look.passes_in().map_or(end, |passes| end.min(Instant::now() + passes));
        let _ = timeout_at(next, called).await;
    }
}

/// One look at where the export stands.
async fn look(counter: &Counter, caller: &Identity) -> Result<Look, Refused> {
    let Seen { history, standing, now } = counter.ledger.history(caller.account.clone()).await?;
    let asker = counter.identity.asker(caller);
    let refusal = counter.check_clock().and_then(|()| rule::check(&history, &standing, &counter.policy, &asker, now)).err();
    let quota = Quota::of(refusal.as_ref(), now);
    let current = Current {
        now,
        policy: counter.policy.view(),
        export: history.latest().map(|export| view(export, &caller.subject, &counter.policy, now)),
        refusal: refusal.map(|refusal| Refused::from(refusal).problem(counter, now)),
    };
    Ok(Look { etag: etag(&current)?, current, quota })
}

struct Look {
    current: Current,
    /// None where the answer is another at every moment.
    etag: Option<String>,
    quota: Quota,
}

impl Look {
    /// Whether the caller has seen this.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = shown.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        self.etag.as_ref().is_some_and(|own| tags.any(|tag| tag == "*" || tag == own))
    }

    /// How long this stays as it is, if nobody does anything.
    fn passes_in(&self) -> Option<Duration> {
        let Current { now, export, refusal, .. } = &self.current;
        let of_export = export.iter().flat_map(|view| [view.confirm_by, view.run_by, view.lease_until, view.available_until]);
        let moments = of_export.chain(refusal.iter().map(|refusal| refusal.retry_at)).flatten();
        moments.filter(|moment| moment > now).min().map(|moment| moment.since(*now))
    }

    fn into_response(self, headers: &HeaderMap) -> Response {
        let is_known = self.is_known(headers);
        let etag = self.etag.and_then(|etag| HeaderValue::from_str(&etag).ok());
        let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Json(self.current).into_response() };
        response.headers_mut().extend(etag.map(|etag| (header::ETAG, etag)));
        response.extensions_mut().insert(self.quota);
        response
    }
}

/// A hash of everything but the moment.
fn etag(current: &Current) -> Result<Option<String>, Refused> {
    if current.refusal.as_ref().is_some_and(|refusal| refusal.code == ProblemCode::Unavailable) {
        return Ok(None);
    }
    let timeless = Current { now: Timestamp::from_secs(0), ..current.clone() };
    let hash = Sha256::digest(serde_json::to_vec(&timeless)?);
    Ok(Some(format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or(&hash)))))
}

/// The seconds of the first `wait` among the preferences.
fn wanted_wait(headers: &HeaderMap) -> Option<u64> {
    let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut preferences = values.flat_map(|value| value.split([',', ';'])).filter_map(|preference| preference.split_once('='));
    let (_, seconds) = preferences.find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))?;
    seconds.trim().trim_matches('"').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_found_among_other_preferences() {
        for (values, expected) in [
            (&["wait=10"][..], Some(10)),
            (&["respond-async, Wait = \"7\""], Some(7)),
            (&["return=minimal", "wait=3, wait=9"], Some(3)),
            (&["wait"], None),
            (&["wait=-1"], None),
            (&["await=3"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(wanted_wait(&headers), expected, "{values:?}");
        }
    }
}
