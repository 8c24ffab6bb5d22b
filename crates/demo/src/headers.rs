//! Headers that every answer carries. The policy is as tight as a careful host's, so that carryall is shown to need no
//! more: WebAssembly, a worker from the same origin, and connections to the host, its media and the counter.

use axum::Router;
use axum::http::Uri;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::media::Origin;

/// The policy for a page whose counter is at `counter_url`; nothing where that is no http or https address. Without `wasm` it
/// is the policy of a host that has not read how to embed carryall.
pub(crate) fn content_security_policy(counter_url: &str, media: Origin, wasm: bool) -> Option<HeaderValue> {
    let url: Uri = counter_url.parse().ok()?;
    let scheme = url.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let counter = format!("{scheme}://{}", url.authority()?);
    let media = media.served().map(|origin| format!(" {origin}")).unwrap_or_default();
    let wasm = if wasm { " 'wasm-unsafe-eval'" } else { "" };
    let policy = format!(
        "default-src 'self'; script-src 'self'{wasm}; worker-src 'self'; connect-src 'self' {counter}{media}; \
         img-src 'self' data:; style-src 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).ok()
}

/// Puts the policy and its companions on every answer of `router`.
pub(crate) fn guard(router: Router, policy: HeaderValue) -> Router {
    router
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, policy))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::overriding(REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_counters_origin_alone() {
        let policy = content_security_policy("http://127.0.0.1:9001/carryall", Origin::Example, true).unwrap();
        assert!(policy.to_str().unwrap().contains("connect-src 'self' http://127.0.0.1:9001; "));
    }

    #[test]
    fn what_is_no_web_address_gives_no_policy() {
        for url in ["", "/carryall", "ftp://example.org", "javascript:alert(1)", "http://a; script-src *"] {
            assert_eq!(content_security_policy(url, Origin::Example, true), None, "{url}");
        }
    }
}
