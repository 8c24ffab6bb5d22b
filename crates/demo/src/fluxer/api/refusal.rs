//! What the API answers when it does not answer: `{"code":"..","message":".."}`, with `errors` where a field is wrong, and
//! with `global` and `retry_after` where somebody asks too often.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use carryall_protocol::Timestamp;
use serde_json::{Value, json};

use super::windows::Standing;
use crate::faults::Fault;
use crate::session::now;

/// Why a request was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// No token, or none that is good here.
    #[error("You need to be logged in to do this.")]
    Unauthorized,
    /// Another site's page is asking.
    #[error("Requests that change something are taken from the app itself only.")]
    ForeignOrigin,
    /// Nothing has this path.
    #[error("Nothing here.")]
    NotFound,
    /// No such guild among the account's.
    #[error("That community does not exist, or you are not in it.")]
    UnknownGuild,
    /// No such channel within sight.
    #[error("That channel does not exist, or you cannot see it.")]
    UnknownChannel,
    /// A category holds no messages.
    #[error("A channel of this type has no messages.")]
    WrongChannelType,
    /// A parameter or a field is not what it should be.
    #[error("Input validation failed.")]
    InvalidForm(&'static str),
    /// This instance has no search.
    #[error("This feature is switched off.")]
    SearchOff,
    /// The index is under construction: an answer with status 202.
    #[error("Your messages are being indexed. Try again in a moment.")]
    Indexing,
    /// The service has a bad moment.
    #[error("The service cannot answer now.")]
    Unavailable,
}

impl Refusal {
    const fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "INVALID_ORIGIN"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::UnknownGuild => (StatusCode::NOT_FOUND, "UNKNOWN_GUILD"),
            Self::UnknownChannel => (StatusCode::NOT_FOUND, "UNKNOWN_CHANNEL"),
            Self::WrongChannelType => (StatusCode::BAD_REQUEST, "CANNOT_EXECUTE_ON_CHANNEL_TYPE"),
            Self::InvalidForm(_) => (StatusCode::BAD_REQUEST, "INVALID_FORM_BODY"),
            Self::SearchOff => (StatusCode::FORBIDDEN, "FEATURE_TEMPORARILY_DISABLED"),
            Self::Indexing => (StatusCode::ACCEPTED, "CHANNEL_INDEXING"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"),
        }
    }

    fn body(self) -> Value {
        let (_, code) = self.parts();
        match self {
            Self::InvalidForm(field) => {
                json!({"code": code, "message": self.to_string(), "errors": [{"path": field, "message": "Invalid."}]})
            }
            _ => json!({"code": code, "message": self.to_string()}),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.parts().0, Json(self.body())).into_response()
    }
}

/// How a bad moment looks here. What a fault calls too often is over in a quarter of a second.
pub(super) fn of_fault(fault: Fault) -> Response {
    match fault {
        Fault::RateLimited => {
            let now = now();
            too_often(Standing { limit: 40, remaining: 0, ends: now.after(Duration::from_millis(250)) }, now)
        }
        Fault::Unavailable => Refusal::Unavailable.into_response(),
    }
}

/// 429. `Retry-After` is in whole seconds, rounded up; the body has the milliseconds.
pub(super) fn too_often(standing: Standing, now: Timestamp) -> Response {
    let wait = standing.ends.since(now);
    let body = json!({
        "code": "RATE_LIMITED",
        "message": "You are being rate limited.",
        "global": false,
        "retry_after": wait.as_secs_f64(),
    });
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
    state(standing, answer.headers_mut());
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_millis().div_ceil(1_000).max(1) as u64));
    answer
}

/// Says in the headers how a request stands to its limit; the reset is in seconds since 1970, rounded up.
pub(super) fn state(standing: Standing, headers: &mut HeaderMap) {
    let reset = standing.ends.as_millis().div_ceil(1_000);
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(standing.limit));
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(standing.remaining));
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_in_whole_seconds_what_its_body_says_exactly() {
        let now = Timestamp::from_millis(1_700_000_000_400);
        let standing = Standing { limit: 20, remaining: 0, ends: now.after(Duration::from_millis(3_271)) };
        let answer = too_often(standing, now);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(
            ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(header),
            ["4", "20", "0", "1700000004"]
        );
    }
}
