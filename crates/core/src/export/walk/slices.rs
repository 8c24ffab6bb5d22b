//! Slices of time, each one answer.
//!
//! Neighbouring slices share their border, whether the host counts it in or out; records that come twice are dropped by their key.
//! A slice that gives as many records as the host gives at most is cut in two, and nothing of it is written.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{MomentFormat, Paginator};

use super::pages::Pages;
use super::{Fit, Rules, Step};
use crate::export::ask::Ask;
use crate::report::Stop;

/// Seconds between two borders that can be told apart when they are written: slices begin there, and are not cut any shorter.
const fn grain(format: MomentFormat) -> u64 {
    if matches!(format, MomentFormat::Date) { 86_400 } else { 1 }
}

/// The state of such a walk.
#[derive(Debug)]
pub(super) struct Slices {
    step: u64,
    now: (Timestamp, Timestamp),
    /// Halves that wait, the next one last.
    waiting: Vec<(Timestamp, Timestamp)>,
    window: Duration,
    end: Timestamp,
    possibly_truncated: bool,
}

impl Slices {
    pub(super) fn begin(rules: &Rules, pages: &mut Pages) -> Self {
        let grain = grain(rules.paginator.format);
        let start = rules.paginator.start.unwrap_or_default().max(rules.since.unwrap_or_default()).min(rules.until);
        let start = Timestamp::from_secs(start.as_secs() / grain * grain);
        let window = u64::from(rules.paginator.window.unwrap_or(86_400)).next_multiple_of(grain).max(grain);
        let window = Duration::from_secs(window);
        let now = (start, start.after(window).min(rules.until));
        let slices = Self { step: 0, now, waiting: Vec::new(), window, end: rules.until, possibly_truncated: false };
        slices.want(pages);
        slices
    }

    pub(super) const fn is_possibly_truncated(&self) -> bool {
        self.possibly_truncated
    }

    fn want(&self, pages: &mut Pages) {
        pages.want(self.step, Ask::Slice { from: self.now.0, to: self.now.1 });
    }

    /// Whether the answer may hold all there is; where not, its halves are asked for instead.
    pub(super) fn fits(&mut self, slot: u64, records: usize, paginator: &Paginator, pages: &mut Pages) -> Fit {
        let is_full = paginator.result_cap.is_some_and(|cap| records >= cap as usize);
        let (from, to) = self.now;
        if !is_full {
            return Fit::Takes;
        }
        let grain = grain(paginator.format);
        let grains = u64::try_from(to.since(from).as_millis()).unwrap_or(u64::MAX).div_ceil(grain * 1000);
        if grains < 2 {
            self.possibly_truncated = true;
            return Fit::Takes;
        }
        let half = from.after(Duration::from_secs(grains / 2 * grain));
        self.waiting.push((half, to));
        self.now = (from, half);
        pages.remove(slot);
        self.step += 1;
        self.want(pages);
        Fit::Later
    }

    /// The next slice, if there is one.
    pub(super) fn step(&mut self) -> Step {
        let from = self.now.1;
        self.now = match self.waiting.pop() {
            Some(half) => half,
            None if from >= self.end => return Step::Stop(Stop::LastPage),
            None => (from, from.after(self.window).min(self.end)),
        };
        self.step += 1;
        Step::Next(self.step, Ask::Slice { from: self.now.0, to: self.now.1 })
    }
}
