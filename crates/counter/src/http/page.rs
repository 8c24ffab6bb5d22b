//! The confirmation page: the counter's own, so that a token is seen by nobody else.
//!
//! The page, its style and its script are three resources of one origin under a strict policy; nothing that runs is inline.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use axum::response::IntoResponse;
use url::form_urlencoded;

use super::Counter;
use super::problem::Refused;
use crate::html::escape;
use crate::languages::Language;

const PAGE: &str = include_str!("../../assets/confirm.html");
const STYLE: &str = include_str!("../../assets/confirm.css");
const SCRIPT: &str = include_str!("../../assets/confirm.js");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// `GET /confirm?lang=de`: but for its language the same for everybody, because the token never gets here.
pub(super) async fn confirm(
    State(counter): State<Arc<Counter>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refused> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let of_link = form_urlencoded::parse(query).find(|(name, _)| name == "lang").map(|(_, tag)| tag);
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|accepted| accepted.to_str().ok());
    let page = write(&counter, counter.languages.find_for_page(of_link.as_deref(), accepted))?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "accept-language"),
    ];
    Ok((headers, page))
}

fn write(counter: &Counter, language: &Language) -> Result<String, serde_json::Error> {
    let words = &language.words.page;
    // Data for the script. It ends at no tag of its own.
    let data = serde_json::to_string(words)?.replace("{host}", &counter.host).replace('<', "\\u003c");
    let title = words.ask_title.replace("{host}", &counter.host);
    let noscript = words.noscript.replace("{host}", &counter.host);
    Ok(PAGE
        .replace("{lang}", &language.tag)
        .replace("{dir}", language.words.direction.as_str())
        .replace("{title}", &escape(&title))
        .replace("{noscript}", &escape(&noscript))
        .replace("{words}", &data)
        .replace("{return_url}", &counter.return_url.as_deref().map(escape).unwrap_or_default()))
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
