//! The files that records tell of: which are fetched, in what order, how often, and what becomes of them.
//!
//! ```text
//! record -> Gallery (one a stream, in its records' order) -> Transfer (a few at once) -> Keep -> index
//! ```
//!
//! **A stream is not asked for more pages while many of its files wait**, so addresses that end soon are used soon, and what waits is
//! bounded.

mod attempt;
mod bounds;
mod gallery;
mod index;
mod name;
mod scratch;
mod transfer;

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::MediaOptions;
use carryall_protocol::job::{LayoutChoice, MediaChoice, MediaProgress};
use carryall_records::attachment::Attachment;
use carryall_records::part::Part;

use crate::entry_name::Unicode;
use crate::media::{MediaFile, MediaHead, MediaId, MediaRequest};
use crate::package::Write;
use crate::page::FetchError;
use crate::plan::Plan;
use crate::report::MediaReport;
use crate::retry::{Backoff, retry_after};
use attempt::{Attempt, Hosts};
use bounds::{file_limit, is_allowed, is_too_large};
use gallery::{Gallery, Item, State, urgency};
use scratch::Scratch;
use transfer::{Transfer, Trouble};

/// Files of one stream that wait before it is asked for no more pages.
const MANY: usize = 64;

/// Files of one export at most: what each costs in memory is held by a test for 100,000 entries.
const MOST_FILES: u32 = 90_000;

/// What the queue wants next.
#[derive(Debug)]
pub(super) enum Wish {
    /// Fetch a file, or the rest of it.
    Fetch(MediaRequest),
    /// Put a whole file into the archive.
    Keep(MediaFile),
    /// Append a part of an index.
    Append(Part),
}

/// All files of an export.
#[derive(Debug)]
pub(super) struct Media {
    choice: MediaChoice,
    options: MediaOptions,
    own_origin: String,
    unicode: Unicode,
    galleries: Vec<Option<Gallery>>,
    active: Vec<Attempt>,
    scratch: Scratch,
    last_id: u64,
    /// Files that were to be fetched so far.
    files: u32,
    hosts: Hosts,
}

impl Media {
    pub(super) fn new(plan: &Plan) -> Self {
        let options = plan.catalog.media.clone();
        // One document is one file, unless others come along.
        let has_index = plan.layout != LayoutChoice::Document || plan.media == MediaChoice::Files;
        let gallery = |planned: &crate::plan::PlannedStream| {
            let has_files = !planned.stream.attachments.is_empty() && !planned.keys_only;
            has_files.then(|| Gallery::new(planned, plan, has_index))
        };
        Self {
            choice: plan.media,
            galleries: plan.streams.iter().map(gallery).collect(),
            options,
            own_origin: plan.run.origin.clone(),
            unicode: plan.run.unicode,
            active: Vec::new(),
            scratch: Scratch::default(),
            last_id: 0,
            files: 0,
            hosts: Hosts::default(),
        }
    }

    /// Takes the files that a record of a stream tells of.
    pub(super) fn add(&mut self, stream: usize, record: &str, attachments: Vec<Attachment>) {
        let Self { choice, options, own_origin, unicode, galleries, files, .. } = self;
        let Some(Some(gallery)) = galleries.get_mut(stream) else { return };
        for wanted in attachments {
            let size = (wanted.size, wanted.media_type.clone());
            gallery.add(record, wanted, *unicode, |url| {
                let absolute = if url.starts_with('/') && !url.starts_with("//") {
                    [own_origin.as_str(), url].concat()
                } else {
                    url.to_owned()
                };
                let state = match choice {
                    MediaChoice::Links => State::Linked(""),
                    MediaChoice::Files if !is_allowed(options, &absolute) => State::Linked("elsewhere"),
                    MediaChoice::Files if is_too_large(options, size.0, size.1.as_deref()) => State::Linked("too_large"),
                    MediaChoice::Files if *files >= MOST_FILES => State::Linked("too_many"),
                    MediaChoice::Files => {
                        *files += 1;
                        State::Waiting
                    }
                };
                (state, absolute)
            });
        }
    }

    /// Whether so many files of a stream wait that it is asked for no more.
    pub(super) fn floods(&self, stream: usize) -> bool {
        self.galleries.get(stream).and_then(Option::as_ref).is_some_and(|gallery| gallery.len() >= MANY)
    }

    /// Whether no file of a stream waits.
    pub(super) fn is_idle(&self) -> bool {
        self.galleries.iter().flatten().all(Gallery::is_idle)
    }

