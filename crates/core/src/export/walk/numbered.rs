//! Numbered pages.
//!
//! Where the host claims a total, several pages are in flight. Pages may come short while more remain, so neither a short page
//! nor the last number that the total promises ends the walk: only as many records as claimed, or a page without any.

use carryall_protocol::catalog::Paginator;

use super::pages::Pages;
use super::{Step, Taken};
use crate::export::ask::Ask;
use crate::report::Stop;

/// Empty pages in a row that are stepped over while the total claims more.
const EMPTY_PAGES: u32 = 3;
/// The same while every page says that more follow.
const EMPTY_PAGES_PROMISED: u32 = 100;
/// Pages wanted, in flight or waiting for those before them.
const PAGES_AHEAD: usize = 64;

/// The state of such a walk.
#[derive(Debug)]
pub(super) struct Numbered {
    first: u64,
    size: u64,
    /// The first number that nobody has asked for.
    next: u64,
}

impl Numbered {
    pub(super) fn begin(paginator: &Paginator, pages: &mut Pages) -> Self {
        let first = u64::from(paginator.start_page.unwrap_or(1));
        pages.want(first, Ask::Number(first));
        Self { first, size: u64::from(paginator.size()), next: first + 1 }
    }

    pub(super) fn look_ahead(&mut self, total: Option<u64>, pages: &mut Pages) {
        let is_promised = total.is_some_and(|total| self.next < self.promised(total));
        if is_promised && !pages.is_any_wanted() && pages.len() < PAGES_AHEAD {
            pages.want(self.next, Ask::Number(self.next));
            self.next += 1;
        }
    }

    pub(super) fn left(&self, total: Option<u64>, pages: u64) -> u64 {
        total.map_or(u64::MAX, |total| pages + self.promised(total).saturating_sub(self.next))
    }

    /// The number after the last page that full pages would need.
    fn promised(&self, total: u64) -> u64 {
        self.first.saturating_add(total.div_ceil(self.size))
    }

    pub(super) fn step(&mut self, number: u64, taken: &Taken, total: Option<u64>, unique: u64, empty: u32) -> Step {
        // A full page does not show that the total is right: one more page does.
        if total.is_some_and(|total| unique >= total) && (taken.records < self.size || taken.fresh == 0) {
            return Step::Stop(Stop::TotalReached);
        }
        let is_promised = taken.clue.has_more == Some(true);
        if is_promised && empty > EMPTY_PAGES_PROMISED {
            // The host says to the last that more follow: nobody knows what.
            return Step::Stop(Stop::NothingNew);
        }
        let is_claimed = empty <= EMPTY_PAGES && total.is_some_and(|total| number + 1 < self.promised(total));
        if taken.records == 0 && !is_promised && !is_claimed {
            return Step::Stop(Stop::EmptyPage);
        }
        let next = number.saturating_add(1);
        if next < self.next {
            return Step::Goes;
        }
        self.next = next + 1;
        Step::Next(next, Ask::Number(next))
    }
}
