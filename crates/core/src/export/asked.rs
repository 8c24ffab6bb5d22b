//! One page of a walk: wanted, in flight, or arrived and waiting for those before it.

use carryall_protocol::Timestamp;

use super::ask::Ask;
use crate::page::Page;

/// What a page that waits costs at least, however small it is.
const PAGE_OVERHEAD_BYTES: usize = 4096;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A page to be read.
    Page(Page),
    /// An answer that the catalog takes for a page without records.
    Nothing,
}

impl Answer {
    const fn bytes(&self) -> usize {
        match self {
            Self::Page(page) => page.body.len(),
            Self::Nothing => 0,
        }
    }
}

/// One page's place in the walk.
#[derive(Debug)]
pub(super) enum Slot {
    /// Not asked for, or to be asked again, not before this moment.
    Wanted { from: Timestamp },
    /// Asked for.
    InFlight,
    /// Received and not yet taken.
    Arrived { answer: Answer },
}

/// A page that is wanted, in flight or arrived.
#[derive(Debug)]
pub(super) struct Asked {
    /// What is asked.
    pub(super) ask: Ask,
    /// How often in vain.
    pub(super) tries: Tries,
    /// Where it stands.
    pub(super) slot: Slot,
}

/// How often a page was asked for in vain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tries {
    /// Answers that were no page.
    pub(super) failures: u32,
    /// Waits for the host.
    pub(super) waits: u32,
    /// Since when it waits for the host.
    pub(super) waiting_since: Option<Timestamp>,
    /// Refreshes of the credentials in a row.
    pub(super) refreshes: u32,
}

impl Asked {
    /// A page that may be asked for at once.
    pub(super) fn wanted(ask: Ask) -> Self {
        Self { ask, tries: Tries::default(), slot: Slot::Wanted { from: Timestamp::default() } }
    }

    /// The moment from which it may be asked for, where it waits for that.
    pub(super) const fn wanted_from(&self) -> Option<Timestamp> {
        match self.slot {
            Slot::Wanted { from } => Some(from),
            Slot::InFlight | Slot::Arrived { .. } => None,
        }
    }

    /// Bytes of its body, where it has come.
    pub(super) const fn arrived_bytes(&self) -> Option<usize> {
        match &self.slot {
            Slot::Arrived { answer } => Some(answer.bytes()),
            Slot::Wanted { .. } | Slot::InFlight => None,
        }
    }

    /// Bytes it holds because it came early.
    pub(super) fn early_bytes(&self) -> usize {
        self.arrived_bytes().map_or(0, |bytes| bytes.max(PAGE_OVERHEAD_BYTES))
    }
}
