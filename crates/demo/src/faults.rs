//! Bad moments: 1 request in 40 is told to slow down, 1 in 150 meets a broken service.
//!
//! Requests are counted. In every run of 40 exactly one, at a place the seed decides, is refused with 429; in every run
//! of 150 exactly one with 503. **So a client that asks again gets through**, at the third try at the latest when it is
//! alone. What the answer looks like is the system's own affair.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::random::Random;

const RATE_LIMITED_ONCE_IN: u64 = 40;
const UNAVAILABLE_ONCE_IN: u64 = 150;

/// What a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 429.
    RateLimited,
    /// 503.
    Unavailable,
}

/// Decides which requests fail.
pub(crate) struct Faults {
    seed: u64,
    refuse: fn(Fault) -> Response,
    requests: AtomicU64,
}

impl Faults {
    /// None has failed yet; `refuse` says it as the system does.
    pub(crate) const fn new(seed: u64, refuse: fn(Fault) -> Response) -> Self {
        Self { seed, refuse, requests: AtomicU64::new(0) }
    }

    fn next(&self) -> Option<Fault> {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        if self.strikes(request, RATE_LIMITED_ONCE_IN) {
            return Some(Fault::RateLimited);
        }
        self.strikes(request, UNAVAILABLE_ONCE_IN).then_some(Fault::Unavailable)
    }

    /// Never the last of a run, so that the next run's first is not its neighbour.
    fn strikes(&self, request: u64, once_in: u64) -> bool {
        let (run, place) = (request / once_in, request % once_in);
        place == Random::at(&[self.seed, once_in, run]).below(once_in - 1)
    }
}

/// The middleware: refuses, or lets through.
pub(crate) async fn strike(State(faults): State<Arc<Faults>>, request: Request, next: Next) -> Response {
    match faults.next() {
        Some(fault) => (faults.refuse)(fault),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn faults(seed: u64) -> Faults {
        Faults::new(seed, |_| ().into_response())
    }

    #[test]
    fn one_in_forty_is_rate_limited_and_one_in_150_unavailable() {
        let faults = faults(7);
        let struck: Vec<_> = (0..6_000).filter_map(|_| faults.next()).collect();
        assert_eq!(struck.iter().filter(|fault| **fault == Fault::RateLimited).count(), 150);
        assert!((36..=40).contains(&struck.iter().filter(|fault| **fault == Fault::Unavailable).count()));
    }

    #[test]
    fn who_asks_three_times_gets_through() {
        for seed in 0..20 {
            let faults = faults(seed);
            let answers: Vec<_> = (0..6_000).map(|_| faults.next().is_none()).collect();
            assert!(answers.windows(3).all(|three| three.contains(&true)));
        }
    }
}
