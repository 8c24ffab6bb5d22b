//! How the machine behaves towards a host that is down or asks for patience.
//!
//! **An outage or a rate limit is waited out, not counted as failures**: one wait holds back every request to the host, it
//! doubles while nothing succeeds, and a page is given up only after the catalog's `patience` (20 minutes unless it says more).

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Retry;

use crate::retry::Backoff;

/// One wait at most, so that a host that is back is noticed.
const LONGEST_WAIT_SECONDS: u32 = 60;

/// What is known of the host's mood.
#[derive(Debug, Clone, Default)]
pub(super) struct Manners {
    hold_until: Timestamp,
    failures_in_a_row: u32,
}

impl Manners {
    /// Until when nothing may be asked, if that lies ahead.
    pub(super) fn hold(&self, now: Timestamp) -> Option<Timestamp> {
        (self.hold_until > now).then_some(self.hold_until)
    }

    /// The host answered as it should.
    pub(super) const fn succeeded(&mut self) {
        self.failures_in_a_row = 0;
    }

    /// The host is down, or asked for patience. Requests that were under way together count once.
    pub(super) fn failed(&mut self, now: Timestamp, hint: Option<Duration>, backoff: &mut Backoff) {
        if self.hold(now).is_none() {
            self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        }
        let rule = Retry { max_wait: LONGEST_WAIT_SECONDS, ..Retry::default() };
        let until = now.after(backoff.wait(self.failures_in_a_row.max(1), hint, &rule));
        self.hold_until = self.hold_until.max(until);
    }
}
