//! Whose turn it is: which streams are open, which may deflate, and what is asked for next.

use carryall_protocol::Timestamp;
use carryall_protocol::job::StreamStatus;

use super::stream::StreamRun;
use super::{Export, ExportError, Flight, PageRequest, RequestId};
use crate::limits::{LOOKAHEAD_BYTES, OPEN_PARTS, OPEN_STREAMS, WAITING_KEY_BYTES};

/// Walks of one stream that may be begun, for each request that may be under way: a slow answer at the front holds nobody up.
const WALKS_AHEAD: usize = 4;

impl Export {
    /// Opens streams while there are places for their parts, closes those that are read. Whoever waited for one of these gets
    /// its turn at once.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while self.settle_once(now) {}
        self.close_media();
        if !self.done && self.media.is_idle() && self.streams.iter().all(StreamRun::is_over) {
            self.done = true;
            let failed = self.streams.iter().any(|stream| !stream.report.errors.is_empty());
            if failed && self.streams.iter().all(|stream| stream.report.pages == 0) {
                self.failure = self.failure.or(Some(ExportError::NothingReceived));
                self.ready.clear();
            }
        }
    }

    /// Ends the list of a stream's files once every one of them is decided on.
    fn close_media(&mut self) {
        for (at, stream) in self.streams.iter_mut().enumerate().filter(|(_, stream)| stream.is_over()) {
            if let Some((part, media)) = self.media.close(at) {
                self.ready.extend(part);
                stream.keep_media(media);
            }
        }
    }

    /// Goes through the streams once; tells whether one was closed.
    fn settle_once(&mut self, now: Timestamp) -> bool {
        let mut is_any_closed = false;
        for at in 0..self.streams.len() {
            let (may_open, is_not_needed) = (self.may_open(at), self.is_not_needed(at));
            let gets_place =
                self.streams.get(at).is_some_and(|stream| stream.wants_place && !stream.has_place) && self.may_have_place(at);
            let Some(stream) = self.streams.get_mut(at) else { continue };
            if may_open {
                stream.open(self.plan.run.account.as_str());
            }
            if gets_place {
                stream.has_place = true;
                self.take_pages(at, now);
            }
            let Some(stream) = self.streams.get_mut(at) else { continue };
            if is_not_needed {
                stream.skip();
            }
            if stream.is_read() || is_not_needed {
                is_any_closed = true;
                self.ready.extend(if is_not_needed { Vec::new() } else { stream.finish() });
                let whole = stream.report.status == StreamStatus::Complete && !stream.is_switched_off;
                let children: Vec<usize> = stream.children.iter().map(|child| child.at).collect();
                for child in children {
                    if let Some(child) = self.streams.get_mut(child) {
                        child.end_parent(whole);
                    }
                }
            }
        }
        is_any_closed
    }

    /// Packs what has come and waits for nothing any more; tells whether there was anything, or a stream is read to its end.
    pub(super) fn takes_more(&mut self, now: Timestamp) -> bool {
        let pages = |streams: &[StreamRun]| streams.iter().map(|stream| stream.report.pages).sum::<u64>();
        let before = pages(&self.streams);
        (0..self.streams.len()).for_each(|at| self.take_pages(at, now));
        pages(&self.streams) > before || self.streams.iter().any(StreamRun::is_read)
    }

    /// The next moment at which a page is due. What is due already waits for something else: for a place, or for keys to be used.
    pub(super) fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        let open = self.streams.iter().filter(|stream| stream.is_open());
        open.filter_map(|stream| stream.wake(now)).filter(|wake| *wake > now).min()
    }

    /// A stream and those that are read for its records begin together, so that keys never wait for a closed stream. One that
    /// stands for another begins when that one turned out to be switched off.
    pub(super) fn may_open(&self, at: usize) -> bool {
        let Some(stream) = self.streams.get(at).filter(|stream| stream.is_waiting()) else { return false };
        let open = self.streams.iter().filter(|stream| stream.is_open()).count();
        let original = stream.planned.instead_of.and_then(|original| self.streams.get(original));
        let is_due = original.is_none_or(|original| original.is_over() && original.is_switched_off);
        let parent = stream.planned.parent.and_then(|parent| self.streams.get(parent));
        is_due && parent.map_or(open == 0 || open + 1 + stream.children.len() <= OPEN_STREAMS, |parent| !parent.is_waiting())
    }

    /// Whether a stream waits in vain: what it stands for was there.
    pub(super) fn is_not_needed(&self, at: usize) -> bool {
        let Some(stream) = self.streams.get(at).filter(|stream| stream.is_waiting()) else { return false };
        let original = stream.planned.instead_of.and_then(|original| self.streams.get(original));
        original.is_some_and(|original| original.is_over() && !original.is_switched_off)
    }

    /// Whether a stream may have its part deflated. There are few places, because a part may grow to several MiB; streams that
    /// wait for each other never wait for a place.
    pub(super) fn may_have_place(&self, at: usize) -> bool {
        let family = self.families.get(at);
        let mut taken = self.streams.iter().zip(&self.families).filter(|(stream, _)| stream.has_place);
        let count: usize = taken.clone().map(|(stream, _)| stream.places()).sum();
        let wanted = self.streams.get(at).map_or(1, StreamRun::places);
        count + wanted <= OPEN_PARTS || taken.any(|(_, other)| Some(other) == family)
    }

    pub(super) fn next_page(&mut self, now: Timestamp) -> Option<PageRequest> {
        if self.flights.len() >= self.manners.allowed() {
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
        let open = self.streams.iter().enumerate().filter(|(at, stream)| stream.is_open() && self.may_ask(*at));
        // Few enough that putting each in its place is as good as a sort.
        let mut needs: Vec<(u64, usize)> = Vec::new();
        for need in open.map(|(at, stream)| (stream.share_asked(), at)) {
            needs.insert(needs.partition_point(|other| *other < need), need);
        }
        needs.into_iter().map(|(_, at)| at).collect()
    }

    fn may_ask(&self, at: usize) -> bool {
        let Some(stream) = self.streams.get(at) else { return false };
        let most = stream.planned.stream.rate.as_ref().and_then(|rate| rate.max_concurrency);
        let in_flight = || self.flights.iter().filter(|(_, flight)| flight.stream == at).count();
        let is_blocked = stream.wants_place && !stream.has_place;
        !is_blocked && !self.floods(at) && most.is_none_or(|most| in_flight() < usize::from(most.max(1)))
    }

    fn ask(&mut self, at: usize, now: Timestamp, ahead: usize) -> Option<PageRequest> {
        let started_at = self.plan.run.started_at;
        let (place, request, fresh_credentials) = self.streams.get_mut(at)?.ask(now, started_at, ahead)?;
        self.manners.asked(now);
        self.next_request += 1;
        let id = RequestId(self.next_request);
        self.flights.push((id, Flight { stream: at, place }));
        let super::request::Request { method, target, headers, body } = request;
        Some(PageRequest { id, stream: at, method, target, headers, body, fresh_credentials })
    }

    /// Whether more of a stream's files wait than are good, or it has handed down more keys than its children have used. One that is not open uses none, and may wait for
    /// another child of the same stream: it holds nobody up.
    fn floods(&self, at: usize) -> bool {
        let children = self.streams.get(at).map(|stream| stream.children.as_slice()).unwrap_or_default();
        let mut children = children.iter().filter_map(|child| self.streams.get(child.at));
        self.media.floods(at) || children.any(|child| child.is_open() && child.waiting_key_bytes() > WAITING_KEY_BYTES)
    }
}

/// Which streams wait for each other: each one's family, by the place of one of its members.
pub(super) fn families(plan: &crate::plan::Plan) -> Vec<usize> {
    let mut families: Vec<usize> = (0..plan.streams.len()).collect();
    for (at, planned) in plan.streams.iter().enumerate() {
        for other in [planned.parent, planned.instead_of].into_iter().flatten() {
            let (own, theirs) = (families.get(at).copied(), families.get(other).copied());
            for family in &mut families {
                if Some(*family) == own {
                    *family = theirs.unwrap_or(*family);
                }
            }
        }
    }
    families
}
