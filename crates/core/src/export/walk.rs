//! One paginated walk over one resource: which page is asked for next, and when the walk is over.
//!
//! ```text
//! pages wanted -> in flight -> arrived -> taken in order -> next offset | another pass | stopped
//!                    ^            |
//!                    +- waiting <-+  (a failed page, asked again later)
//! ```
//!
//! Pages arrive in any order and are taken in the order of their offsets, so what is written does not depend on arrival.
//! The end is the claimed total; without one, a page that repeats or an empty page. **A short page ends nothing**: what it
//! lacks is asked for. Where the total shrank during the walk, a deletion may have shifted a record past a page border, and
//! the walk is made again; records already seen are dropped by their key.

use std::collections::BTreeMap;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{OffsetPaginator, Paginator};

use crate::limits::PASSES;
use crate::report::Stop;

/// Pages in a row without a new record, after which a walk is going in circles.
const STALE_PAGES: u32 = 3;

/// One page's place in the walk.
#[derive(Debug)]
pub(super) enum Slot {
    /// Not asked for, or to be asked again, not before this moment.
    Wanted { from: Timestamp },
    /// Asked for.
    InFlight,
    /// Received and not yet taken.
    Arrived { body: Vec<u8> },
}

/// A page that is wanted, in flight or arrived.
#[derive(Debug)]
struct Asked {
    limit: u32,
    attempts: u32,
    refreshes: u32,
    slot: Slot,
}

/// One request's place: the walk's own number, its pass, and the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) walk: u64,
    pub(super) pass: u32,
    pub(super) offset: u64,
}

/// What one request asks beside its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) offset: u64,
    pub(super) limit: u32,
}

/// What was found on a page that was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Records on the page.
    pub(super) records: u64,
    /// Records among them that had not been seen.
    pub(super) fresh: u64,
    /// The total the page claims.
    pub(super) total: Option<u64>,
}

/// One walk. Created by its stream, one for each partition.
#[derive(Debug)]
pub(super) struct Walk {
    number: u64,
    /// The path below the base, with the parent's key in place.
    pub(super) path: String,
    offset: Option<OffsetPaginator>,
    keyed: bool,
    pages: BTreeMap<u64, Asked>,
    next: u64,
    size: u32,
    pass: u32,
    first_taken: bool,
    /// Lowest and highest total claimed in this pass.
    claimed: Option<(u64, u64)>,
    total: Option<u64>,
    unique: u64,
    unique_before_pass: u64,
    /// A further pass reads no further than the one before it claimed: what is newer is not its business.
    repeat_until: u64,
    stale_pages: u32,
    pages_taken: u32,
    stop: Option<Stop>,
    /// The total claimed first and last, over all passes.
    pub(super) claims: Option<(u64, u64)>,
}

impl Walk {
    /// A walk from its first page; `keyed` says whether records can be recognised.
    pub(super) fn new(number: u64, path: String, paginator: &Paginator, keyed: bool) -> Self {
        let offset = match paginator {
            Paginator::SinglePage => None,
            Paginator::Offset(offset) => Some(offset.clone()),
        };
        let size = offset.as_ref().map_or(1, |offset| offset.page_size);
        let mut walk = Self {
            number,
            path,
            offset,
            keyed,
            pages: BTreeMap::new(),
            next: 0,
            size,
            pass: 1,
            first_taken: false,
            claimed: None,
            total: None,
            unique: 0,
            unique_before_pass: 0,
            repeat_until: u64::MAX,
            stale_pages: 0,
            pages_taken: 0,
            stop: None,
            claims: None,
        };
        walk.want(0, size);
        walk
    }

    /// Why it ended, once it has.
    pub(super) const fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Passes made so far.
    pub(super) const fn passes(&self) -> u32 {
        self.pass
    }

    /// Records that were new, those left out by the catalog included.
    pub(super) const fn unique(&self) -> u64 {
        self.unique
    }

    /// Ends it for a reason from outside.
    pub(super) fn end(&mut self, stop: Stop) {
        self.pages.clear();
        self.stop = Some(stop);
    }

