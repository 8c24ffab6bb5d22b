//! The clock as the ledger trusts it: even, and never behind what it has already recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use carryall_protocol::Timestamp;
use tracing::{error, info};

use crate::clock::Clock;
use crate::rule::Refusal;
use crate::rule::standing::CLOCK_TOLERANCE;

/// The clock, and the latest moment the ledger has recorded.
pub(super) struct Timepiece {
    clock: Arc<dyn Clock>,
    latest: AtomicU64,
    was_right: AtomicBool,
}

impl Timepiece {
    /// This clock, held against the last sign of life that is on record.
    pub(super) const fn new(clock: Arc<dyn Clock>, latest: Timestamp) -> Self {
        Self { clock, latest: AtomicU64::new(latest.as_millis()), was_right: AtomicBool::new(true) }
    }

    /// What the clock shows, right or wrong.
    pub(super) fn shown(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether what it shows can be relied on. Says so once where it cannot.
    pub(super) fn is_right(&self) -> bool {
        let latest = Timestamp::from_millis(self.latest.load(Ordering::SeqCst));
        let right = self.clock.is_steady() && self.clock.now().after(CLOCK_TOLERANCE) >= latest;
        match (self.was_right.swap(right, Ordering::SeqCst), right) {
            (true, false) => error!(
                "the clock has jumped, or is behind the last record, so nothing is decided: set it right, or confirm that it is right"
            ),
            (false, true) => info!("the clock is right again"),
            _ => {}
        }
        right
    }

    /// The moment a decision is taken at.
    pub(super) fn moment(&self) -> Result<Timestamp, Refusal> {
        if self.is_right() { Ok(self.clock.now()) } else { Err(Refusal::ClockWrong) }
    }

    /// A decision of this moment is on record.
    pub(super) fn recorded(&self, moment: Timestamp) {
        self.latest.fetch_max(moment.as_millis(), Ordering::SeqCst);
    }

    /// The operator says that the clock is right.
    pub(super) fn trust(&self) -> Timestamp {
        self.clock.trust();
        let now = self.clock.now();
        self.latest.store(now.as_millis(), Ordering::SeqCst);
        now
    }
}
