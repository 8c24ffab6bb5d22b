//! One paginated walk over one resource: which page is asked for next, and when the walk is over.
//!
//! ```text
//! pages wanted -> in flight -> arrived -> fit for what was read before -> taken -> next page | stopped
//!                    ^            |                 |
//!                    +- waiting <-+ (failed)        +-> the list has moved, or a slice is too full: other pages first
//! ```
//!
//! What is the same for every way of paging stands here: the [`Pages`], the guards, what the host claims. What differs is
//! the [`Course`]. Pages arrive in any order and are taken in the order of their slots, so what is written does not depend on arrival.
//!
//! A walk ends at the host's own signal, else at the claimed total, else where the host repeats itself, else at a page without
//! records. **A short page ends nothing** unless the catalog says so.

mod chain;
mod facts;
mod numbered;
mod offset;
mod pages;
mod rules;
mod slices;

use std::sync::Arc;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::PaginatorKind;
use carryall_records::seen::SeenKeys;
use xxhash_rust::xxh64::xxh64;

use super::ask::Ask;
use super::asked::{Answer, Tries};
use super::border::Border;
use super::pace::Pace;
use crate::report::Stop;
use chain::Chain;
pub(super) use facts::{Claims, Fit, Taken};
use numbered::Numbered;
use offset::Offset;
use pages::Pages;
pub(super) use rules::Rules;
use slices::Slices;

/// Pages in a row without a new record, and records on them, after which a walk is going in circles.
const STALE_PAGES: u32 = 3;
const STALE_RECORDS: u64 = 64;
/// The same where nothing but their text tells records from one another, and the host names a new page each time.
const STALE_PAGES_WITHOUT_KEY: u32 = 100;

/// One request's place: the walk's own number and the page's slot in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) walk: u64,
    pub(super) slot: u64,
}

/// How one page leads to the next.
#[derive(Debug)]
enum Course {
    Offset(Offset),
    Numbered(Numbered),
    Chain(Chain),
    Slices(Slices),
}

/// One walk. Created by its stream, one for each partition.
#[derive(Debug)]
pub(super) struct Walk {
    number: u64,
    /// The path below the base, with values in place.
    pub(super) path: String,
    /// What the stream's names stand for, in the order of the names.
    pub(super) values: Vec<Box<str>>,
    /// The fingerprint of those values: keys are compared within one partition.
    pub(super) scope: u64,
    rules: Arc<Rules>,
    pages: Pages,
    course: Course,
    /// The pages' borders, for the stream that reads their records.
    pub(super) border: Border,
    /// The keys of its records.
    pub(super) seen: SeenKeys,
    digests: SeenKeys,
    /// What was claimed; nothing where nothing is.
    pub(super) claims: Option<Claims>,
    /// A page held more than it claimed: the claim is worth nothing.
    claims_are_wrong: bool,
    received: u64,
    unique: u64,
    stale_pages: u32,
    stale_records: u64,
    empty_pages: u32,
    pages_taken: u32,
    stop: Option<Stop>,
    /// A code for what went wrong inside of the walk.
    pub(super) trouble: Option<&'static str>,
    /// More may exist than this API gives.
    possibly_truncated: bool,
    /// Nothing may be asked before.
    pub(super) held_until: Timestamp,
    pub(super) pace: Option<Pace>,
}

