//! One stream being read: its walks in order, and what a page's records become.
//!
//! The front walk's pages are written; walks behind it may only look ahead. **A record goes inspect -> redact -> part, and
//! nowhere else.**

use std::collections::VecDeque;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Exclusion, PrimaryKey, RecordsAt, Scalar};
use carryall_protocol::job::{StreamProgress, StreamStatus};
use carryall_records::json::{lookup, scalar_text};
use carryall_records::part::{Frame, Part, PartWriter};
use carryall_records::redact::Redactor;
use carryall_records::seen::SeenKeys;
use xxhash_rust::xxh64::{Xxh64, xxh64};

use super::border::Border;
use super::request::{partition_path, target, upper_bound};
use super::walk::{Place, Taken, Walk};
use crate::page::{PageError, Record, slice};
use crate::plan::{Plan, PlannedStream};
use crate::report::{Excluded, Partitions, Stop, StreamReport};

/// What a waiting key costs beside its text.
const KEY_OVERHEAD_BYTES: usize = 32;

/// Partitions that may fail in a row before the stream is given up.
const FAILURES_IN_A_ROW: u32 = 5;

/// What packing a page gave beside its count: finished parts, and keys for the streams that are read for its records.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub(super) parts: Vec<Part>,
    pub(super) keys: Vec<(usize, Option<Box<str>>)>,
}

/// A stream that is read for each record of this one: its place in the plan and the key it wants.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) at: usize,
    pub(super) key: Vec<String>,
}

/// One stream being read.
#[derive(Debug)]
pub(super) struct StreamRun {
    pub(super) planned: PlannedStream,
    pub(super) report: StreamReport,
    pub(super) children: Vec<Child>,
    redactor: Redactor,
    writer: PartWriter,
    seen: SeenKeys,
    walks: VecDeque<Walk>,
    keys: VecDeque<Box<str>>,
    key_bytes: usize,
    parent_ended: bool,
    walks_begun: u64,
    requests: u64,
    failures_in_a_row: u32,
}

impl StreamRun {
    pub(super) fn new(planned: PlannedStream, frame: Frame, plan: &Plan) -> Self {
        let mut report = StreamReport::new(planned.category.clone(), planned.id().clone());
        report.excluded = planned.stream.exclude_records.iter().map(|rule| excluded(rule, &plan.locale)).collect();
        report.partitions = planned.parent.map(|_| Partitions::default());
        report.upper_bound = upper_bound(&planned.stream, plan.run.started_at);
        Self {
            report,
            children: Vec::new(),
            redactor: Redactor::of(&planned.stream),
            writer: PartWriter::new(planned.id().clone(), frame),
            seen: SeenKeys::default(),
            walks: VecDeque::new(),
            keys: VecDeque::new(),
            key_bytes: 0,
            parent_ended: planned.parent.is_none(),
            walks_begun: 0,
            requests: 0,
            failures_in_a_row: 0,
            planned,
        }
    }