    /// The next page to ask for, if one may be asked for now. `ahead` allows pages beyond the first one not yet taken.
    pub(super) fn ask(&mut self, now: Timestamp, ahead: bool) -> Option<(Place, Window)> {
        if self.stop.is_some() {
            return None;
        }
        if ahead && self.may_speculate() {
            self.want(self.next, self.size);
        }
        let most = if ahead { usize::MAX } else { 1 };
        let mut wanted = self.pages.iter_mut().take(most);
        let (offset, asked) = wanted.find(|(_, asked)| matches!(asked.slot, Slot::Wanted { from } if from <= now))?;
        asked.slot = Slot::InFlight;
        asked.attempts += 1;
        let place = Place { walk: self.number, pass: self.pass, offset: *offset };
        Some((place, Window { offset: *offset, limit: asked.limit }))
    }

    /// The parameters of the paginator, where it has any.
    pub(super) const fn paginator(&self) -> Option<&OffsetPaginator> {
        self.offset.as_ref()
    }

    /// The earliest moment at which a page that waits may be asked for again.
    pub(super) fn wake(&self) -> Option<Timestamp> {
        let waiting = self.pages.values().filter_map(|asked| match asked.slot {
            Slot::Wanted { from } => Some(from),
            _ => None,
        });
        waiting.min()
    }

    /// Bytes of pages that have come and were not taken.
    pub(super) fn early_bytes(&self) -> usize {
        let bytes = self.pages.values().map(|asked| match &asked.slot {
            Slot::Arrived { body } => body.len(),
            Slot::Wanted { .. } | Slot::InFlight => 0,
        });
        bytes.sum()
    }

    /// Whether it is the walk of this number.
    pub(super) const fn is(&self, number: u64) -> bool {
        self.number == number
    }

    /// The place of a page of the present pass.
    pub(super) const fn place(&self, offset: u64) -> Place {
        Place { walk: self.number, pass: self.pass, offset }
    }

    /// Whether a request's place is still of interest: not after a stop, nor from an earlier pass.
    pub(super) fn expects(&self, place: Place) -> bool {
        let asked = self.pages.get(&place.offset);
        place.walk == self.number && place.pass == self.pass && asked.is_some_and(|asked| matches!(asked.slot, Slot::InFlight))
    }

    /// A page came.
    pub(super) fn arrived(&mut self, offset: u64, body: Vec<u8>) {
        if let Some(asked) = self.pages.get_mut(&offset) {
            asked.slot = Slot::Arrived { body };
        }
    }

    /// Tries made of the page at this offset, and refreshes of the credentials for it.
    pub(super) fn tries(&self, offset: u64) -> (u32, u32) {
        self.pages.get(&offset).map_or((0, 0), |asked| (asked.attempts, asked.refreshes))
    }

    /// Asks for a page again, not before `from`; a refresh of the credentials does not count as a try.
    pub(super) fn again(&mut self, offset: u64, from: Timestamp, refresh: bool) {
        if let Some(asked) = self.pages.get_mut(&offset) {
            asked.slot = Slot::Wanted { from };
            asked.attempts = asked.attempts.saturating_sub(u32::from(refresh));
            asked.refreshes = if refresh { asked.refreshes + 1 } else { 0 };
        }
    }

    /// Whether the next request for this offset should carry fresh credentials.
    pub(super) fn wants_refresh(&self, offset: u64) -> bool {
        self.pages.get(&offset).is_some_and(|asked| asked.refreshes > 0)
    }

    /// The first page in order, if it has come. The body leaves the walk; [`Walk::took`] or [`Walk::again`] must follow.
    pub(super) fn take(&mut self) -> Option<(u64, Vec<u8>)> {
        let (offset, asked) = self.pages.first_key_value()?;
        let offset = *offset;
        if !matches!(asked.slot, Slot::Arrived { .. }) {
            return None;
        }
        let asked = self.pages.get_mut(&offset)?;
        match std::mem::replace(&mut asked.slot, Slot::InFlight) {
            Slot::Arrived { body } => Some((offset, body)),
            other => {
                asked.slot = other;
                None
            }
        }
    }