impl Walk {
    /// A walk from its first page.
    pub(super) fn new(number: u64, path: String, values: Vec<Box<str>>, rules: &Arc<Rules>) -> Self {
        let mut pages = Pages::default();
        let course = match rules.paginator.kind {
            PaginatorKind::Offset => Course::Offset(Offset::begin(&rules.paginator, &mut pages)),
            PaginatorKind::PageNumber => Course::Numbered(Numbered::begin(&rules.paginator, &mut pages)),
            PaginatorKind::TimeWindow => Course::Slices(Slices::begin(rules, &mut pages)),
            _ => Course::Chain(Chain::begin(&path, &mut pages)),
        };
        let scope = values.iter().fold(1, |scope, value| xxh64(value.as_bytes(), scope));
        Self {
            number,
            path,
            values,
            scope,
            rules: Arc::clone(rules),
            pages,
            course,
            border: Border::default(),
            seen: SeenKeys::default(),
            digests: SeenKeys::default(),
            claims: None,
            claims_are_wrong: false,
            received: 0,
            unique: 0,
            stale_pages: 0,
            stale_records: 0,
            empty_pages: 0,
            pages_taken: 0,
            stop: None,
            trouble: None,
            possibly_truncated: false,
            held_until: Timestamp::default(),
            pace: None,
        }
    }

    /// Why it ended, once it has.
    pub(super) const fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Whether each of its pages begins with the last record of the page before.
    pub(super) const fn shares_records(&self) -> bool {
        matches!(self.course, Course::Offset(_))
    }

    /// Steps back it made, because the list had moved.
    pub(super) const fn steps_back(&self) -> u32 {
        match &self.course {
            Course::Offset(offset) => offset.steps_back(),
            Course::Numbered(_) | Course::Chain(_) | Course::Slices(_) => 0,
        }
    }

    /// Whether the list moved in a way that could not be mended: records may be missing.
    pub(super) fn has_moved(&self) -> bool {
        match (&self.course, self.claims) {
            (Course::Offset(offset), claims) => offset.has_moved(claims),
            // Numbered pages share no record, so that a deletion between two of them can only be seen by the total.
            (Course::Numbered(_), Some(claims)) => claims.last < claims.first,
            (Course::Numbered(_) | Course::Chain(_) | Course::Slices(_), _) => false,
        }
    }

    /// Records that were new, those left out by the catalog included.
    pub(super) const fn unique(&self) -> u64 {
        self.unique
    }

    /// Whether it has received as much as is claimed: what is asked beyond that need not be there.
    pub(super) fn has_all_claimed(&self) -> bool {
        self.total().is_some_and(|total| self.unique >= total)
    }

    /// Whether it ended without a single record.
    pub(super) const fn is_empty(&self) -> bool {
        self.received == 0
    }

    /// Whether more may exist than the host gave.
    pub(super) fn is_possibly_truncated(&self) -> bool {
        let ceiling = self.rules.paginator.ceiling;
        self.possibly_truncated || ceiling.is_some_and(|ceiling| self.received >= ceiling)
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
    pub(super) fn ask(&mut self, now: Timestamp, ahead: bool) -> Option<(Place, Ask)> {
        if self.stop.is_some() || self.ready_at(now) > now {
            return None;
        }
        if ahead {
            let total = self.total();
            match &mut self.course {
                Course::Offset(offset) => offset.look_ahead(total, &mut self.pages),
                Course::Numbered(numbered) => numbered.look_ahead(total, &mut self.pages),
                Course::Chain(_) | Course::Slices(_) => {}
            }
        }
        let (slot, ask) = self.pages.ask(now, if ahead { usize::MAX } else { 1 })?;
        if let Some(pace) = &mut self.pace {
            pace.asked(now);
        }
        Some((Place { walk: self.number, slot }, ask))
    }

    /// The moment from which it may ask.
    fn ready_at(&self, now: Timestamp) -> Timestamp {
        self.pace.as_ref().map_or(now, |pace| pace.ready_at(now)).max(self.held_until)
    }

    /// The earliest moment at which a page that waits may be asked for.
    pub(super) fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        self.pages.wake().map(|wake| wake.max(self.ready_at(now)))
    }

    /// Requests that are left, as far as the claimed total tells; without end while nobody knows.
    pub(super) fn left(&self) -> u64 {
        let pages = self.pages.len() as u64;
        match &self.course {
            Course::Offset(offset) => offset.left(self.total(), pages),
            Course::Numbered(numbered) => numbered.left(self.total(), pages),
            Course::Chain(_) if self.rules.paginator.kind == PaginatorKind::SinglePage => pages,
            Course::Chain(_) | Course::Slices(_) => {
                let further = self.total().map(|total| total.saturating_sub(self.unique));
                let size = u64::from(self.rules.paginator.size());
                further.map_or(u64::MAX, |further| further.div_ceil(size).max(pages))
            }
        }
    }

