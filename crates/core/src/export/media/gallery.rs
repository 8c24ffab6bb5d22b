//! The files of one stream, in the order in which its records tell of them.
//!
//! **What is decided about a file is written in that order**, whenever it was fetched: so the index, the names and what a bound
//! leaves out do not depend on which file came first.

use std::collections::VecDeque;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::MediaLimit;
use carryall_protocol::job::LayoutChoice;
use carryall_records::attachment::Attachment;
use carryall_records::part::{Outputs, Part};
use carryall_records::seen::SeenKeys;
use xxhash_rust::xxh64::xxh64;

use super::bounds::applies;
use super::index::line;
use super::name;
use super::transfer::Transfer;
use crate::bag::hex;
use crate::entry_name::{EntryName, Unicode};
use crate::plan::{Plan, PlannedStream};
use crate::report::{MediaReport, NotKept};

/// Files that are named one by one in `export.json`; all of them stand in the index.
const NAMED: usize = 500;

/// Files from the first that is not decided on to the last that may be fetched.
const WINDOW: usize = 64;

/// A file, and how far it is.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) record: Box<str>,
    pub(super) wanted: Attachment,
    /// Where it is fetched from; the address that the record has may be relative.
    pub(super) url: String,
    pub(super) name: EntryName,
    pub(super) state: State,
}