    /// The end of a stream's index and what became of its files, once the stream is over and every file is decided on.
    pub(super) fn close(&mut self, stream: usize) -> Option<(Option<Part>, MediaReport)> {
        let place = self.galleries.get_mut(stream)?;
        let mut gallery = place.take_if(|gallery| gallery.is_idle())?;
        Some((gallery.finish(), gallery.report))
    }

    /// How it stands, where files are fetched.
    pub(super) fn progress(&self, closed: impl Iterator<Item = (u64, u64, u64)>) -> Option<MediaProgress> {
        let open = self.galleries.iter().flatten();
        let mut progress =
            MediaProgress { waiting: open.clone().map(|gallery| gallery.len() as u64).sum(), ..MediaProgress::default() };
        let counts = open.map(|gallery| (gallery.report.kept, gallery.report.bytes, gallery.report.failed));
        for (files, bytes, failed) in counts.chain(closed) {
            progress.files += files;
            progress.bytes += bytes;
            progress.failed += failed;
        }
        (self.choice == MediaChoice::Files).then_some(progress)
    }

    /// What is to be done next.
    pub(super) fn poll(&mut self, now: Timestamp) -> Option<Wish> {
        loop {
            if let Some(wish) = self.decide() {
                return Some(wish);
            }
            if !self.begin(now) {
                return self.ask(now);
            }
        }
    }

