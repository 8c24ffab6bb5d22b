//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): what may still be asked, and from when on.
//!
//! Two quotas have a name there: `exports`, one in each cooldown, for the account; `shield`, so many requests, for the
//! address. What refuses a request for another reason is in no quota.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use carryall_protocol::Timestamp;

use super::Counter;
use super::problem::{Refused, whole_seconds};
use super::shield::Allowance;
use crate::rule::Refusal;

/// What may be asked in which time.
pub(super) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What of it is left.
pub(super) const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What is left of the quota of exports; an answer carries it in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quota {
    /// One may be requested.
    Free,
    /// None, for so long.
    Spent(Duration),
}

impl Quota {
    /// What a request would meet. A refusal that no waiting ends leaves the quota as it is.
    pub(super) fn of(refusal: Option<&Refusal>, now: Timestamp) -> Self {
        match refusal.and_then(Refusal::retry_at) {
            Some(until) => Self::Spent(until.since(now)),
            None => Self::Free,
        }
    }

    fn item(self) -> String {
        match self {
            Self::Free => "\"exports\";r=1".to_owned(),
            Self::Spent(wait) => format!("\"exports\";r=0;t={}", whole_seconds(wait)),
        }
    }
}

/// Tells it with every answer that has a quota of exports, or an allowance of the shield.
pub(super) async fn tell(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    let allowance = request.extensions().get::<Allowance>().copied();
    let mut response = next.run(request).await;
    let now = counter.clock.now();
    let refused = response.extensions().get::<Refused>().and_then(Refused::spent_until);
    let refused = refused.map(|until| Quota::Spent(until.since(now)));
    let quota = response.extensions().get::<Quota>().copied().or(refused);
    let window = counter.policy.view().cooldown;
    let policies = [quota.map(|_| format!("\"exports\";q=1;w={window}")), allowance.map(Allowance::policy)];
    let left = [quota.map(Quota::item), allowance.map(Allowance::item)];
    put(response.headers_mut(), POLICY, policies);
    put(response.headers_mut(), LEFT, left);
    response
}

impl Allowance {
    pub(super) fn policy(self) -> String {
        format!("\"shield\";q={};w={}", self.burst, whole_seconds(self.every.saturating_mul(self.burst)))
    }

    /// The time is that until all of it is there again.
    pub(super) fn item(self) -> String {
        let spent = self.burst.saturating_sub(self.left);
        format!("\"shield\";r={};t={}", self.left, whole_seconds(self.every.saturating_mul(spent)))
    }
}

/// Puts a list (RFC 9651) of what is there.
pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, items: [Option<String>; 2]) {
    let items: Vec<_> = items.into_iter().flatten().collect();
    if let Some(value) = HeaderValue::from_str(&items.join(", ")).ok().filter(|_| !items.is_empty()) {
        headers.insert(name, value);
    }
}
