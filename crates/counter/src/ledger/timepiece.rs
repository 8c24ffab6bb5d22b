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
    /// Whether the ledger has made up for the time it was down; until then nothing is decided.
    has_begun: AtomicBool,
    was_right: AtomicBool,
}

impl Timepiece {
    /// This clock, held against the last sign of life that is on record. It has not begun.
    pub(super) const fn new(clock: Arc<dyn Clock>, latest: Timestamp) -> Self {
        let (has_begun, was_right) = (AtomicBool::new(false), AtomicBool::new(true));
        Self { clock, latest: AtomicU64::new(latest.as_millis()), has_begun, was_right }
    }

    /// What the clock shows, right or wrong.
    pub(super) fn shown(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether what it shows can be relied on. Says so once where it cannot.
    pub(super) fn is_right(&self) -> bool {
        let right = self.has_begun() && self.runs_right();
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

    /// Whether the clock runs evenly and is not behind the last record.
    fn runs_right(&self) -> bool {
        let latest = Timestamp::from_millis(self.latest.load(Ordering::SeqCst));
        self.clock.is_steady() && self.clock.now().after(CLOCK_TOLERANCE) >= latest
    }

    /// The moment the ledger can begin at; none while the clock is wrong.
    pub(super) fn moment_to_begin(&self) -> Option<Timestamp> {
        self.runs_right().then(|| self.clock.now())
    }

    /// Whether the ledger has begun.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// From now on decisions are taken.
    pub(super) fn begin(&self) {
        self.has_begun.store(true, Ordering::SeqCst);
    }

    /// A decision of this moment is on record.
    pub(super) fn recorded(&self, moment: Timestamp) {
        self.latest.fetch_max(moment.as_millis(), Ordering::SeqCst);
    }

    /// The operator says that the clock is right. The ledger has to begin anew.
    pub(super) fn trust(&self) {
        self.has_begun.store(false, Ordering::SeqCst);
        self.clock.trust();
        self.latest.store(self.clock.now().as_millis(), Ordering::SeqCst);
    }
}
