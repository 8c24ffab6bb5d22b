//! One paginated walk over one resource: which page is asked for next, and when the walk is over.
//!
//! ```text
//! pages wanted -> in flight -> arrived -> joined to the page before -> taken -> next offset | stopped
//!                    ^            |                 |
//!                    +- waiting <-+ (failed)        +-> the list has moved: a step back, and the page once more
//! ```
//!
//! Pages arrive in any order and are taken in the order of their offsets, so what is written does not depend on arrival.
//! Each page begins with the last record of the one before it ([`Border`]); where it does not, records were deleted
//! meanwhile and a neighbour may have slipped over the border, so the walk steps back until the pages meet. The end is the
//! claimed total, or a page that brings nothing further. **A short page ends nothing**: what it lacks is asked for.

use std::collections::BTreeMap;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{OffsetPaginator, Paginator};

use super::border::Border;
use crate::report::Stop;
use crate::seen::SeenKeys;

/// Pages in a row without a new record, after which a walk is going in circles.
const STALE_PAGES: u32 = 3;
/// Empty pages in a row that are stepped over while a claimed total lies beyond them.
const EMPTY_PAGES: u32 = 3;
/// Steps back that one walk may make, and that it may make before one page.
const STEPS_BACK: u32 = 200;
const STEPS_BEFORE_ONE_PAGE: u32 = 3;
/// Pages wanted, in flight or waiting for those before them.
const PAGES_AHEAD: usize = 64;
/// What a page that waits costs at least, however small it is.
const PAGE_OVERHEAD_BYTES: usize = 4096;

/// One page's place in the walk.
#[derive(Debug)]
enum Slot {
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
    tries: Tries,
    slot: Slot,
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

/// One request's place: the walk's own number and the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) walk: u64,
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
    /// Records that were not on the page before.
    pub(super) further: u64,
    /// Records among them that had not been seen in the stream.
    pub(super) fresh: u64,
    /// The total the page claims.
    pub(super) total: Option<u64>,
}

/// What the pages claimed about the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claims {
    /// By the first page.
    pub(super) first: u64,
    /// By the last one.
    pub(super) last: u64,
}

/// One walk. Created by its stream, one for each partition.
#[derive(Debug)]
pub(super) struct Walk {
    number: u64,
    /// The path below the base, with the parent's key in place.
    pub(super) path: String,
    paginator: Option<OffsetPaginator>,
    pages: BTreeMap<u64, Asked>,
    /// The first offset that nobody has asked for.
    next: u64,
    /// Records the host gives on a page.
    size: u32,
    begun: bool,
    /// The pages' borders, for the stream that reads their records.
    pub(super) border: Border,
    digests: SeenKeys,
    /// What was claimed; nothing where nothing is, or where a page held more than it claimed.
    pub(super) claims: Option<Claims>,
    claims_are_wrong: bool,
    unique: u64,
    stale_pages: u32,
    empty_pages: u32,
    steps_back: u32,
    /// The page that does not join, and how often it did not.
    loose: (u64, u32),
    moved: bool,
    pages_taken: u32,
    stop: Option<Stop>,
}

impl Walk {
    /// A walk from its first page.
    pub(super) fn new(number: u64, path: String, paginator: &Paginator) -> Self {
        let paginator = match paginator {
            Paginator::SinglePage => None,
            Paginator::Offset(offset) => Some(offset.clone()),
        };
        let size = paginator.as_ref().map_or(1, |offset| offset.page_size);
        let mut walk = Self {
            number,
            path,
            paginator,
            pages: BTreeMap::new(),
            next: 0,
            size,
            begun: false,
            border: Border::default(),
            digests: SeenKeys::default(),
            claims: None,
            claims_are_wrong: false,
            unique: 0,
            stale_pages: 0,
            empty_pages: 0,
            steps_back: 0,
            loose: (0, 0),
            moved: false,
            pages_taken: 0,
            stop: None,
        };
        walk.want(0, size);
        walk
    }

    /// The parameters of the paginator, where it has any.
    pub(super) const fn paginator(&self) -> Option<&OffsetPaginator> {
        self.paginator.as_ref()
    }

    /// Why it ended, once it has.
    pub(super) const fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Steps back it made, because the list had moved.
    pub(super) const fn steps_back(&self) -> u32 {
        self.steps_back
    }

    /// Whether the list moved in a way that could not be mended: records may be missing.
    pub(super) fn has_moved(&self) -> bool {
        let unchecked = self.size == 1 && self.claims.is_some_and(|claims| claims.first != claims.last);
        self.moved || (self.paginator.is_some() && unchecked)
    }

