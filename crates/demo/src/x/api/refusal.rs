//! What X answers when it does not answer: `{title, detail, type, status}`, and `errors` where a parameter is wrong.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::live::Account;
use crate::faults::Fault;
use crate::problem::Problem;

/// Why a request was not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nobody is signed in, or not any more.
    Unauthorized,
    /// A parameter that is unknown, or whose value is none.
    Invalid {
        /// The parameter.
        parameter: String,
        /// What it was given.
        value: String,
        /// What is wrong with it.
        message: String,
    },
    /// There is no such address.
    NotFound,
    /// The window is used up; when it ends is told by the headers that every answer has.
    TooManyRequests,
    /// The service has a bad moment.
    Unavailable,
}

impl Refusal {
    /// A parameter with a wrong value.
    pub(super) fn invalid(parameter: &str, value: &str, message: String) -> Self {
        Self::Invalid { parameter: parameter.to_owned(), value: value.to_owned(), message }
    }

    /// A parameter nobody knows.
    pub(super) fn unknown(parameter: &str, value: &str) -> Self {
        Self::invalid(parameter, value, format!("The query parameter [{parameter}] is not one of this address"))
    }

    /// Somebody else's account.
    pub(super) fn foreign(id: &str, account: &Account) -> Self {
        let own = account.data.account.id;
        let message = format!("The `id` query parameter value [{id}] must be the same as the authenticating user [{own}]");
        Self::invalid("id", id, message)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NotFound => Self::NotFound,
            Problem::RateLimit => Self::TooManyRequests,
            Problem::Unavailable => Self::Unavailable,
            _ => Self::Unauthorized,
        }
    }
}

/// A bad moment: X says 503 in all of them; its 429 has a window behind it.
pub(super) fn broken(_: Fault) -> Response {
    Refusal::Unavailable.into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let plain = |status: StatusCode, title: &str| {
            let body = json!({"title": title, "detail": title, "type": "about:blank", "status": status.as_u16()});
            (status, Json(body)).into_response()
        };
        match self {
            Self::Unauthorized => plain(StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::NotFound => plain(StatusCode::NOT_FOUND, "Not Found"),
            Self::TooManyRequests => plain(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"),
            Self::Unavailable => plain(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            Self::Invalid { parameter, value, message } => {
                let body = json!({
                    "errors": [{"parameters": {parameter: [value]}, "message": message}],
                    "title": "Invalid Request",
                    "detail": "One or more parameters to your request was invalid.",
                    "type": "https://api.x.example/2/problems/invalid-request",
                });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
        }
    }
}