    /// Goes on from a page that was taken.
    pub(super) fn took(&mut self, offset: u64, taken: Taken) {
        let limit = self.pages.remove(&offset).map_or(self.size, |asked| asked.limit);
        self.pages_taken += 1;
        self.unique += taken.fresh;
        self.claim(taken.total);
        let Some(paginator) = self.offset.clone() else {
            return self.end(Stop::SinglePage);
        };
        self.stale_pages = if self.keyed && taken.fresh == 0 { self.stale_pages + 1 } else { 0 };
        let end = offset.saturating_add(taken.records);
        if self.total.is_some_and(|total| end >= total.min(self.repeat_until)) {
            return self.finish_pass(Stop::TotalReached);
        }
        if taken.records == 0 {
            return self.finish_pass(Stop::EmptyPage);
        }
        if self.pass == 1 && self.stale_pages >= STALE_PAGES {
            return self.end(Stop::NothingNew);
        }
        if paginator.max_pages.is_some_and(|most| self.pages_taken >= most) {
            return self.end(Stop::MaxPages);
        }
        self.go_on(offset, limit, taken.records);
    }

    /// Asks for what a short page lacks, or moves the border of what was asked for.
    fn go_on(&mut self, offset: u64, limit: u32, records: u64) {
        let end = offset.saturating_add(records);
        let short = records < u64::from(limit);
        if !self.first_taken {
            self.first_taken = true;
            self.next = end;
            if short {
                self.size = u32::try_from(records).unwrap_or(self.size).max(1);
            }
        } else if short && end < self.next {
            let gap = offset.saturating_add(u64::from(limit)).min(self.next).saturating_sub(end);
            self.want(end, u32::try_from(gap).unwrap_or(self.size));
        } else {
            self.next = self.next.max(end);
        }
        if self.pages.is_empty() {
            self.want(self.next, self.size);
        }
    }

    fn want(&mut self, offset: u64, limit: u32) {
        let slot = Slot::Wanted { from: Timestamp::default() };
        self.pages.entry(offset).or_insert(Asked { limit, attempts: 0, refreshes: 0, slot });
        self.next = self.next.max(offset.saturating_add(u64::from(limit)));
    }

    /// Only a claimed total tells how far it is safe to look ahead.
    fn may_speculate(&self) -> bool {
        let waiting = self.pages.values().any(|asked| matches!(asked.slot, Slot::Wanted { .. }));
        self.first_taken && !waiting && self.total.is_some_and(|total| self.next < total.min(self.repeat_until))
    }

    fn claim(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        self.total = Some(total);
        self.claimed = Some(self.claimed.map_or((total, total), |(low, high)| (low.min(total), high.max(total))));
        self.claims = Some((self.claims.map_or(total, |(first, _)| first), total));
    }

