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
use carryall_protocol::catalog::{Paginator, PaginatorKind};

use super::asked::{Asked, Slot, Tries};
use super::border::Border;
use crate::report::Stop;
use carryall_records::seen::SeenKeys;

/// Pages in a row without a new record, after which a walk is going in circles.
const STALE_PAGES: u32 = 3;
/// Empty pages in a row that are stepped over while a claimed total lies beyond them.
const EMPTY_PAGES: u32 = 3;
/// Steps back that one walk may make, and that it may make before one page.
const STEPS_BACK: u32 = 200;
const STEPS_BEFORE_ONE_PAGE: u32 = 3;
/// Pages wanted, in flight or waiting for those before them.
const PAGES_AHEAD: usize = 64;
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
    paginator: Option<Paginator>,
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
        let paginator = (paginator.kind != PaginatorKind::SinglePage).then(|| paginator.clone());
        let size = paginator.as_ref().map_or(1, Paginator::size);
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
    pub(super) const fn paginator(&self) -> Option<&Paginator> {
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
        self.pages.values().filter_map(Asked::wanted_from).min()
    }

    /// Requests that are left, as far as the claimed total tells; without end while no page has come of a list.
    pub(super) fn left(&self) -> u64 {
        if !self.begun && self.paginator.is_some() {
            return u64::MAX;
        }
        let further = self.total().map_or(0, |total| total.saturating_sub(self.next.saturating_add(self.overlap())));
        self.pages.len() as u64 + further.div_ceil(u64::from(self.size).saturating_sub(self.overlap()).max(1))
    }

    /// Whether a page is the first of those not yet taken.
    pub(super) fn is_first(&self, offset: u64) -> bool {
        self.pages.first_key_value().is_some_and(|(first, _)| *first == offset)
    }

    /// Bytes of pages that have come and were not taken.
    pub(super) fn early_bytes(&self) -> usize {
        self.pages.values().map(Asked::early_bytes).sum()
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
        self.pages.entry(offset).or_insert_with(|| Asked::wanted(limit));
        self.next = self.next.max(offset.saturating_add(u64::from(limit)).saturating_sub(self.overlap()));
    }

    /// Only a claimed total tells how far it is safe to look ahead.
    fn may_look_ahead(&self) -> bool {
        let waiting = self.pages.values().any(|asked| asked.wanted_from().is_some());
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
mod tests;
