//! The export as a machine: pages in, actions out.
//!
//! ```text
//! begin -> poll -> Fetch ----> handle_page -+
//!           ^  \-> Append (a part)          |
//!           |  \-> Wait (for a page, or until a moment)
//!           |  \-> Done | Failed            |
//!           +-------------------------------+
//! ```
//!
//! **Whether a page is retried, waited for, skipped and reported, or fatal is decided here**, so it is tested without a
//! browser and without sleeping. Time is an argument; jitter follows from the plan's seed. The same pages in any order of
//! arrival give the same parts.
//!
//! Absent: the archive. Parts leave through [`Action::Append`]; what they become is [`archive`](crate::archive)'s business.

mod ask;
mod asked;
mod border;
mod clue;
mod condition;
mod error;
mod fingerprints;
mod manners;
mod media;
mod pace;
mod range;
mod refusal;
mod request;
mod stream;
mod turn;
mod walk;

use std::collections::VecDeque;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Method, Pointers, ResponseAction};
use carryall_protocol::job::{MediaProgress, StreamProgress};

use crate::limits::LOOKAHEAD_BYTES;
use crate::media::{MediaFile, MediaHead, MediaId, MediaRequest};
use crate::package::Write;
use crate::page::{FetchError, Page};
use crate::plan::Plan;
use crate::report::ExportReport;
use crate::retry::Backoff;
use asked::Answer;
use carryall_records::part::Part;
use carryall_records::redact::hides;
use carryall_records::seen::SeenKeys;
pub use error::ExportError;
use manners::Manners;
use media::{Media, Wish};
use refusal::{default_action, tries};
use stream::{Child, StreamRun};
use walk::Place;

/// Names one request from [`Action::Fetch`] to [`Export::handle_page`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

/// What to ask the host, with the page's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// To be handed back with the answer.
    pub id: RequestId,
    /// The stream it is for, by its place in the plan.
    pub stream: usize,
    /// GET, or a POST that the catalog calls safe.
    pub method: Method,
    /// Path and query below the catalog's base address, encoded.
    pub target: String,
    /// Headers beside the credentials.
    pub headers: Vec<(String, String)>,
    /// The JSON body of a POST.
    pub body: Option<String>,
    /// The credentials used before were refused: refresh them first.
    pub fresh_credentials: bool,
}

/// What the machine wants done next.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask the host, and hand the answer to [`Export::handle_page`]. Several may be under way.
    Fetch(PageRequest),
    /// Append a finished part to the archive before the next poll.
    Append(Part),
    /// Fetch a file that a record tells of, and hand over what comes of it. Several may be under way, beside pages.
    FetchMedia(MediaRequest),
    /// Put a whole file into the archive before the next poll.
    Keep(MediaFile),
    /// Poll again once a page has come, or at this moment, whichever is first. Without a moment there are pages under way.
    Wait {
        /// When a failed page is due again.
        until: Option<Timestamp>,
    },
    /// Everything is read and every part was handed out.
    Done,
    /// The export cannot go on.
    Failed(ExportError),
}

/// Where an answer belongs.
#[derive(Debug, Clone, Copy)]
struct Flight {
    stream: usize,
    place: Place,
}

/// A running export.
#[derive(Debug)]
pub struct Export {
    plan: Plan,
    streams: Vec<StreamRun>,
    /// Which streams wait for each other.
    families: Vec<usize>,
    flights: Vec<(RequestId, Flight)>,
    ready: VecDeque<Part>,
    backoff: Backoff,
    manners: Manners,
    media: Media,
    next_request: u64,
    /// The largest page so far: what a request under way may bring.
    largest_page: usize,
    failure: Option<ExportError>,
    done: bool,
}

