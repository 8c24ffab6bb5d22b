//! What the rule knows beside the account's own history: how the counter stands at the moment of the decision.

use std::time::Duration;

use carryall_protocol::Timestamp;

use super::Refusal;

/// How far the clock may run behind the last record, or the host's, before nothing is granted any more.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// How the counter stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The operator lets nothing new begin.
    pub paused: bool,
    /// The ledger was restored from a back-up: what happened since the back-up is not known, so nothing begins before this moment.
    pub not_before: Option<Timestamp>,
    /// How many exports hold a live lease, the one in question left out.
    pub running: u32,
    /// How many wait for a place and came before the one in question.
    pub ahead: u32,
}

impl Standing {
    /// Whether anything may begin at all.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.paused {
            return Err(Refusal::Paused);
        }
        match self.not_before.filter(|moment| *moment > now) {
            Some(until) => Err(Refusal::Restored { until }),
            None => Ok(()),
        }
    }
}
