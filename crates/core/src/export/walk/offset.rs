//! `limit` and `offset`: records are numbered, and the list may move while it is read.
//!
//! Each page begins with the last record of the one before it ([`Border`]); where it does not, records were deleted meanwhile and
//! a neighbour may have slipped over the border, so the walk steps back until the pages meet. The end is the claimed total, or a
//! page that brings nothing further. **A short page ends nothing**: what it lacks is asked for.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Paginator;

use super::pages::Pages;
use super::{Claims, Fit, Step, Taken};
use crate::export::ask::Ask;
use crate::export::asked::Tries;
use crate::export::border::Border;
use crate::report::Stop;

/// Empty pages in a row that are stepped over while a claimed total lies beyond them.
const EMPTY_PAGES: u32 = 3;
/// Steps back that one walk may make, and that it may make before one page.
const STEPS_BACK: u32 = 200;
const STEPS_BEFORE_ONE_PAGE: u32 = 3;
/// Pages wanted, in flight or waiting for those before them.
const PAGES_AHEAD: usize = 64;

/// The state of such a walk.
#[derive(Debug)]
pub(super) struct Offset {
    /// The first offset that nobody has asked for.
    next: u64,
    /// Records the host gives on a page.
    size: u32,
    begun: bool,
    steps_back: u32,
    /// The page that does not join, and how often it did not.
    loose: (u64, u32),
    moved: bool,
}

impl Offset {
    pub(super) fn begin(paginator: &Paginator, pages: &mut Pages) -> Self {
        let size = paginator.size();
        let mut offset = Self { next: 0, size, begun: false, steps_back: 0, loose: (0, 0), moved: false };
        offset.want(0, size, pages);
        offset
    }

    pub(super) const fn steps_back(&self) -> u32 {
        self.steps_back
    }

    pub(super) fn has_moved(&self, claims: Option<Claims>) -> bool {
        self.moved || (self.size == 1 && claims.is_some_and(|claims| claims.first != claims.last))
    }

    /// Only a claimed total tells how far it is safe to look ahead.
    pub(super) fn look_ahead(&mut self, total: Option<u64>, pages: &mut Pages) {
        let further = total.is_some_and(|total| self.next.saturating_add(self.overlap()) < total);
        if self.begun && further && !pages.is_any_wanted() && pages.len() < PAGES_AHEAD {
            self.want(self.next, self.size, pages);
        }
    }

    pub(super) fn left(&self, total: Option<u64>, pages: u64) -> u64 {
        if !self.begun {
            return u64::MAX;
        }
        let further = total.map_or(0, |total| total.saturating_sub(self.next.saturating_add(self.overlap())));
        pages + further.div_ceil(u64::from(self.size).saturating_sub(self.overlap()).max(1))
    }

    /// Whether a page joins the page before it, told by its first record or, at the list's beginning, by any. Where it does
    /// not, the walk steps back and this page is asked for again after that.
    pub(super) fn fits(&mut self, offset: u64, records: &[u64], border: &Border, pages: &mut Pages) -> Fit {
        let is_first = || records.first().is_some_and(|first| border.joins(*first));
        let joined = is_first() || (offset == 0 && records.iter().any(|record| border.joins(*record)));
        if !self.begun || self.size == 1 || joined {
            return Fit::Takes;
        }
        self.loose = if self.loose.0 == offset { (offset, self.loose.1 + 1) } else { (offset, 1) };
        if offset == 0 || self.steps_back == STEPS_BACK || self.loose.1 > STEPS_BEFORE_ONE_PAGE {
            self.moved = true;
            return Fit::Takes;
        }
        self.steps_back += 1;
        pages.again(offset, Timestamp::default(), Tries::default());
        self.want(offset.saturating_sub(u64::from(self.size) - 1), self.size, pages);
        Fit::Later
    }

    pub(super) fn step(
        &mut self,
        offset: u64,
        asked: &Ask,
        taken: &Taken,
        total: Option<u64>,
        empty: u32,
        pages: &mut Pages,
    ) -> Step {
        let end = offset.saturating_add(taken.records);
        let limit = if let Ask::Window { limit, .. } = asked { *limit } else { self.size };
        // A full page does not show that the total is right: one more page does.
        if total.is_some_and(|total| end >= total) && (taken.records < u64::from(limit) || taken.further == 0) {
            return Step::Stop(Stop::TotalReached);
        }
        // A page of one record has none in common with the page before: one that comes again was pushed there by a new one.
        let further = if self.size > 1 { taken.further } else { taken.records };
        let is_over = total.is_none() && further == 0 && taken.clue.has_more != Some(true);
        if is_over || empty > EMPTY_PAGES {
            return Step::Stop(Stop::EmptyPage);
        }
        self.go_on(offset, limit, taken.records, pages);
        Step::Goes
    }

    /// Asks for what a short page lacks, or moves the border of what was asked for. An empty page is stepped over.
    fn go_on(&mut self, offset: u64, limit: u32, records: u64, pages: &mut Pages) {
        let end = offset.saturating_add(if records == 0 { u64::from(limit) } else { records });
        if !self.begun {
            self.begun = true;
            self.size = u32::try_from(records).unwrap_or(self.size).clamp(1, self.size);
            self.next = end.saturating_sub(self.overlap());
        }
        let from = end.saturating_sub(self.overlap());
        match pages.first() {
            Some(next) if next > from => {
                let gap = (next + self.overlap()).saturating_sub(from);
                self.want(from, u32::try_from(gap).unwrap_or(self.size).min(self.size), pages);
            }
            Some(_) => {}
            None => self.want(from, self.size, pages),
        }
    }

    /// Records that a page has in common with the one before: one, where pages are longer than that.
    fn overlap(&self) -> u64 {
        u64::from(self.size > 1)
    }

    fn want(&mut self, offset: u64, limit: u32, pages: &mut Pages) {
        pages.want(offset, Ask::Window { offset, limit });
        self.next = self.next.max(offset.saturating_add(u64::from(limit)).saturating_sub(self.overlap()));
    }
}