impl Export {
    /// An export that has asked for nothing yet.
    #[must_use]
    pub fn begin(plan: Plan) -> Self {
        let mut streams: Vec<StreamRun> = plan.streams.iter().map(|planned| StreamRun::new(planned.clone(), &plan)).collect();
        for (at, planned) in plan.streams.iter().enumerate() {
            if let (Some(parent), Some(each)) = (planned.parent, &planned.stream.for_each)
                && let Some(parent) = streams.get_mut(parent)
            {
                let own = parent.planned.stream.primary_key.as_ref().map(Pointers::pointers);
                let handed = (own != Some(std::slice::from_ref(&each.key))).then(SeenKeys::default);
                parent.children.push(Child {
                    at,
                    key: each.key.tokens().to_vec(),
                    is_hidden: hides(&parent.planned.stream, &each.key),
                    when: each.when.clone(),
                    handed,
                });
            }
        }
        Self {
            backoff: Backoff::new(plan.run.seed),
            families: turn::families(&plan),
            media: Media::new(&plan),
            manners: Manners::new(plan.concurrency(), plan.catalog.rate.as_ref()),
            plan,
            streams,
            flights: Vec::new(),
            ready: VecDeque::new(),
            next_request: 0,
            largest_page: 0,
            failure: None,
            done: false,
        }
    }

    /// What to do next. To be called until it answers [`Action::Wait`], [`Action::Done`] or [`Action::Failed`].
    pub fn poll(&mut self, now: Timestamp) -> Action {
        loop {
            self.settle(now);
            if let Some(failure) = self.failure {
                return Action::Failed(failure);
            }
            if let Some(part) = self.ready.pop_front() {
                return Action::Append(part);
            }
            if self.done {
                return Action::Done;
            }
            let was_idle = self.media.is_idle();
            if let Some(wish) = self.media.poll(now) {
                return match wish {
                    Wish::Fetch(request) => Action::FetchMedia(request),
                    Wish::Keep(file) => Action::Keep(file),
                    Wish::Append(part) => Action::Append(part),
                };
            }
            // What was decided without a wish may have been the last that an end waited for.
            if !was_idle && self.media.is_idle() {
                continue;
            }
            let hold = self.manners.hold(now);
            if hold.is_none()
                && let Some(request) = self.next_page(now)
            {
                return Action::Fetch(request);
            }
            // What could not be asked for ended its walk: the pages behind it may have come, or its stream is over.
            if !self.takes_more(now) {
                let wakes = [hold.or_else(|| self.wake(now)), self.media.wake(now)];
                return Action::Wait { until: wakes.into_iter().flatten().min() };
            }
        }
    }

    /// Takes the answer to a request. An answer to an unknown or outdated request is dropped.
    pub fn handle_page(&mut self, id: RequestId, answer: Result<Page, FetchError>, now: Timestamp) {
        let Some(flight) = self.flights.iter().position(|(known, _)| *known == id) else { return };
        let (_, Flight { stream: at, place }) = self.flights.swap_remove(flight);
        let early = self.early_bytes();
        let Some(stream) = self.streams.get_mut(at) else { return };
        let bytes = answer.as_ref().map_or(0, |page| page.body.len());
        let may_wait = early + bytes <= LOOKAHEAD_BYTES;
        if stream.walk(place).is_none() {
            return;
        }
        match answer {
            Ok(page) if let Some(action) = action(stream, &page) => self.handle_refusal(at, place, &page, action, now),
            Ok(page) => {
                self.largest_page = self.largest_page.max(page.body.len());
                self.manners.succeeded();
                stream.hold.succeeded();
                self.rest_if_exhausted(at, place, &page, now);
                self.keep(at, place, page, may_wait, now);
            }
            Err(error) => self.handle_fetch_error(at, place, &error, now),
        }
    }

    /// Takes the beginning of an answer to [`Action::FetchMedia`]; tells whether its body is wanted.
    pub fn handle_media_head(&mut self, id: MediaId, head: &MediaHead, now: Timestamp) -> bool {
        self.media.head(id, head, now, &mut self.backoff)
    }

