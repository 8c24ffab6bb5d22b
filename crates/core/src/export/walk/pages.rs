//! The pages of one walk that are wanted, in flight, or arrived and waiting for those before them.

use carryall_protocol::Timestamp;

use crate::export::ask::Ask;
use crate::export::asked::{Answer, Asked, Slot, Tries};

/// By their place in the walk: an offset, the number of a page, or the number of the step.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// Sorted; dozens at most.
    pages: Vec<(u64, Asked)>,
}

impl Pages {
    fn of(&mut self, slot: u64) -> Option<&mut Asked> {
        self.pages.iter_mut().find(|(known, _)| *known == slot).map(|(_, asked)| asked)
    }

    /// Wants a page, unless it is known already.
    pub(crate) fn want(&mut self, slot: u64, ask: Ask) {
        let at = self.pages.partition_point(|(known, _)| *known < slot);
        if self.pages.get(at).is_none_or(|(known, _)| *known != slot) {
            self.pages.insert(at, (slot, Asked::wanted(ask)));
        }
    }

    /// The next page to ask for, if one may be asked for now, among the first `most`.
    pub(crate) fn ask(&mut self, now: Timestamp, most: usize) -> Option<(u64, Ask)> {
        let mut wanted = self.pages.iter_mut().take(most);
        let (slot, asked) = wanted.find(|(_, asked)| matches!(asked.slot, Slot::Wanted { from } if from <= now))?;
        asked.slot = Slot::InFlight;
        Some((*slot, asked.ask.clone()))
    }

    /// The earliest moment at which a page that waits may be asked for again.
    pub(crate) fn wake(&self) -> Option<Timestamp> {
        self.pages.iter().filter_map(|(_, asked)| asked.wanted_from()).min()
    }

    pub(crate) fn len(&self) -> usize {
        self.pages.len()
    }

    pub(crate) fn clear(&mut self) {
        self.pages.clear();
    }

    /// Whether some page is wanted and not asked for.
    pub(crate) fn is_any_wanted(&self) -> bool {
        self.pages.iter().any(|(_, asked)| asked.wanted_from().is_some())
    }

    /// The first of those not yet taken.
    pub(crate) fn first(&self) -> Option<u64> {
        self.pages.first().map(|(first, _)| *first)
    }

    /// Bytes of the first page, if it has come.
    pub(crate) fn first_bytes(&self) -> Option<usize> {
        self.pages.first()?.1.arrived_bytes()
    }

    /// Bytes of pages that have come and were not taken.
    pub(crate) fn early_bytes(&self) -> usize {
        self.pages.iter().map(|(_, asked)| asked.early_bytes()).sum()
    }

    /// Whether an answer is waited for.
    pub(crate) fn expects(&self, slot: u64) -> bool {
        self.pages.iter().any(|(known, asked)| *known == slot && matches!(asked.slot, Slot::InFlight))
    }

    pub(crate) fn arrived(&mut self, slot: u64, answer: Answer) {
        if let Some(asked) = self.of(slot) {
            asked.slot = Slot::Arrived { answer };
        }
    }

    pub(crate) fn tries(&self, slot: u64) -> Tries {
        self.pages.iter().find(|(known, _)| *known == slot).map_or_else(Tries::default, |(_, asked)| asked.tries)
    }

    /// Wants a page again, not before `from`.
    pub(crate) fn again(&mut self, slot: u64, from: Timestamp, tries: Tries) {
        if let Some(asked) = self.of(slot) {
            asked.slot = Slot::Wanted { from };
            asked.tries = tries;
        }
    }

    /// The first page in order, if it has come; it counts as in flight until it is removed or wanted again.
    pub(crate) fn take(&mut self) -> Option<(u64, Answer)> {
        let (slot, first) = self.pages.first_mut()?;
        if !matches!(first.slot, Slot::Arrived { .. }) {
            return None;
        }
        match std::mem::replace(&mut first.slot, Slot::InFlight) {
            Slot::Arrived { answer } => Some((*slot, answer)),
            Slot::Wanted { .. } | Slot::InFlight => None,
        }
    }

    /// A page was taken: what had been asked for it.
    pub(crate) fn remove(&mut self, slot: u64) -> Option<Ask> {
        let at = self.pages.iter().position(|(known, _)| *known == slot)?;
        Some(self.pages.remove(at).1.ask)
    }
}
