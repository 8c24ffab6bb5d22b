//! What the host answers when it does not answer: `{code,title,status,detail,requestId}`.
//!
//! **No refusal says when to come back**: no `Retry-After`, no `RateLimit`; a client must find its own pace.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Why a request was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// No credentials, or none that were given here.
    #[error("sign in first")]
    Unauthenticated,
    /// The access token was good once.
    #[error("the access token has expired; refresh it")]
    TokenExpired,
    /// Mail address or password is wrong; which one is not told.
    #[error("mail address or password is wrong")]
    WrongPassword,
    /// The thing exists and is not for this person.
    #[error("this transcript is restricted to the people who took part in the call")]
    Forbidden,
    /// No such thing in this account.
    #[error("there is nothing here under this address")]
    NotFound,
    /// The path knows other methods.
    #[error("this address does not take this method")]
    MethodNotAllowed,
    /// A query parameter that is unknown, or whose value is not one.
    #[error("a query parameter is unknown or malformed")]
    BadParameter,
    /// A body that is not the JSON asked for.
    #[error("the body is not the JSON that this call takes")]
    BadBody,
    /// Too many requests; how long to wait is not told.
    #[error("too many requests; slow down")]
    RateLimit,
    /// The host has a bad moment.
    #[error("the service cannot answer now; try again")]
    Unavailable,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    code: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    request_id: String,
}

impl Problem {
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthorized", "Unauthorized"),
            Self::TokenExpired => (StatusCode::UNAUTHORIZED, "token_expired", "Token expired"),
            Self::WrongPassword => (StatusCode::UNAUTHORIZED, "invalid_credentials", "Invalid credentials"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Forbidden"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed"),
            Self::BadParameter => (StatusCode::BAD_REQUEST, "invalid_parameter", "Invalid parameter"),
            Self::BadBody => (StatusCode::BAD_REQUEST, "invalid_body", "Invalid body"),
            Self::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "rate_limit", "Rate limit exceeded"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", "Service unavailable"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        static REQUESTS: AtomicU64 = AtomicU64::new(1);
        let (status, code, title) = self.parts();
        let request_id = format!("req_{:012x}", REQUESTS.fetch_add(1, Ordering::Relaxed));
        (status, Json(Body { code, title, status: status.as_u16(), detail: self.to_string(), request_id })).into_response()
    }
}
