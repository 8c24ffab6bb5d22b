//! Hosts that ask for patience: in every way that is known, for one stream, for one partition, for everybody, or not at all.

mod answers;
mod hints;
mod windows;

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::page::Page;
use carryall_protocol::Timestamp;

use crate::call::Call;
use crate::drive::{Api, Reply};
use crate::paging::text;

/// So many requests in so many seconds, counted in fixed windows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) requests: u64,
    pub(crate) seconds: u64,
}

impl Window {
    /// When the window of a moment ends.
    fn end(self, now: Timestamp) -> Timestamp {
        Timestamp::from_secs((now.as_secs() / self.seconds + 1) * self.seconds)
    }

    /// Seconds that so many requests take at least.
    pub(crate) const fn bound(self, requests: u64) -> u64 {
        (requests - 1) / self.requests * self.seconds
    }
}

/// What a host says of its limit: in its refusals, and beside its pages.
pub(crate) type Hint = fn(&mut Page, now: Timestamp, end: Timestamp, left: u64);

/// A host with limits in front of it.
pub(crate) struct Limited<'a> {
    pub(crate) api: &'a mut dyn Api,
    /// What is counted together, and how much of it is allowed.
    pub(crate) rule: fn(&Call) -> Option<(String, Window)>,
    pub(crate) hint: Hint,
    pub(crate) latency: Duration,
    counted: BTreeMap<(String, Timestamp), u64>,
    /// Refusals.
    pub(crate) refused: u64,
    /// Requests that were let through.
    pub(crate) passed: u64,
}

impl<'a> Limited<'a> {
    pub(crate) fn new(api: &'a mut dyn Api, rule: fn(&Call) -> Option<(String, Window)>, hint: Hint) -> Self {
        Self { api, rule, hint, latency: Duration::from_millis(50), counted: BTreeMap::new(), refused: 0, passed: 0 }
    }
}

impl Api for Limited<'_> {
    fn answer(&mut self, call: &Call, now: Timestamp) -> Reply {
        let after = self.latency;
        let Some((name, window)) = (self.rule)(call) else { return Reply { after, ..self.api.answer(call, now) } };
        let end = window.end(now);
        let count = self.counted.entry((name, end)).or_default();
        *count += 1;
        let (is_refused, left) = (*count > window.requests, window.requests.saturating_sub(*count));
        let mut reply = if is_refused {
            self.refused += 1;
            Reply::from(Page { status: 429, ..text("{}") })
        } else {
            self.passed += 1;
            self.api.answer(call, now)
        };
        if let Ok(page) = &mut reply.answer {
            (self.hint)(page, now, end, left);
        }
        Reply { after, ..reply }
    }
}
