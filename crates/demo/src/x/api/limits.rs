//! Limits per window: each person has one for each address, and it begins with their first request.
//!
//! Every answer tells the limit, what remains of it, and the second at which the window ends; **a 429 tells nothing more, no
//! `Retry-After`**. Where the host has faults, the application itself uses an address too: a fifth of every window is gone
//! before the first request, and of the smallest limits the whole first window. So who keeps to the limits that
//! are documented meets a 429 all the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use carryall_protocol::Timestamp;

use super::Api;
use super::refusal::Refusal;
use super::resources::{RESOURCES, Resource};
use crate::session::{Caller, now};

/// The limit at which the application uses up a whole first window.
const SMALLEST: u64 = 15;

/// Every window there is.
pub(super) struct Windows {
    seconds: u64,
    shared: bool,
    open: Mutex<HashMap<(&'static str, &'static str), Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    /// The second, since 1970, at which it ends.
    ends: u64,
    used: u64,
}

/// What the window says of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowance {
    limit: u64,
    remaining: u64,
    reset: u64,
    granted: bool,
}

impl Windows {
    /// Windows of this length, made up to whole seconds; shared with the application itself, or not.
    pub(super) fn new(length: Duration, shared: bool) -> Self {
        Self { seconds: length.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1), shared, open: Mutex::default() }
    }

    fn take(&self, person: &'static str, resource: &'static Resource, now: Timestamp) -> Allowance {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = resource.limit;
        let fresh = |used| Window { ends: now.as_secs() + self.seconds, used };
        let window = open.entry((person, resource.route)).or_insert_with(|| fresh(self.used_by_others(limit, true)));
        if window.ends <= now.as_secs() {
            *window = fresh(self.used_by_others(limit, false));
        }
        let granted = window.used < limit;
        window.used += u64::from(granted);
        Allowance { limit, remaining: limit - window.used, reset: window.ends, granted }
    }

    const fn used_by_others(&self, limit: u64, is_first: bool) -> u64 {
        match (self.shared, is_first) {
            (false, _) => 0,
            (true, true) if limit == SMALLEST => limit,
            (true, _) => limit / 5,
        }
    }
}

/// The middleware: counts who asks for what, and tells on every answer what remains.
pub(super) async fn limit(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>().and_then(|route| route.as_str().strip_prefix("/2"));
    let Some(resource) = route.and_then(|route| RESOURCES.iter().find(|resource| resource.route == route)) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let caller = match Caller::from_request_parts(&mut parts, &api).await {
        Ok(caller) => caller,
        Err(problem) => return Refusal::from(problem).into_response(),
    };
    let allowance = api.live.windows.take(caller.person.id, resource, now());
    let mut response = if allowance.granted {
        next.run(Request::from_parts(parts, body)).await
    } else {
        Refusal::TooManyRequests.into_response()
    };
    let told = [("limit", allowance.limit), ("remaining", allowance.remaining), ("reset", allowance.reset)];
    for (name, number) in told {
        let name = match name {
            "limit" => "x-rate-limit-limit",
            "remaining" => "x-rate-limit-remaining",
            _ => "x-rate-limit-reset",
        };
        response.headers_mut().insert(name, HeaderValue::from(number));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLLOWERS: &Resource = &RESOURCES[4];

    fn taken(windows: &Windows, second: u64) -> Allowance {
        windows.take("a", FOLLOWERS, Timestamp::from_millis(second * 1_000 + 999))
    }

    #[test]
    fn a_window_begins_with_the_first_request_and_ends_to_the_second() {
        let windows = Windows::new(Duration::from_secs(900), false);
        for used in 1..=15 {
            let expected = Allowance { limit: 15, remaining: 15 - used, reset: 1_900, granted: true };
            assert_eq!(taken(&windows, 1_000 + used - 1), expected);
        }
        assert_eq!(taken(&windows, 1_899), Allowance { limit: 15, remaining: 0, reset: 1_900, granted: false });
        assert_eq!(taken(&windows, 1_900), Allowance { limit: 15, remaining: 14, reset: 2_800, granted: true });
    }

    #[test]
    fn everybody_has_a_window_of_their_own_for_each_address() {
        let windows = Windows::new(Duration::from_secs(900), false);
        let now = Timestamp::from_secs(1_000);
        for _ in 0..16 {
            windows.take("a", FOLLOWERS, now);
        }
        assert!(!windows.take("a", FOLLOWERS, now).granted);
        assert!(windows.take("b", FOLLOWERS, now).granted && windows.take("a", &RESOURCES[5], now).granted);
    }

    #[test]
    fn the_application_uses_the_whole_first_window_and_a_fifth_of_each_later_one() {
        let windows = Windows::new(Duration::from_secs(900), true);
        assert!(!taken(&windows, 1_000).granted);
        assert_eq!(taken(&windows, 1_900).remaining, 11);
        let posts = windows.take("a", &RESOURCES[1], Timestamp::from_secs(1_000));
        assert_eq!((posts.granted, posts.remaining), (true, 719));
    }
}
