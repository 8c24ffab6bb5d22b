//! Whose turn it is: which streams are open, and what is asked for next.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Method;

use super::{Export, Flight, PageRequest, RequestId};
use crate::limits::{LOOKAHEAD_BYTES, OPEN_PARTS, WAITING_KEY_BYTES};

/// Walks of one stream that may be begun, for each request that may be under way: a slow answer at the front holds nobody up.
const WALKS_AHEAD: usize = 4;

impl Export {
    /// A stream and those that are read for its records begin together, so that keys never wait for a closed stream.
    pub(super) fn may_open(&self, at: usize) -> bool {
        let Some(stream) = self.streams.get(at).filter(|stream| stream.is_waiting()) else { return false };
        let open = self.streams.iter().filter(|stream| stream.is_open()).count();
        let parent = stream.planned.parent.and_then(|parent| self.streams.get(parent));
        parent.map_or(open == 0 || open + 1 + stream.children.len() <= OPEN_PARTS, |parent| !parent.is_waiting())
    }

    pub(super) fn next_page(&mut self, now: Timestamp) -> Option<PageRequest> {
        if self.flights.len() >= self.plan.concurrency() {
            return None;
        }
        let is_full = self.early_bytes() + (self.flights.len() + 1) * self.largest_page > LOOKAHEAD_BYTES;
        if is_full && !self.flights.is_empty() {
            return None;
        }
        let ahead = if is_full { 0 } else { self.plan.concurrency() * WALKS_AHEAD };
        self.by_need().into_iter().find_map(|at| self.ask(at, now, ahead))
    }

    /// The open streams, the one of which the least was asked for first: so all of them end together, none is left alone at the
    /// end, and small answers are waited for while large ones are packed. One that has not begun comes before all.
    fn by_need(&self) -> Vec<usize> {
        let open = self.streams.iter().enumerate().filter(|(at, stream)| stream.is_open() && !self.floods(*at));
        let mut needs: Vec<_> = open.map(|(at, stream)| (stream.share_asked(), at)).collect();
        needs.sort_unstable();
        needs.into_iter().map(|(_, at)| at).collect()
    }

    fn ask(&mut self, at: usize, now: Timestamp, ahead: usize) -> Option<PageRequest> {
        let started_at = self.plan.run.started_at;
        let (place, target, fresh_credentials) = self.streams.get_mut(at)?.ask(now, started_at, ahead)?;
        self.next_request += 1;
        let id = RequestId(self.next_request);
        self.flights.insert(id, Flight { stream: at, place });
        Some(PageRequest { id, method: Method::Get, target, headers: Vec::new(), body: None, fresh_credentials })
    }

    /// Whether a stream has handed down more keys than its children have used.
    fn floods(&self, at: usize) -> bool {
        let children = self.streams.get(at).map(|stream| stream.children.as_slice()).unwrap_or_default();
        let mut children = children.iter().filter_map(|child| self.streams.get(child.at));
        children.any(|child| child.waiting_key_bytes() > WAITING_KEY_BYTES)
    }
}