/// How far a file is.
#[derive(Debug)]
pub(super) enum State {
    /// It waits for its turn.
    Waiting,
    /// It is being fetched.
    Active,
    /// It is whole.
    Whole(Box<Transfer>),
    /// It stays where it is: by choice, or for this reason.
    Linked(&'static str),
    /// It could not be had.
    Failed(&'static str),
}

/// The files of one stream.
#[derive(Debug)]
pub(super) struct Gallery {
    items: VecDeque<Item>,
    /// Items that were decided on and let go.
    gone: u64,
    names: SeenKeys,
    /// The last number that told a file from another of its name.
    twins: u32,
    /// The folder of each rule.
    folders: Vec<String>,
    writer: Option<Outputs>,
    /// A full part of the index that waits until the file before it is in the archive.
    held: Option<Part>,
    /// Bytes kept so far for each of the catalog's limits.
    totals: Vec<u64>,
    /// Whether the archive has the layout of X's.
    is_of_x: bool,
    pub(super) report: MediaReport,
}

impl Gallery {
    /// No file yet. Without an index only counts are kept.
    pub(super) fn new(planned: &PlannedStream, plan: &Plan, has_index: bool) -> Self {
        let (stream, locale, limits) = (&planned.stream, &plan.locale, plan.catalog.media.limits.len());
        let folder = |directory: Option<&str>| {
            directory.map_or_else(|| ["data/media/", stream.file()].concat(), |directory| ["data/", directory].concat())
        };
        let rules = stream.attachments.iter();
        let mut report = MediaReport::default();
        for note in stream.attachments.iter().filter_map(|rule| rule.note.as_ref()).map(|note| note.in_language(locale)) {
            if !report.notes.iter().any(|known| known == note) {
                report.notes.push(note.to_owned());
            }
        }
        Self {
            items: VecDeque::new(),
            gone: 0,
            names: SeenKeys::default(),
            twins: 1,
            folders: rules.map(|rule| folder(rule.directory.as_ref().map(carryall_protocol::StreamId::as_str))).collect(),
            writer: has_index.then(|| Outputs::index(stream.id.clone())),
            held: None,
            totals: vec![0; limits],
            is_of_x: plan.layout == LayoutChoice::X,
            report,
        }
    }

    /// Takes a file that a record tells of. `state` decides what becomes of it by its address.
    pub(super) fn add(
        &mut self,
        record: &str,
        wanted: Attachment,
        unicode: Unicode,
        state: impl FnOnce(&str) -> (State, String),
    ) {
        self.report.found += 1;
        if let Some(end) = wanted.expires.filter(|_| wanted.url.is_some()) {
            self.report.first_end = Some(self.report.first_end.map_or(end, |known| known.min(end)));
        }
        let (state, url) = wanted.url.as_deref().map_or((State::Linked(NO_ADDRESS), String::new()), state);
        let folder = self.folders.get(wanted.rule).map_or("data/media", String::as_str);
        // Archives of X name files by post and address alone.
        let lead = (record, wanted.id.as_deref().filter(|_| !self.is_of_x));
        let mut name = name::entry(folder, lead, &wanted, 1, unicode);
        if matches!(state, State::Waiting) {
            // The number goes on from twin to twin: a thousand files of one name are no million tries.
            while !self.names.insert(folded(&name, unicode)) {
                self.twins += 1;
                name = name::entry(folder, lead, &wanted, self.twins, unicode);
            }
        }
        self.items.push_back(Item { record: record.into(), wanted, url, name, state });
    }

    /// How many files wait to be decided on.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The number and the item of the first file that waits for its turn, within the window.
    pub(super) fn next_waiting(&self) -> Option<(u64, &Item)> {
        let at = self.items.iter().take(WINDOW).position(|item| matches!(item.state, State::Waiting))?;
        Some((self.gone + at as u64, self.items.get(at)?))
    }

    /// The file of this number.
    pub(super) fn item(&mut self, number: u64) -> Option<&mut Item> {
        self.items.get_mut(usize::try_from(number.checked_sub(self.gone)?).ok()?)
    }

    /// Whether it is the first that is not decided on.
    pub(super) const fn is_front(&self, number: u64) -> bool {
        number == self.gone
    }

    /// The first file, once it is decided on.
    pub(super) fn pop(&mut self) -> Option<Item> {
        let is_decided = |item: &mut Item| !matches!(item.state, State::Waiting | State::Active);
        let item = self.items.pop_front_if(is_decided)?;
        self.gone += 1;
        Some(item)
    }

    /// Whether nothing waits, not even for a moment.
    pub(super) fn is_idle(&self) -> bool {
        self.items.is_empty() && self.held.is_none()
    }

    /// Whether a file of so many bytes still fits into the limits of its kind.
    pub(super) fn has_room(&self, media_type: Option<&str>, bytes: u64, limits: &[MediaLimit]) -> bool {
        let is_over = |(limit, total): (&MediaLimit, &u64)| {
            applies(limit, media_type) && limit.max_total_bytes.is_some_and(|most| total.saturating_add(bytes) > most)
        };
        !limits.iter().zip(&self.totals).any(is_over)
    }

    /// The same; counts it then.
    pub(super) fn admits(&mut self, media_type: Option<&str>, bytes: u64, limits: &[MediaLimit]) -> bool {
        let fits = |limit: &MediaLimit| applies(limit, media_type);
        if !self.has_room(media_type, bytes, limits) {
            return false;
        }
        limits.iter().zip(&mut self.totals).filter(|(limit, _)| fits(limit)).for_each(|(_, total)| *total += bytes);
        true
    }

    /// Notes what became of a file; answers with a part of the index that is full.
    pub(super) fn note(&mut self, item: &Item, transfer: Option<&Transfer>) -> Option<Part> {
        let (status, reason) = match item.state {
            State::Linked(reason) => ("linked", reason),
            State::Failed(reason) => ("failed", reason),
            State::Whole(_) | State::Waiting | State::Active => ("kept", ""),
        };
        let content = transfer.map(Transfer::content);
        let report = &mut self.report;
        match &content {
            Some(content) => {
                report.kept += 1;
                report.bytes += content.bytes;
            }
            None if status == "failed" => report.failed += 1,
            None => report.linked += 1,
        }
        if !reason.is_empty() {
            report.reasons.add(reason.to_owned(), 1);
            if report.not_kept.len() < NAMED {
                let name = item.wanted.name.clone().unwrap_or_else(|| name::basename(&item.url));
                report.not_kept.push(NotKept { record: item.record.to_string(), name, reason: reason.to_owned() });
            } else {
                report.not_named += 1;
            }
        }
        let sha256 = content.map(|content| (content.bytes, hex(&content.sha256)));
        let media_type = transfer.and_then(Transfer::media_type);
        self.writer.as_mut()?.push_own(&line(item, status, reason, sha256, media_type)).pop()
    }

    /// Keeps a part of the index for a moment.
    pub(super) fn hold(&mut self, part: Option<Part>) {
        self.held = part;
    }

    /// The part that was kept for a moment.
    pub(super) fn held(&mut self) -> Option<Part> {
        self.held.take()
    }

    /// The end of the index, once every file is decided on; nothing where there was none.
    pub(super) fn finish(&mut self) -> Option<Part> {
        self.writer.take().filter(|_| self.report.found > 0)?.finish().pop()
    }
}

/// The record tells of a file that the host does not have any more.
pub(super) const NO_ADDRESS: &str = "no_address";

/// The form by which two names are the same where case, or joiners that nobody sees, do not count.
fn folded(name: &EntryName, unicode: Unicode) -> u64 {
    let lower = (unicode.lower)(name.as_str());
    let mut seen = String::with_capacity(lower.len());
    seen.extend(lower.chars().filter(|character| !matches!(character, '\u{200c}' | '\u{200d}')));
    xxh64(seen.as_bytes(), 0)
}

/// When the address of a file ends; those without an end come last.
pub(super) fn urgency(item: &Item) -> Timestamp {
    item.wanted.expires.unwrap_or(Timestamp::from_secs(u64::from(u32::MAX)))
}
