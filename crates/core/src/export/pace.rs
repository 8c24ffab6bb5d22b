//! How often a host lets itself be asked.
//!
//! Never more than so many requests in any span of so many seconds, wherever the host begins to count. **Time is an argument.**

use std::collections::VecDeque;
use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Rate;

/// The requests of the last span.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    most: usize,
    span: Duration,
    asked: VecDeque<Timestamp>,
}

impl Pace {
    /// So many requests in so many seconds at most.
    pub(super) fn new(requests: u32, seconds: u32) -> Self {
        let (most, seconds) = (requests.max(1) as usize, u64::from(seconds.max(1)));
        Self { most, span: Duration::from_secs(seconds), asked: VecDeque::new() }
    }

    /// What a stream, or each of its partitions, is allowed; nothing where the catalog gives no number.
    pub(super) fn of(rate: Option<&Rate>, per_partition: bool) -> Option<Self> {
        let rate = rate.filter(|rate| rate.per_partition == per_partition)?;
        Some(Self::new(rate.requests?, rate.seconds?))
    }

    /// The moment from which the next request is allowed.
    pub(super) fn ready_at(&self, now: Timestamp) -> Timestamp {
        let oldest = self.asked.len().checked_sub(self.most).and_then(|at| self.asked.get(at));
        oldest.map_or(now, |oldest| oldest.after(self.span).max(now))
    }

    /// A request was sent.
    pub(super) fn asked(&mut self, now: Timestamp) {
        if self.asked.len() >= self.most {
            self.asked.pop_front();
        }
        self.asked.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_holds_more_than_is_allowed() {
        let mut pace = Pace::new(3, 10);
        let mut sent = Vec::new();
        let mut now = Timestamp::from_secs(100);
        for step in 0..50_u64 {
            now = pace.ready_at(now.after(Duration::from_millis(step * 37 % 900)));
            pace.asked(now);
            sent.push(now);
        }
        for window in sent.windows(4) {
            assert!(window[3].since(window[0]) >= Duration::from_secs(10), "{window:?}");
        }
        assert_eq!(sent[2].since(sent[0]).as_secs(), 0, "the first ones need not wait");
    }
}
