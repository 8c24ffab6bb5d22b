//! How long to wait before a page is asked for again.
//!
//! Exponential back-off with jitter; a hint of the host counts more. **Randomness is handed in as a seed**, so that a run
//! can be repeated.

use std::time::Duration;

use carryall_protocol::catalog::Retry;

/// The first wait, before jitter.
const FIRST_MILLIS: u64 = 200;

/// Waits for failed pages.
#[derive(Debug, Clone)]
pub struct Backoff {
    state: u64,
}

impl Backoff {
    /// Waits that follow from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The wait after a page has failed `attempts` times (at least 1): between half and the whole of a doubling span, or what
    /// the host asked for where that is longer; never above the rule's `max_wait`.
    pub fn wait(&mut self, attempts: u32, hint: Option<Duration>, rule: &Retry) -> Duration {
        let most = Duration::from_secs(u64::from(rule.max_wait));
        let span = FIRST_MILLIS.saturating_mul(1 << attempts.saturating_sub(1).min(20));
        let wait = Duration::from_millis(span / 2 + self.next() % (span / 2 + 1));
        wait.max(hint.unwrap_or_default()).min(most)
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014): enough for jitter, nothing else.
    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// Reads `Retry-After` as seconds (RFC 9110 section 10.2.3); a date is not read and the back-off applies.
#[must_use]
pub fn retry_after(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_within_their_span() {
        let mut backoff = Backoff::new(7);
        let rule = Retry { max_wait: 5, ..Retry::default() };
        for (attempt, most) in [(1, 200), (2, 400), (3, 800), (4, 1600), (5, 3200), (6, 5000), (30, 5000)] {
            let wait = backoff.wait(attempt, None, &rule).as_millis() as u64;
            assert!((most.min(5000) / 2..=most).contains(&wait), "attempt {attempt}: {wait} ms");
        }
    }

    #[test]
    fn the_host_is_believed_up_to_the_bound() {
        let mut backoff = Backoff::new(7);
        let rule = Retry { max_wait: 60, ..Retry::default() };
        assert_eq!(backoff.wait(1, retry_after("7"), &rule), Duration::from_secs(7));
        assert_eq!(backoff.wait(1, retry_after("86400"), &rule), Duration::from_secs(60));
        assert!(backoff.wait(1, retry_after("0"), &rule) >= Duration::from_millis(100), "no wait at all helps nobody");
        assert_eq!(retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), None);
    }
}