    /// Gives the stream its turn: it may ask for pages from now on.
    pub(super) fn open(&mut self) {
        self.report.status = StreamStatus::Reading;
        if self.planned.parent.is_none() {
            self.begin_walk(self.planned.stream.request.path.clone());
        }
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self.report.status, StreamStatus::Waiting)
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.report.status, StreamStatus::Reading)
    }

    pub(super) const fn is_over(&self) -> bool {
        !self.is_waiting() && !self.is_open()
    }

    /// What a progress display shows of it: the total as soon as the host claims one. Of a stream that is read for each record
    /// of another there is a total only once every one of them is known and gives one record.
    pub(super) fn progress(&self) -> StreamProgress {
        let claimed = self.walks.front().and_then(|walk| walk.claims).map(|claims| claims.last);
        let total = match &self.report.partitions {
            None => claimed.or(self.report.claimed_at_end),
            Some(partitions) if self.parent_ended && matches!(self.planned.stream.records.at, RecordsAt::Single(_)) => {
                let refused: u64 = partitions.refused.values().sum();
                Some((partitions.asked + self.keys.len() as u64).saturating_sub(refused + partitions.failed))
            }
            Some(_) => self.is_over().then_some(self.report.written),
        };
        let report = &self.report;
        let (category, stream) = (report.category.clone(), report.stream.clone());
        StreamProgress { category, stream, records: report.written, total, status: report.status }
    }

    /// Nothing more will come of it.
    pub(super) fn is_read(&self) -> bool {
        self.is_open() && self.walks.is_empty() && self.keys.is_empty() && self.parent_ended
    }

    /// How much of it was asked for, in millionths, as far as anybody knows what there is.
    pub(super) fn share_asked(&self) -> u64 {
        let left = self.walks.iter().map(Walk::left).fold(self.keys.len() as u64, u64::saturating_add);
        self.requests.saturating_mul(1_000_000) / self.requests.saturating_add(left).max(1)
    }

    /// Bytes of parent keys that wait for their walks.
    pub(super) const fn waiting_key_bytes(&self) -> usize {
        self.key_bytes
    }

    /// Takes the key of a parent's record: one more walk to come, or one that cannot be made.
    pub(super) fn add_key(&mut self, key: Option<Box<str>>) {
        match key {
            _ if self.parent_ended || self.is_over() => {}
            Some(key) => {
                self.key_bytes += key.len() + KEY_OVERHEAD_BYTES;
                self.keys.push_back(key);
            }
            None => self.report.error("key_not_usable"),
        }
    }

    /// The parent is read to its end: no more keys will come. What the parent lacks, this stream lacks too.
    pub(super) fn end_parent(&mut self, whole: bool) {
        self.parent_ended = true;
        if !whole {
            self.report.error("parent_incomplete");
        }
    }

    /// Bytes of pages that have come and wait for those before them.
    pub(super) fn early_bytes(&self) -> usize {
        self.walks.iter().map(Walk::early_bytes).sum()
    }

    /// The next page to ask for: its place, its address, and whether fresh credentials are due. `ahead` walks may be begun;
    /// with none, only the very next page is asked for.
    pub(super) fn ask(&mut self, now: Timestamp, started_at: Timestamp, ahead: usize) -> Option<(Place, String, bool)> {
        self.begin_walks(ahead.max(1));
        let stream = &self.planned.stream;
        let mut walks = self.walks.iter_mut().take(ahead.max(1));
        walks.find_map(|walk| {
            let (place, window) = walk.ask(now, ahead > 0)?;
            self.requests += 1;
            Some((place, target(stream, walk, window, started_at), walk.tries(place.offset).refreshes > 0))
        })
    }

    /// The earliest moment at which a page that waits may be asked for again.
    pub(super) fn wake(&self) -> Option<Timestamp> {
        self.walks.iter().filter_map(Walk::wake).min()
    }

    /// Whether a page is the very next one to be packed.
    pub(super) fn is_next(&self, place: Place) -> bool {
        self.walks.front().is_some_and(|walk| walk.is(place.walk) && walk.is_first(place.offset))
    }

    /// The walk that a request belongs to, where its answer is still of interest.
    pub(super) fn walk(&mut self, place: Place) -> Option<&mut Walk> {
        self.walks.iter_mut().find(|walk| walk.expects(place))
    }

    /// The walk that a place belongs to.
    pub(super) fn walk_of(&mut self, place: Place) -> Option<&mut Walk> {
        self.walks.iter_mut().find(|walk| walk.is(place.walk))
    }

    /// The front walk's next page in order, if it has come.
    pub(super) fn take(&mut self) -> Option<(Place, Vec<u8>)> {
        self.drop_ended_walks();
        self.walks.front_mut()?.take()
    }

    /// Packs a page taken from the front walk.
    ///
    /// # Errors
    ///
    /// [`PageError`] where the body is no page; nothing of it was packed then.
    pub(super) fn pack(&mut self, place: Place, body: &[u8]) -> Result<Packed, PageError> {
        let stream = &self.planned.stream;
        let total = self.walks.front().and_then(|walk| walk.paginator().and_then(|offset| offset.total.clone()));
        let mut arena = String::new();
        let slices = slice(body, &stream.records, total.as_ref().as_slice(), &mut arena)?;
        let total = slices.found.first().and_then(|total| total.as_ref()?.parse().ok());
        let mut packed = Packed::default();
        let fingerprints = Fingerprints { key: stream.primary_key.clone() };
        let Some(mut walk) = self.walks.pop_front() else { return Ok(packed) };
        let first = slices.records.first().map(|record| fingerprints.of(record.text()));
        let any = |border: &Border| slices.records.iter().any(|record| border.joins(fingerprints.of(record.text())));
        if walk.joins(place.offset, first, any) {
            let mut taken = Taken { records: slices.records.len() as u64, further: 0, fresh: 0, total };
            for record in slices.records {
                let fingerprint = fingerprints.of(record.text());
                if !walk.border.repeats(fingerprint) {
                    taken.further += 1;
                    taken.fresh += u64::from(self.pack_record(record, fingerprint, &mut packed));
                }
            }
            walk.took(place.offset, taken);
        }
        self.walks.push_front(walk);
        self.report.pages += 1;
        self.failures_in_a_row = 0;
        self.drop_ended_walks();
        Ok(packed)
    }

    /// Ends the walk of a request that was refused or failed for good. A stream that is one walk ends with it; of one that
    /// has many, the others go on, unless several fail in a row.
    pub(super) fn lose(&mut self, place: Place, stop: Stop, reason: &str, status: Option<u16>) {
        if let Some(walk) = self.walks.iter_mut().find(|walk| walk.is(place.walk)) {
            walk.end(stop);
        }
        let is_partition = self.report.partitions.is_some();
        match (&mut self.report.partitions, stop) {
            (Some(partitions), Stop::Refused) => *partitions.refused.entry(status.unwrap_or(0)).or_default() += 1,
            (partitions, _) => {
                if let Some(partitions) = partitions {
                    partitions.failed += 1;
                }
                self.failures_in_a_row += 1;
                self.report.error(reason);
            }
        }
        if is_partition && self.failures_in_a_row >= FAILURES_IN_A_ROW {
            self.give_up();
        }
        self.drop_ended_walks();
    }

    /// Writes what is left and closes the report.
    pub(super) fn finish(&mut self) -> Option<Part> {
        let whole = self.report.errors.is_empty() && self.report.missing == 0 && self.report.unreadable == 0;
        let cut = self.report.stops.keys().any(|stop| matches!(stop, Stop::MaxPages | Stop::NothingNew));
        self.report.status = if whole && !cut { StreamStatus::Complete } else { StreamStatus::Partial };
        self.seen = SeenKeys::default();
        self.writer.finish()
    }

    fn give_up(&mut self) {
        self.report.error("too_many_failures");
        self.walks.iter_mut().for_each(|walk| walk.end(Stop::Failed));
        self.keys.clear();
        self.key_bytes = 0;
        self.parent_ended = true;
    }

    fn begin_walks(&mut self, most: usize) {
        while self.walks.len() < most {
            let Some(key) = self.keys.pop_front() else { return };
            self.key_bytes = self.key_bytes.saturating_sub(key.len() + KEY_OVERHEAD_BYTES);
            match partition_path(&self.planned.stream, &key) {
                Some(path) => self.begin_walk(path),
                None => self.report.error("key_not_usable"),
            }
        }
    }

    fn begin_walk(&mut self, path: String) {
        self.walks_begun += 1;
        if let Some(partitions) = &mut self.report.partitions {
            partitions.asked += 1;
        }
        let stream = &self.planned.stream;
        self.walks.push_back(Walk::new(self.walks_begun, path, &stream.paginator));
    }

    /// Lets the walks at the front go once they have ended, and counts them.
    fn drop_ended_walks(&mut self) {
        while let Some((walk, stop)) = self.walks.front().and_then(|walk| Some((walk, walk.stop()?))) {
            *self.report.stops.entry(stop).or_default() += 1;
            self.report.steps_back += u64::from(walk.steps_back());
            self.report.claim(walk.claims.map(|claims| (claims.first, claims.last)), walk.unique());
            if walk.has_moved() {
                self.report.error("list_moved");
            }
            if let (Some(partitions), false) = (&mut self.report.partitions, matches!(stop, Stop::Refused | Stop::Failed)) {
                partitions.read += 1;
            }
            self.walks.pop_front();
        }
    }

    /// Packs one record; tells whether it had not been seen before.
    fn pack_record(&mut self, record: Record<'_>, fingerprint: u64, packed: &mut Packed) -> bool {
        if self.planned.stream.primary_key.is_some() && !self.seen.insert(fingerprint) {
            self.report.duplicates += 1;
            return false;
        }
        self.report.received += 1;
        let rules = &self.planned.stream.exclude_records;
        if let Some(at) = rules.iter().position(|rule| excludes(rule, record.text())) {
            if let Some(excluded) = self.report.excluded.get_mut(at) {
                excluded.records += 1;
            }
            return true;
        }
        for child in &self.children {
            let key = lookup(record.text(), &child.key).and_then(scalar_text);
            packed.keys.push((child.at, key.map(Into::into)));
        }
        match self.redactor.redact(record, &mut self.report.removed_fields) {
            Ok(redacted) => {
                packed.parts.extend(self.writer.push(&redacted));
                self.report.written += 1;
            }
            Err(_) => self.report.unreadable += 1,
        }
        true
    }
}