    /// When the next file is due, if all wait.
    pub(super) fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        self.active.iter().filter_map(|attempt| attempt.wake(now)).min()
    }

    /// Lets the first files go that are decided on.
    fn decide(&mut self) -> Option<Wish> {
        let Self { galleries, options, scratch, .. } = self;
        for gallery in galleries.iter_mut().flatten() {
            if let Some(part) = gallery.held() {
                return Some(Wish::Append(part));
            }
            while let Some(mut item) = gallery.pop() {
                let transfer = admitted(gallery, &mut item, options, scratch);
                let part = gallery.note(&item, transfer.as_deref());
                if let Some(transfer) = transfer {
                    gallery.hold(part);
                    return Some(Wish::Keep(transfer.into_file(item.name, scratch)));
                }
                if let Some(part) = part {
                    return Some(Wish::Append(part));
                }
            }
        }
        None
    }

    /// Begins to fetch the files whose turn it is, the most urgent first; tells whether one was decided on instead.
    fn begin(&mut self, now: Timestamp) -> bool {
        while self.active.len() < usize::from(self.options.max_concurrency) {
            let waiting = self.galleries.iter().enumerate().filter_map(|(stream, gallery)| {
                let (number, item) = gallery.as_ref()?.next_waiting()?;
                Some((urgency(item), stream, number))
            });
            let Some((_, stream, number)) = waiting.min() else { return false };
            if self.is_spent(stream, number) {
                return true;
            }
            let attempt = Attempt::new(self.next_id(), (stream, number), &self.hosts, now);
            self.active.push(attempt);
        }
        false
    }

    /// Whether a file would pass the limits of its kind whatever comes before it; it is not fetched then. Else it is under way.
    fn is_spent(&mut self, stream: usize, number: u64) -> bool {
        let Self { galleries, options, .. } = self;
        let Some(Some(gallery)) = galleries.get_mut(stream) else { return true };
        let Some(item) = gallery.item(number) else { return true };
        let (media_type, size) = (item.wanted.media_type.clone(), item.wanted.size);
        let is_spent = !gallery.has_room(media_type.as_deref(), size.unwrap_or(1), &options.limits);
        if let Some(item) = gallery.item(number) {
            item.state = if is_spent { State::Linked("total_reached") } else { State::Active };
        }
        is_spent
    }

    fn ask(&mut self, now: Timestamp) -> Option<Wish> {
        let id = self.next_id();
        let Self { active, scratch, galleries, .. } = self;
        let attempt = active.iter_mut().find(|attempt| attempt.is_due(now))?;
        let item = galleries.get_mut(attempt.stream)?.as_mut()?.item(attempt.number)?;
        Some(Wish::Fetch(attempt.ask(id, item.url.clone(), scratch)))
    }

    const fn next_id(&mut self) -> MediaId {
        self.last_id += 1;
        MediaId(self.last_id)
    }

    fn item(&mut self, stream: usize, number: u64) -> Option<&mut Item> {
        self.galleries.get_mut(stream)?.as_mut()?.item(number)
    }

    /// Takes the beginning of an answer; tells whether its body is wanted.
    pub(super) fn head(&mut self, id: MediaId, head: &MediaHead, now: Timestamp, backoff: &mut Backoff) -> bool {
        self.hosts.answer();
        let Some(at) = self.place(id) else { return false };
        let Self { active, scratch, galleries, options, hosts, .. } = self;
        let Some(attempt) = active.get_mut(at) else { return false };
        attempt.answer();
        let item = galleries.get_mut(attempt.stream).and_then(Option::as_mut).and_then(|gallery| gallery.item(attempt.number));
        let Some(item) = item else { return false };
        let media_type = item.wanted.media_type.clone().or_else(|| head.header("content-type").map(str::to_owned));
        let limit = file_limit(options, media_type.as_deref());
        match attempt.transfer.head(head, &item.wanted, limit, scratch) {
            Ok(()) => {
                hosts.begins(head.status);
                true
            }
            Err(trouble) => {
                let hint = head.header("retry-after").and_then(retry_after);
                self.trouble(at, trouble, hint, now, backoff);
                false
            }
        }
    }

    /// Takes a piece of a body: what must reach the scratch, or nothing where no more of it is wanted.
    pub(super) fn bytes(&mut self, id: MediaId, bytes: &[u8], now: Timestamp, backoff: &mut Backoff) -> Option<Vec<Write>> {
        let at = self.place(id)?;
        let Self { active, scratch, options, galleries, .. } = self;
        let attempt = active.get_mut(at)?;
        let item = galleries.get_mut(attempt.stream)?.as_mut()?.item(attempt.number)?;
        let media_type = item.wanted.media_type.as_deref().or(attempt.transfer.media_type());
        let limit = file_limit(options, media_type);
        match attempt.transfer.take(bytes, &item.wanted, limit, scratch) {
            Ok(writes) => Some(writes),
            Err(trouble) => {
                self.trouble(at, trouble, None, now, backoff);
                None
            }
        }
    }

    /// The body has ended, or the connection broke. Answers with what must reach the scratch.
    pub(super) fn end(
        &mut self,
        id: MediaId,
        end: Result<(), FetchError>,
        now: Timestamp,
        backoff: &mut Backoff,
    ) -> Option<Write> {
        let at = self.place(id)?;
        let Self { active, galleries, .. } = self;
        let attempt = active.get(at)?;
        let (stream, number) = (attempt.stream, attempt.number);
        let wanted = &galleries.get_mut(stream)?.as_mut()?.item(number)?.wanted;
        let trouble = match end {
            Ok(()) => attempt.transfer.end(wanted).err(),
            Err(FetchError::Forbidden) => Some(Trouble::Refused("elsewhere")),
            Err(_) => Some(Trouble::Again("connection_failed")),
        };
        if let Some(trouble) = trouble {
            self.trouble(at, trouble, None, now, backoff);
            return None;
        }
        let mut transfer = self.active.swap_remove(at).transfer;
        let is_front = self.galleries.get(stream)?.as_ref()?.is_front(number);
        // What cannot go into the archive yet waits outside of memory.
        let write = if is_front { None } else { transfer.spill(&mut self.scratch) };
        self.item(stream, number)?.state = State::Whole(Box::new(transfer));
        write
    }

    /// Tries a file again later, or gives it up.
    fn trouble(&mut self, at: usize, trouble: Trouble, hint: Option<Duration>, now: Timestamp, backoff: &mut Backoff) {
        let Self { active, scratch, hosts, .. } = self;
        let Some(attempt) = active.get_mut(at) else { return };
        if let Some(reason) = attempt.fail(trouble, hint, now, hosts, (scratch, backoff)) {
            self.give_up(at, reason, now);
        }
    }

    fn place(&self, id: MediaId) -> Option<usize> {
        self.active.iter().position(|attempt| attempt.id == id)
    }

    fn give_up(&mut self, at: usize, reason: &'static str, now: Timestamp) {
        let Attempt { stream, number, mut transfer, .. } = self.active.swap_remove(at);
        transfer.begin_anew(&mut self.scratch);
        let Some(item) = self.item(stream, number) else { return };
        let is_over = reason == "refused" && item.wanted.expires.is_some_and(|end| end <= now);
        item.state = match reason {
            "too_large" | "elsewhere" => State::Linked(reason),
            _ if is_over => State::Failed("expired"),
            _ => State::Failed(reason),
        };
    }
}

/// A file that is whole and within what its stream may bring; another has its state said.
fn admitted(gallery: &mut Gallery, item: &mut Item, options: &MediaOptions, scratch: &mut Scratch) -> Option<Box<Transfer>> {
    let mut transfer = match std::mem::replace(&mut item.state, State::Active) {
        State::Whole(transfer) => transfer,
        decided => {
            item.state = decided;
            return None;
        }
    };
    let media_type = item.wanted.media_type.as_deref().or(transfer.media_type());
    if gallery.admits(media_type, transfer.received(), &options.limits) {
        return Some(transfer);
    }
    transfer.begin_anew(scratch);
    item.state = State::Linked("total_reached");
    None
}