    /// Takes a piece of a body. Answers with what must be written before more is handed over, or with nothing where no more of it
    /// is wanted.
    pub fn handle_media_bytes(&mut self, id: MediaId, bytes: &[u8], now: Timestamp) -> Option<Vec<Write>> {
        self.media.bytes(id, bytes, now, &mut self.backoff)
    }

    /// Takes the end of a body, or what went wrong. Answers with what must be written before the next poll.
    pub fn handle_media_end(&mut self, id: MediaId, end: Result<(), FetchError>, now: Timestamp) -> Option<Write> {
        self.media.end(id, end, now, &mut self.backoff)
    }

    /// Ends the export for the person. Nothing more is asked or appended.
    pub fn cancel(&mut self) {
        self.failure = Some(ExportError::Cancelled);
    }

    /// The plan it follows.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How far every stream is, in the plan's order.
    #[must_use]
    pub fn progress(&self) -> Vec<StreamProgress> {
        self.streams.iter().filter(|stream| !stream.planned.keys_only).map(StreamRun::progress).collect()
    }

    /// How far the fetching of files is; nothing where none are fetched.
    #[must_use]
    pub fn media_progress(&self) -> Option<MediaProgress> {
        let closed = self.streams.iter().filter_map(|stream| stream.report.media.as_ref());
        self.media.progress(closed.map(|media| (media.kept, media.bytes, media.failed)))
    }

    /// The statement about what was read.
    #[must_use]
    pub fn report(&self, now: Timestamp) -> ExportReport {
        ExportReport::new(&self.plan, self.streams.iter().map(|stream| stream.report.clone()).collect(), now)
    }

    fn early_bytes(&self) -> usize {
        self.streams.iter().map(StreamRun::early_bytes).sum()
    }

    /// Keeps a page until it is the next one to be packed.
    fn keep(&mut self, at: usize, place: Place, page: Page, may_wait: bool, now: Timestamp) {
        let may_have_place = self.may_have_place(at);
        let Some(stream) = self.streams.get_mut(at) else { return };
        let has_place = stream.has_place || may_have_place || stream.is_light(page.body.len());
        let is_packed_now = has_place && stream.is_next(place);
        let Some(walk) = stream.walk(place) else { return };
        if may_wait || is_packed_now {
            walk.arrived(place.slot, Answer::Page(page));
            return self.take_pages(at, now);
        }
        // No memory to keep it in: it is asked for again when it is the next one, and can be packed.
        walk.again(place.slot, now, walk.tries(place.slot));
        stream.wants_place |= stream.is_next(place);
    }

    /// Whether the next page of a stream may be packed: it has a place among the deflated parts, or needs none.
    fn may_pack(&mut self, at: usize) -> bool {
        let may_have_place = self.may_have_place(at);
        let Some(stream) = self.streams.get_mut(at) else { return false };
        let Some(is_light) = stream.next_is_light() else { return false };
        if !stream.has_place && !is_light {
            stream.wants_place = true;
            stream.has_place = may_have_place;
        }
        stream.has_place || is_light
    }

    /// Packs every page that has come and is next in order.
    fn take_pages(&mut self, at: usize, now: Timestamp) {
        while self.may_pack(at) {
            let Some(stream) = self.streams.get_mut(at) else { return };
            let Some((place, answer)) = stream.take() else { return };
            match stream.pack(place, &answer) {
                Ok(packed) => {
                    self.ready.extend(packed.parts);
                    for (record, attachments) in packed.attachments {
                        self.media.add(at, &record, attachments);
                    }
                    for (child, key) in packed.keys {
                        if let Some(child) = self.streams.get_mut(child) {
                            child.add_key(key);
                        }
                    }
                }
                Err(error) => self.try_again(at, place, error.code(), tries(error, &answer), now),
            }
        }
    }
}

/// What is to be done with an answer that is no page; nothing where it is one.
fn action(stream: &StreamRun, page: &Page) -> Option<ResponseAction> {
    let is_page = (200..300).contains(&page.status);
    Export::rule(&stream.planned.stream, page).or_else(|| (!is_page).then(|| default_action(page.status)))
}