    /// Records that were new, those left out by the catalog included.
    pub(super) const fn unique(&self) -> u64 {
        self.unique
    }

    /// Whether it is the walk of this number.
    pub(super) const fn is(&self, number: u64) -> bool {
        self.number == number
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
        if ahead && self.may_look_ahead() {
            self.want(self.next, self.size);
        }
        let most = if ahead { usize::MAX } else { 1 };
        let mut wanted = self.pages.iter_mut().take(most);
        let (offset, asked) = wanted.find(|(_, asked)| matches!(asked.slot, Slot::Wanted { from } if from <= now))?;
        asked.slot = Slot::InFlight;
        Some((Place { walk: self.number, offset: *offset }, Window { offset: *offset, limit: asked.limit }))
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
            Slot::Arrived { body } => body.len().max(PAGE_OVERHEAD_BYTES),
            Slot::Wanted { .. } | Slot::InFlight => 0,
        });
        bytes.sum()
    }

    /// Whether a request's answer is still of interest: not after a stop.
    pub(super) fn expects(&self, place: Place) -> bool {
        let asked = self.pages.get(&place.offset);
        place.walk == self.number && asked.is_some_and(|asked| matches!(asked.slot, Slot::InFlight))
    }

    /// A page came.
    pub(super) fn arrived(&mut self, offset: u64, body: Vec<u8>) {
        if let Some(asked) = self.pages.get_mut(&offset) {
            asked.slot = Slot::Arrived { body };
        }
    }

    /// How often the page at this offset was asked for in vain.
    pub(super) fn tries(&self, offset: u64) -> Tries {
        self.pages.get(&offset).map_or_else(Tries::default, |asked| asked.tries)
    }

    /// Asks for a page again, not before `from`.
    pub(super) fn again(&mut self, offset: u64, from: Timestamp, tries: Tries) {
        if let Some(asked) = self.pages.get_mut(&offset) {
            asked.slot = Slot::Wanted { from };
            asked.tries = tries;
        }
    }

    /// The first page in order, if it has come. The body leaves the walk; [`Walk::joins`] and then [`Walk::took`], or
    /// [`Walk::again`], must follow.
    pub(super) fn take(&mut self) -> Option<(Place, Vec<u8>)> {
        let mut first = self.pages.first_entry()?;
        let offset = *first.key();
        if !matches!(first.get().slot, Slot::Arrived { .. }) {
            return None;
        }
        match std::mem::replace(&mut first.get_mut().slot, Slot::InFlight) {
            Slot::Arrived { body } => Some((Place { walk: self.number, offset }, body)),
            Slot::Wanted { .. } | Slot::InFlight => None,
        }
    }

    /// Whether a page joins the page before it, told by its first record or, at the list's beginning, by any. Where it does
    /// not, the walk steps back, this page is asked for again after that, and nothing of it may be written.
    pub(super) fn joins(&mut self, offset: u64, first: Option<u64>, any: impl FnOnce(&Border) -> bool) -> bool {
        let joined = first.is_some_and(|first| self.border.joins(first)) || (offset == 0 && any(&self.border));
        if !self.begun || self.size == 1 || joined {
            return true;
        }
        self.loose = if self.loose.0 == offset { (offset, self.loose.1 + 1) } else { (offset, 1) };
        if offset == 0 || self.steps_back == STEPS_BACK || self.loose.1 > STEPS_BEFORE_ONE_PAGE {
            self.moved = true;
            return true;
        }
        self.steps_back += 1;
        self.again(offset, Timestamp::default(), Tries::default());
        self.want(offset.saturating_sub(u64::from(self.size) - 1), self.size);
        false
    }

    /// Goes on from a page that was taken.
    pub(super) fn took(&mut self, offset: u64, taken: Taken) {
        let limit = self.pages.remove(&offset).map_or(self.size, |asked| asked.limit);
        self.pages_taken = self.pages_taken.saturating_add(1);
        self.unique += taken.fresh;
        let circles = !self.digests.insert(self.border.digest());
        self.border.turn();
        if self.paginator.is_none() {
            return self.end(Stop::SinglePage);
        }
        self.claim(offset, taken);
        self.stale_pages = if circles || taken.further == 0 { self.stale_pages + 1 } else { 0 };
        self.empty_pages = if taken.records == 0 { self.empty_pages + 1 } else { 0 };
        match self.stop_after(offset, taken) {
            Some(stop) => self.end(stop),
            None => self.go_on(offset, limit, taken.records),
        }
    }

    fn stop_after(&self, offset: u64, taken: Taken) -> Option<Stop> {
        let end = offset.saturating_add(taken.records);
        let total = self.total();
        let most = self.paginator.as_ref().and_then(|paginator| paginator.max_pages);
        if total.is_some_and(|total| end >= total) {
            Some(Stop::TotalReached)
        } else if (total.is_none() && taken.further == 0) || self.empty_pages > EMPTY_PAGES {
            Some(Stop::EmptyPage)
        } else if self.stale_pages >= STALE_PAGES && self.empty_pages == 0 {
            Some(Stop::NothingNew)
        } else if most.is_some_and(|most| self.pages_taken >= most) {
            Some(Stop::MaxPages)
        } else {
            None
        }
    }

    /// Asks for what a short page lacks, or moves the border of what was asked for. An empty page is stepped over.
    fn go_on(&mut self, offset: u64, limit: u32, records: u64) {
        let end = offset.saturating_add(if records == 0 { u64::from(limit) } else { records });
        if !self.begun {
            self.begun = true;
            self.size = u32::try_from(records).unwrap_or(self.size).clamp(1, self.size);
            self.next = end.saturating_sub(self.overlap());
        }
        let from = end.saturating_sub(self.overlap());
        match self.pages.first_key_value() {
            Some((next, _)) if *next > from => {
                let gap = (*next + self.overlap()).saturating_sub(from);
                self.want(from, u32::try_from(gap).unwrap_or(self.size).min(self.size));
            }
            Some(_) => {}
            None => self.want(from, self.size),
        }
    }

    /// Records that a page has in common with the one before: one, where pages are longer than that.
    fn overlap(&self) -> u64 {
        u64::from(self.size > 1)
    }

    fn want(&mut self, offset: u64, limit: u32) {
        let slot = Slot::Wanted { from: Timestamp::default() };
        self.pages.entry(offset).or_insert(Asked { limit, tries: Tries::default(), slot });
        self.next = self.next.max(offset.saturating_add(u64::from(limit)).saturating_sub(self.overlap()));
    }

    /// Only a claimed total tells how far it is safe to look ahead.
    fn may_look_ahead(&self) -> bool {
        let waiting = self.pages.values().any(|asked| matches!(asked.slot, Slot::Wanted { .. }));
        let further = self.total().is_some_and(|total| self.next.saturating_add(self.overlap()) < total);
        self.begun && !waiting && further && self.pages.len() < PAGES_AHEAD
    }

    /// The claimed total, while it is believed.
    fn total(&self) -> Option<u64> {
        self.claims.filter(|_| !self.claims_are_wrong).map(|claims| claims.last)
    }

    /// Notes what a page claims. A page that holds more than it claims makes the claim worthless.
    fn claim(&mut self, offset: u64, taken: Taken) {
        let Some(total) = taken.total else { return };
        self.claims_are_wrong |= taken.records > 0 && offset.saturating_add(taken.records) > total;
        self.claims = Some(Claims { first: self.claims.map_or(total, |claims| claims.first), last: total });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1);

    fn walk(page_size: u32) -> Walk {
        let paginator = serde_json::from_value(serde_json::json!({"type": "offset", "page_size": page_size, "total": "/t"}));
        Walk::new(1, "/x".to_owned(), &paginator.unwrap())
    }

    /// Asks for everything that may be asked for.
    fn asked(walk: &mut Walk) -> Vec<(u64, u32)> {
        std::iter::from_fn(|| walk.ask(NOW, true)).map(|(_, window)| (window.offset, window.limit)).collect()
    }

    /// A page arrives and is taken, its records named by numbers; tells whether it joined.
    fn give(walk: &mut Walk, offset: u64, records: impl IntoIterator<Item = u64>, total: Option<u64>) -> bool {
        let records: Vec<u64> = records.into_iter().collect();
        walk.arrived(offset, Vec::new());
        let (place, _) = walk.take().expect("the page is the first in order");
        assert_eq!(place.offset, offset);
        if !walk.joins(offset, records.first().copied(), |border| records.iter().any(|record| border.joins(*record))) {
            return false;
        }
        let further = records.iter().filter(|record| !walk.border.repeats(**record)).count() as u64;
        walk.took(offset, Taken { records: records.len() as u64, further, fresh: further, total });
        true
    }

    #[test]
    fn the_first_page_tells_how_far_to_look_ahead_and_pages_share_a_record() {
        let mut walk = walk(100);
        assert_eq!(asked(&mut walk), [(0, 100)]);
        give(&mut walk, 0, 0..100, Some(250));
        assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
        give(&mut walk, 99, 99..199, Some(250));
        assert_eq!(walk.stop(), None);
        give(&mut walk, 198, 198..250, Some(250));
        assert_eq!((walk.stop(), walk.unique()), (Some(Stop::TotalReached), 250));
    }

    #[test]
    fn pages_are_taken_in_order_whatever_the_order_of_arrival() {
        let mut walk = walk(10);
        asked(&mut walk);
        give(&mut walk, 0, 0..10, Some(28));
        assert_eq!(asked(&mut walk), [(9, 10), (18, 10)]);
        walk.arrived(18, vec![2]);
        assert!(walk.take().is_none());
        walk.arrived(9, vec![1]);
        assert_eq!(walk.take(), Some((Place { walk: 1, offset: 9 }, vec![1])));
    }

    #[test]
    fn a_clamped_page_size_is_learnt_from_the_first_page() {
        let mut walk = walk(1000);
        assert_eq!(asked(&mut walk), [(0, 1000)]);
        give(&mut walk, 0, 0..100, Some(250));
        assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
    }

    #[test]
    fn what_a_short_page_lacks_is_asked_for() {
        let mut walk = walk(100);
        asked(&mut walk);
        give(&mut walk, 0, 0..100, Some(298));
        assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
        give(&mut walk, 99, 99..159, Some(298));
        assert_eq!(asked(&mut walk), [(158, 41)]);
        give(&mut walk, 158, 158..199, Some(298));
        give(&mut walk, 198, 198..298, Some(298));
        assert_eq!((walk.stop(), walk.unique()), (Some(Stop::TotalReached), 298));
    }

    #[test]
    fn a_deletion_before_the_border_is_mended_by_a_step_back() {
        let mut walk = walk(10);
        asked(&mut walk);
        give(&mut walk, 0, 0..10, Some(20));
        assert_eq!(asked(&mut walk), [(9, 10), (18, 10)]);
        // Record 3 is deleted: everything behind it moves up by one, and 10 would be skipped.
        assert!(!give(&mut walk, 9, 11..20, Some(19)));
        assert_eq!(asked(&mut walk), [(0, 10), (9, 10)]);
        assert!(give(&mut walk, 0, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10], Some(19)));
        assert!(give(&mut walk, 9, 10..20, Some(19)));
        assert_eq!((walk.stop(), walk.unique(), walk.has_moved()), (Some(Stop::TotalReached), 20, false));
    }

    #[test]
    fn a_list_that_ends_where_nothing_joins_is_never_called_whole() {
        let mut walk = walk(10);
        asked(&mut walk);
        give(&mut walk, 0, 0..10, Some(30));
        while walk.stop().is_none() {
            let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
            give(&mut walk, place.offset, [], Some(0));
        }
        assert!(walk.has_moved());
    }

    #[test]
    fn without_a_total_the_walk_ends_where_nothing_further_comes() {
        let mut walk = walk(10);
        assert_eq!(asked(&mut walk), [(0, 10)]);
        give(&mut walk, 0, 0..7, None);
        assert_eq!(asked(&mut walk), [(6, 7)]);
        give(&mut walk, 6, 6..13, None);
        assert_eq!(asked(&mut walk), [(12, 7)]);
        give(&mut walk, 12, [12], None);
        assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 13));
    }

    #[test]
    fn a_total_that_its_own_page_contradicts_is_not_believed() {
        let mut walk = walk(10);
        asked(&mut walk);
        give(&mut walk, 0, 0..10, Some(3));
        assert_eq!(asked(&mut walk), [(9, 10)]);
        give(&mut walk, 9, 9..19, Some(3));
        give_next(&mut walk, [18]);
        assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 19));
    }

    fn give_next<const N: usize>(walk: &mut Walk, records: [u64; N]) {
        let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
        give(walk, place.offset, records, Some(3));
    }

    #[test]
    fn a_host_that_repeats_itself_for_ever_is_left() {
        for cycle in [1, 2, 3] {
            let mut walk = walk(10);
            let mut pages = 0u64;
            while walk.stop().is_none() {
                let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
                let start = (pages % cycle) * 10;
                give(&mut walk, place.offset, start..start + 10, None);
                pages += 1;
                assert!(pages < 2000);
            }
            assert!(matches!(walk.stop(), Some(Stop::NothingNew | Stop::EmptyPage)), "{:?}", walk.stop());
        }
    }

    #[test]
    fn a_late_answer_is_not_expected() {
        let mut walk = walk(10);
        let (place, _) = walk.ask(NOW, true).unwrap();
        assert!(walk.expects(place) && !walk.expects(Place { offset: 7, ..place }));
        walk.end(Stop::Failed);
        assert!(!walk.expects(place));
    }
}