    /// Whether a page is the first of those not yet taken.
    pub(super) fn is_first(&self, slot: u64) -> bool {
        self.pages.first() == Some(slot)
    }

    /// Bytes of the first page, if it has come.
    pub(super) fn first_bytes(&self) -> Option<usize> {
        self.pages.first_bytes()
    }

    /// Bytes of pages that have come and were not taken.
    pub(super) fn early_bytes(&self) -> usize {
        self.pages.early_bytes()
    }

    /// Whether a request's answer is still of interest: not after a stop.
    pub(super) fn expects(&self, place: Place) -> bool {
        place.walk == self.number && self.pages.expects(place.slot)
    }

    /// A page came.
    pub(super) fn arrived(&mut self, slot: u64, answer: Answer) {
        self.pages.arrived(slot, answer);
    }

    /// How often the page in this slot was asked for in vain.
    pub(super) fn tries(&self, slot: u64) -> Tries {
        self.pages.tries(slot)
    }

    /// Asks for a page again, not before `from`.
    pub(super) fn again(&mut self, slot: u64, from: Timestamp, tries: Tries) {
        self.pages.again(slot, from, tries);
    }

    /// The first page in order, if it has come. The body leaves the walk; [`Walk::fits`] and then [`Walk::took`], or
    /// [`Walk::again`], must follow.
    pub(super) fn take(&mut self) -> Option<(Place, Answer)> {
        self.pages.take().map(|(slot, answer)| (Place { walk: self.number, slot }, answer))
    }

    /// Whether the records of these fingerprints may be taken now. Where not, the page was dealt with.
    pub(super) fn fits(&mut self, slot: u64, fingerprints: &[u64]) -> Fit {
        let fit = match &mut self.course {
            Course::Offset(offset) => offset.fits(slot, fingerprints, &self.border, &mut self.pages),
            Course::Slices(slices) => slices.fits(slot, fingerprints.len(), &self.rules.paginator, &mut self.pages),
            Course::Numbered(_) | Course::Chain(_) => Fit::Takes,
        };
        let is_untold = matches!(self.course, Course::Numbered(_)) && !self.rules.has_key && !fingerprints.is_empty();
        let repeats = is_untold && self.border.is_same(fingerprints);
        let stop = if self.has_all_claimed() && self.stale_pages == 0 { Stop::TotalReached } else { Stop::NothingNew };
        if repeats && (self.total().is_none() || self.has_all_claimed()) {
            self.end(stop);
            return Fit::Again;
        }
        fit
    }

    /// Goes on from a page that was taken.
    pub(super) fn took(&mut self, slot: u64, taken: &Taken) {
        let asked = self.pages.remove(slot).unwrap_or(Ask::Plain);
        self.pages_taken = self.pages_taken.saturating_add(1);
        self.received += taken.records;
        self.unique += taken.fresh;
        let circles = taken.records > 0 && !self.digests.insert(self.border.digest());
        self.border.turn();
        self.claim(slot, taken);
        self.empty_pages = if taken.records == 0 { self.empty_pages + 1 } else { 0 };
        let is_stale = match self.course {
            Course::Offset(_) => circles || taken.further == 0,
            _ => circles || (self.rules.has_key && taken.fresh == 0 && taken.records > 0),
        };
        let stale = match (is_stale, taken.records) {
            (true, records) => (self.stale_pages + 1, self.stale_records + records),
            // An empty page brings nothing new either: one between two that repeat themselves starts nothing anew.
            (false, 0) => (self.stale_pages, self.stale_records),
            (false, _) => (0, 0),
        };
        (self.stale_pages, self.stale_records) = stale;
        let step = match self.step(slot, &asked, taken) {
            // Nothing tells the records of two pages that are the same apart: perhaps it is one page, and the total is too high.
            Step::Stop(Stop::TotalReached) if circles && !self.rules.has_key => Step::Stop(Stop::NothingNew),
            step => step,
        };
        match self.guard(step, taken) {
            Step::Stop(stop) => self.end(stop),
            Step::Next(slot, ask) => self.pages.want(slot, ask),
            Step::Goes => {}
        }
    }

