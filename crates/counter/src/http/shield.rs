//! The shield: so many requests an address may make, whatever they are.
//!
//! It stands before everything that costs something: the body, the host's whoami, the ledger. **Its memory is bounded**:
//! what is forgotten first are addresses that have rested; a flood from more of them than are kept starts a new count for
//! all. What is asked by machines and for one's health goes past it.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use carryall_protocol::AccountId;
use carryall_protocol::counter::ProblemCode;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Counter;
use super::client::Client;
use super::problem::Refused;
use super::rate;
use crate::config::ShieldConfig;

/// How many keys are kept at most, give or take one round.
const CAPACITY: usize = 50_000;

/// How many requests make a round: after each, what has rested is forgotten.
const ROUND: u32 = 4096;

/// How many times as many requests as an address makes an account may make of the host's bulk routes.
const BULK: u32 = 50;

/// Routes that have a count of their own, or none.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/v1/authorize"];

/// What is left to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// How many requests it may make at once after a rest.
    pub(super) burst: u32,
    /// How many of them it may make now.
    pub(super) left: u32,
    /// How long it takes until one more may be made.
    pub(super) every: Duration,
}

/// Counts requests by key.
pub(crate) struct Shield<K: Hash + Eq + Clone> {
    quota: Quota,
    kept: RwLock<Kept<K>>,
    seen: AtomicU32,
    clock: DefaultClock,
}

type Kept<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

impl Shield<IpAddr> {
    /// The shield of the addresses; none where it is switched off.
    pub(crate) fn of_addresses(config: &ShieldConfig) -> Option<Self> {
        Self::new(config.per_minute, config.burst)
    }
}

impl Shield<AccountId> {
    /// The shield of the accounts that read by tickets; none where the other is switched off.
    pub(crate) fn of_accounts(config: &ShieldConfig) -> Option<Self> {
        Self::new(config.per_minute.saturating_mul(BULK), config.burst.saturating_mul(BULK))
    }
}

impl<K: Hash + Eq + Clone> Shield<K> {
    fn new(per_minute: u32, burst: u32) -> Option<Self> {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute)?).allow_burst(NonZeroU32::new(burst)?);
        Some(Self { quota, kept: RwLock::new(empty(quota)), seen: AtomicU32::new(0), clock: DefaultClock::default() })
    }

    /// Counts one request of this key; refused, it says how long to wait.
    pub(super) fn pass(&self, key: &K) -> Result<Allowance, Duration> {
        if self.seen.fetch_add(1, Ordering::Relaxed) % ROUND == ROUND - 1 {
            self.forget();
        }
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        match kept.check_key(key) {
            Ok(state) => Ok(Allowance {
                burst: self.quota.burst_size().get(),
                left: state.remaining_burst_capacity(),
                every: self.quota.replenish_interval(),
            }),
            Err(refused) => Err(refused.wait_time_from(self.clock.now())),
        }
    }

    /// Forgets who has rested; everybody, where that is not enough.
    fn forget(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.retain_recent();
        if kept.len() > CAPACITY {
            *kept = empty(self.quota);
        }
        kept.shrink_to_fit();
    }
}

fn empty<K: Hash + Eq + Clone>(quota: Quota) -> Kept<K> {
    RateLimiter::keyed(quota).with_middleware()
}

/// Lets a request on, if its address has not made too many.
pub(super) async fn shield(State(counter): State<Arc<Counter>>, mut request: Request, next: Next) -> Response {
    let client = request.extensions().get::<Client>().map(|client| client.network());
    let Some((shield, client)) = counter.shield.as_ref().zip(client).filter(|_| !is_open(&request)) else {
        return next.run(request).await;
    };
    match shield.pass(&client) {
        Ok(allowance) => {
            request.extensions_mut().insert(allowance);
            next.run(request).await
        }
        Err(wait) => {
            let mut response = refused(wait, &counter).into_response();
            let none = Allowance { burst: shield.quota.burst_size().get(), left: 0, every: shield.quota.replenish_interval() };
            rate::put(response.headers_mut(), rate::POLICY, [Some(none.policy()), None]);
            rate::put(response.headers_mut(), rate::LEFT, [Some(none.item()), None]);
            response
        }
    }
}

fn refused(wait: Duration, counter: &Counter) -> Refused {
    let detail = "too many requests came from your network; wait, then repeat this";
    Refused::new(ProblemCode::TooManyRequests, detail).until(counter.clock.now().after(wait))
}

fn is_open(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    route.is_some_and(|route| OPEN.iter().any(|open| route.ends_with(open)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_one_is_told_how_long_to_wait() {
        let shield = Shield::new(1, 3).unwrap();
        let left = [0; 3].map(|_| shield.pass(&"a").unwrap().left);
        assert_eq!(left, [2, 1, 0]);
        let wait = shield.pass(&"a").unwrap_err();
        assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");
        assert!(shield.pass(&"b").is_ok(), "others pay for it");
    }

    #[test]
    fn without_a_rate_there_is_no_shield() {
        assert!(Shield::<IpAddr>::new(0, 60).is_none());
    }

    #[test]
    fn a_flood_of_addresses_does_not_fill_the_memory() {
        let shield = Shield::new(1, 3).unwrap();
        for key in 0..u32::try_from(CAPACITY).unwrap() + 3 * ROUND {
            shield.pass(&key).unwrap();
        }
        let kept = shield.kept.read().unwrap().len();
        assert!(kept <= CAPACITY, "{kept} are kept");
        let rested = Shield::new(60_000_000, 1).unwrap();
        for key in 0..10 * ROUND {
            rested.pass(&key).unwrap();
        }
        let kept = rested.kept.read().unwrap().len();
        assert!(kept <= ROUND as usize, "{kept} are kept that have rested");
    }
}