fn excluded(rule: &Exclusion, locale: &str) -> Excluded {
    let reason = rule.reason.as_ref().map(|reason| reason.in_language(locale).to_owned());
    Excluded { reason: reason.unwrap_or_else(|| rule.pointer.to_string()), records: 0 }
}

/// What makes a record itself, in 64 bits: its key, or the whole of it where it has none.
struct Fingerprints {
    key: Option<PrimaryKey>,
}

impl Fingerprints {
    fn of(&self, record: &str) -> u64 {
        self.of_key(record).unwrap_or_else(|| xxh64(record.as_bytes(), 0))
    }

    /// Nothing where a part of the key is missing or is no text or number.
    fn of_key(&self, record: &str) -> Option<u64> {
        let mut hash = Xxh64::new(1);
        for pointer in self.key.as_ref()?.pointers() {
            let value = lookup(record, pointer.tokens())?;
            scalar_text(value)?;
            hash.update(value.as_bytes());
            hash.update(b"\n");
        }
        Some(hash.digest())
    }
}

fn excludes(rule: &Exclusion, record: &str) -> bool {
    let Some(value) = lookup(record, rule.pointer.tokens()) else { return false };
    let Some(equals) = &rule.equals else { return false };
    match equals {
        Scalar::Bool(expected) => value == if *expected { "true" } else { "false" },
        Scalar::Integer(expected) => value.parse() == Ok(*expected),
        Scalar::Text(expected) => value.starts_with('"') && scalar_text(value).is_some_and(|text| text == expected.as_str()),
    }
}