    /// The end of a pass: the walk is over, unless records may have slipped through and another pass can find them.
    fn finish_pass(&mut self, stop: Stop) {
        let shrank = self.claimed.is_some_and(|(low, high)| low < high);
        let short = self.total.is_some_and(|total| self.unique < total);
        let fruitless = self.pass > 1 && self.unique == self.unique_before_pass && !shrank;
        if !self.keyed || self.pass == PASSES || fruitless || !(shrank || short) {
            return self.end(stop);
        }
        self.pages.clear();
        self.pass += 1;
        self.unique_before_pass = self.unique;
        self.repeat_until = self.claimed.map_or(u64::MAX, |(_, high)| high);
        self.claimed = None;
        self.first_taken = false;
        self.stale_pages = 0;
        self.next = 0;
        self.want(0, self.size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1);

    fn walk(page_size: u32, keyed: bool) -> Walk {
        let paginator = serde_json::from_value(serde_json::json!({"type": "offset", "page_size": page_size, "total": "/t"}));
        Walk::new(1, "/x".to_owned(), &paginator.unwrap(), keyed)
    }

    /// Asks for everything that may be asked for.
    fn asked(walk: &mut Walk) -> Vec<(u64, u32)> {
        std::iter::from_fn(|| walk.ask(NOW, true)).map(|(_, window)| (window.offset, window.limit)).collect()
    }

    fn give(walk: &mut Walk, offset: u64, records: u64, total: Option<u64>) {
        walk.arrived(offset, Vec::new());
        let (at, _) = walk.take().expect("the page is the first in order");
        assert_eq!(at, offset);
        walk.took(offset, Taken { records, fresh: records, total });
    }

    #[test]
    fn the_first_page_tells_how_far_to_look_ahead() {
        let mut walk = walk(100, true);
        assert_eq!(asked(&mut walk), [(0, 100)]);
        give(&mut walk, 0, 100, Some(250));
        assert_eq!(asked(&mut walk), [(100, 100), (200, 100)]);
        give(&mut walk, 100, 100, Some(250));
        assert_eq!(walk.stop(), None);
        give(&mut walk, 200, 50, Some(250));
        assert_eq!(walk.stop(), Some(Stop::TotalReached));
    }

    #[test]
    fn pages_are_taken_in_order_whatever_the_order_of_arrival() {
        let mut walk = walk(10, true);
        asked(&mut walk);
        give(&mut walk, 0, 10, Some(30));
        asked(&mut walk);
        walk.arrived(20, vec![2]);
        assert!(walk.take().is_none());
        walk.arrived(10, vec![1]);
        assert_eq!(walk.take(), Some((10, vec![1])));
    }

    #[test]
    fn a_clamped_page_size_is_learnt_from_the_first_page() {
        let mut walk = walk(1000, true);
        assert_eq!(asked(&mut walk), [(0, 1000)]);
        give(&mut walk, 0, 100, Some(250));
        assert_eq!(asked(&mut walk), [(100, 100), (200, 100)]);
    }

    #[test]
    fn what_a_short_page_lacks_is_asked_for() {
        let mut walk = walk(100, true);
        asked(&mut walk);
        give(&mut walk, 0, 100, Some(300));
        assert_eq!(asked(&mut walk), [(100, 100), (200, 100)]);
        give(&mut walk, 100, 60, Some(300));
        assert_eq!(asked(&mut walk), [(160, 40)]);
        give(&mut walk, 160, 40, Some(300));
        give(&mut walk, 200, 100, Some(300));
        assert_eq!(walk.stop(), Some(Stop::TotalReached));
    }

    #[test]
    fn a_shrinking_total_makes_the_walk_again_once() {
        let mut walk = walk(10, true);
        asked(&mut walk);
        give(&mut walk, 0, 10, Some(20));
        asked(&mut walk);
        give(&mut walk, 10, 9, Some(19));
        assert_eq!((walk.stop(), walk.passes()), (None, 2));
        assert_eq!(asked(&mut walk), [(0, 10)]);
        walk.arrived(0, Vec::new());
        walk.take();
        walk.took(0, Taken { records: 10, fresh: 1, total: Some(19) });
        asked(&mut walk);
        walk.arrived(10, Vec::new());
        walk.take();
        walk.took(10, Taken { records: 9, fresh: 0, total: Some(19) });
        assert_eq!((walk.stop(), walk.unique(), walk.claims), (Some(Stop::TotalReached), 20, Some((20, 19))));
    }

    #[test]
    fn without_a_key_a_walk_is_never_repeated() {
        let mut walk = walk(10, false);
        asked(&mut walk);
        give(&mut walk, 0, 10, Some(20));
        asked(&mut walk);
        give(&mut walk, 10, 9, Some(19));
        assert_eq!(walk.stop(), Some(Stop::TotalReached));
    }

    #[test]
    fn without_a_total_only_an_empty_page_ends_the_walk() {
        let mut walk = walk(10, true);
        assert_eq!(asked(&mut walk), [(0, 10)]);
        give(&mut walk, 0, 7, None);
        assert_eq!(asked(&mut walk), [(7, 7)]);
        give(&mut walk, 7, 7, None);
        assert_eq!(asked(&mut walk), [(14, 7)]);
        give(&mut walk, 14, 0, None);
        assert_eq!(walk.stop(), Some(Stop::EmptyPage));
    }

    #[test]
    fn a_host_that_repeats_a_page_for_ever_is_left() {
        let mut walk = walk(10, true);
        let mut pages = 0;
        while walk.stop().is_none() {
            let (place, _) = walk.ask(NOW, true).expect("a page is wanted");
            walk.arrived(place.offset, Vec::new());
            while let Some((offset, _)) = walk.take() {
                pages += 1;
                walk.took(offset, Taken { records: 10, fresh: u64::from(pages == 1) * 10, total: Some(u64::MAX) });
            }
            assert!(pages < 100);
        }
        assert_eq!(walk.stop(), Some(Stop::NothingNew));
    }

    #[test]
    fn a_late_answer_of_an_earlier_pass_is_not_expected() {
        let mut walk = walk(10, true);
        let (place, _) = walk.ask(NOW, true).unwrap();
        assert!(walk.expects(place));
        assert!(!walk.expects(Place { pass: 2, ..place }));
        walk.end(Stop::Failed);
        assert!(!walk.expects(place));
    }
}
