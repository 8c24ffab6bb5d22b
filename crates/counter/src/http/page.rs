//! The confirmation page: the counter's own, so that a token is seen by nobody else.
//!
//! The page, its style and its script are three resources of one origin under a strict policy; nothing is inline.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use super::Counter;
use crate::mail::escape;

const PAGE: &str = include_str!("../../assets/confirm.html");
const STYLE: &str = include_str!("../../assets/confirm.css");
const SCRIPT: &str = include_str!("../../assets/confirm.js");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// `GET /confirm`: the same for everybody, because the token never gets here.
pub(super) async fn confirm(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    let link = counter.return_url.as_deref().map(escape).unwrap_or_default();
    let page = PAGE.replace("{return_url}", &link);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)], page)
}

/// `GET /assets/confirm.css`
pub(super) async fn style() -> impl IntoResponse {
    asset("text/css; charset=utf-8", STYLE)
}

/// `GET /assets/confirm.js`
pub(super) async fn script() -> impl IntoResponse {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(content_type: &'static str, text: &'static str) -> ([(HeaderName, &'static str); 2], &'static str) {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text)
}
