//! A change gets in only as JSON, with the intent header, from an allowed origin.
//!
//! A form on another site can send neither the header nor the content type, and a script there is stopped by CORS. **A
//! change without an `Origin` is refused too**: every browser sends one with it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use carryall_protocol::counter::{INTENT_HEADER, ProblemCode};

use super::Counter;
use super::problem::Refused;

/// Lets everything in that changes nothing, and of the rest what is meant.
pub(super) async fn guard(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match check(&counter, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

fn check(counter: &Counter, headers: &HeaderMap) -> Result<(), Refused> {
    let origin = single(headers, header::ORIGIN.as_str());
    if !origin.is_some_and(|origin| counter.origins.iter().any(|allowed| allowed.as_str() == origin)) {
        let detail = "this page may not ask; its address must be among the counter's allowed_origins";
        return Err(Refused::new(ProblemCode::OriginNotAllowed, detail));
    }
    if single(headers, INTENT_HEADER) != Some("1") {
        let detail = format!("send the header {INTENT_HEADER}: 1 with every change");
        return Err(Refused::new(ProblemCode::OriginNotAllowed, detail));
    }
    if !single(headers, header::CONTENT_TYPE.as_str()).is_some_and(is_json) {
        let refused = Refused::new(ProblemCode::BadRequest, "send every change as Content-Type: application/json");
        return Err(refused.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    Ok(())
}

/// The header's value, if there is exactly one.
pub(super) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok()
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_json_with_or_without_parameters_and_nothing_else_is() {
        assert!(is_json("application/json"));
        assert!(is_json("Application/JSON; charset=utf-8"));
        for other in ["text/plain", "application/x-www-form-urlencoded", "text/plain; application/json", ""] {
            assert!(!is_json(other), "{other:?}");
        }
    }
}