    /// Where the course leads after this page.
    fn step(&mut self, slot: u64, asked: &Ask, taken: &Taken) -> Step {
        if taken.clue.has_more == Some(false) {
            return Step::Stop(Stop::LastPage);
        }
        // Of records that were deleted once they were read, those that remain are no less.
        let most = self.total().and_then(|total| Some(total.max(self.claims?.first)));
        let (total, empty) = (self.total(), self.empty_pages);
        let rules = &self.rules;
        let size = rules.paginator.page_size;
        let is_short = rules.paginator.stop_on_short_page && size.is_some_and(|size| taken.records < u64::from(size));
        match &mut self.course {
            Course::Offset(_) | Course::Numbered(_) if is_short => Step::Stop(Stop::ShortPage),
            Course::Offset(offset) => offset.step(slot, asked, taken, total, empty, &mut self.pages),
            Course::Numbered(numbered) => numbered.step(slot, taken, most, self.unique, empty),
            Course::Slices(slices) => slices.step(),
            Course::Chain(chain) => {
                let step = chain.step(rules, asked, taken, empty);
                self.trouble = chain.trouble();
                self.possibly_truncated |= chain.is_possibly_truncated();
                let is_total = rules.paginator.kind == PaginatorKind::LastRecord
                    && most.is_some_and(|most| self.unique >= most)
                    && taken.records < u64::from(rules.paginator.size());
                match step {
                    Step::Next(..) if is_total => Step::Stop(Stop::TotalReached),
                    Step::Next(..) if is_short => Step::Stop(Stop::ShortPage),
                    step => step,
                }
            }
        }
    }

    /// The guards: a walk that leads on goes on only while it gets somewhere.
    fn guard(&mut self, step: Step, taken: &Taken) -> Step {
        if let Course::Slices(slices) = &self.course {
            self.possibly_truncated |= slices.is_possibly_truncated();
        }
        if matches!(step, Step::Stop(_)) {
            return step;
        }
        let most = self.rules.paginator.max_pages;
        let stale_pages = match self.course {
            Course::Chain(_) if !self.rules.has_key => STALE_PAGES_WITHOUT_KEY,
            _ => STALE_PAGES,
        };
        if self.stale_pages >= stale_pages && self.stale_records >= STALE_RECORDS && self.empty_pages == 0 {
            Step::Stop(Stop::NothingNew)
        } else if taken.is_past_range {
            Step::Stop(Stop::RangePassed)
        } else if most.is_some_and(|most| self.pages_taken >= most) {
            Step::Stop(Stop::MaxPages)
        } else {
            step
        }
    }

    /// The claimed total, while it is believed.
    fn total(&self) -> Option<u64> {
        self.claims.filter(|_| !self.claims_are_wrong).map(|claims| claims.last)
    }

    /// Notes what a page claims. A page that holds more than it claims makes the claim worthless.
    fn claim(&mut self, slot: u64, taken: &Taken) {
        let Some(total) = taken.clue.total else { return };
        let end = if matches!(self.course, Course::Offset(_)) { slot.saturating_add(taken.records) } else { self.unique };
        self.claims_are_wrong |= taken.records > 0 && end > total;
        self.claims = Some(Claims { first: self.claims.map_or(total, |claims| claims.first), last: total });
    }
}

/// Where a course leads.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The walk is over.
    Stop(Stop),
    /// This page is wanted next.
    Next(u64, Ask),
    /// Further pages are wanted already.
    Goes,
}

#[cfg(test)]
mod tests;
