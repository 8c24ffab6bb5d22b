//! How the machine behaves towards a host that is down or asks for patience.
//!
//! **An outage or a rate limit is waited out, not counted as failures**: the wait doubles while nothing succeeds, and a page is
//! given up only after the catalog's `patience` (20 minutes unless it says more). An outage, or a limit whose reach nobody knows,
//! holds back every request to the host; a limit of one stream only that stream. After each of them fewer requests are in flight, one
//! more again after every so many that succeed.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{HostRate, Retry};

use super::pace::Pace;
use crate::retry::Backoff;

/// One wait at most where the host gives no hint, so that a host that is back is noticed.
const LONGEST_WAIT_SECONDS: u32 = 60;

/// What is known of the host's mood.
#[derive(Debug, Clone)]
pub(super) struct Manners {
    hold: Hold,
    pace: Option<Pace>,
    /// Requests in flight at most, now and at best.
    allowed: usize,
    most: usize,
    succeeded: usize,
}

/// A span in which nothing is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hold {
    until: Timestamp,
    failures_in_a_row: u32,
}

impl Hold {
    /// Until when nothing may be asked.
    pub(super) const fn until(&self) -> Timestamp {
        self.until
    }

    pub(super) const fn succeeded(&mut self) {
        self.failures_in_a_row = 0;
    }

    /// Nothing may be asked before this.
    pub(super) fn rest(&mut self, until: Timestamp) {
        self.until = self.until.max(until);
    }

    /// The host is down, or asked for patience. Requests that were under way together count once; true for the first of them.
    pub(super) fn failed(&mut self, now: Timestamp, hint: Option<Duration>, longest: u32, backoff: &mut Backoff) -> bool {
        let is_first = self.until <= now;
        if is_first {
            self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        }
        let rule = Retry { max_wait: longest, ..Retry::default() };
        self.rest(now.after(backoff.wait(self.failures_in_a_row.max(1), hint, &rule)));
        is_first
    }
}

impl Manners {
    /// Towards a host that bears so many requests at once, and so many in a while.
    pub(super) fn new(most: usize, rate: Option<&HostRate>) -> Self {
        let pace = rate.map(|rate| Pace::new(rate.requests, rate.seconds));
        Self { hold: Hold::default(), pace, allowed: most, most, succeeded: 0 }
    }

    /// Until when nothing may be asked, if that lies ahead.
    pub(super) fn hold(&self, now: Timestamp) -> Option<Timestamp> {
        let paced = self.pace.as_ref().map_or(now, |pace| pace.ready_at(now));
        Some(self.hold.until().max(paced)).filter(|until| *until > now)
    }

    /// Requests that may be in flight now.
    pub(super) const fn allowed(&self) -> usize {
        self.allowed
    }

    /// A request was sent.
    pub(super) fn asked(&mut self, now: Timestamp) {
        if let Some(pace) = &mut self.pace {
            pace.asked(now);
        }
    }

    /// The host answered as it should.
    pub(super) const fn succeeded(&mut self) {
        self.hold.succeeded();
        self.succeeded += 1;
        if self.allowed < self.most && self.succeeded >= self.allowed * 2 {
            self.allowed += 1;
            self.succeeded = 0;
        }
    }

    /// The host answered that nothing is left until then.
    pub(super) fn rest(&mut self, until: Timestamp) {
        self.hold.rest(until);
    }

    /// The host is down, or asked everybody for patience.
    pub(super) fn failed(&mut self, now: Timestamp, hint: Option<Duration>, longest: u32, backoff: &mut Backoff) {
        let longest = if hint.is_some() { longest } else { LONGEST_WAIT_SECONDS };
        if self.hold.failed(now, hint, longest, backoff) {
            self.slow_down();
        }
    }

    /// Fewer requests at once from now on.
    pub(super) fn slow_down(&mut self) {
        self.allowed = (self.allowed / 2).max(1);
        self.succeeded = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_asks_for_patience_is_asked_less_and_then_more_again() {
        let mut manners = Manners::new(8, None);
        let mut backoff = Backoff::new(1);
        let now = Timestamp::from_secs(1);
        manners.failed(now, Some(Duration::from_secs(9)), 300, &mut backoff);
        manners.failed(now, Some(Duration::from_secs(9)), 300, &mut backoff);
        assert_eq!((manners.allowed(), manners.hold(now)), (4, Some(Timestamp::from_secs(10))));
        let successes = (0..).take_while(|_| {
            manners.succeeded();
            manners.allowed() < 8
        });
        assert_eq!(successes.count(), 8 + 10 + 12 + 14 - 1);
    }
}
