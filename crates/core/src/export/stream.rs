//! One stream being read: its walks in order, and what a page's records become.
//!
//! The front walk's pages are written; walks behind it may only look ahead. **A record goes inspect -> shape -> part, and
//! nowhere else.**

mod packing;

use std::collections::VecDeque;
use std::sync::Arc;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Exclusion, Owner, RecordsAt};
use carryall_protocol::job::{StreamProgress, StreamStatus};
use carryall_records::part::{Outputs, Part};
use carryall_records::seen::SeenKeys;
use carryall_records::shape::Shaper;

use super::asked::Answer;
use super::fingerprints::Fingerprints;
use super::manners::Hold;
use super::pace::Pace;
use super::range::Range;
use super::request::{Request, json_text, path, request, upper_bound};
use super::walk::{Place, Rules, Walk};
use crate::address::Home;
use crate::plan::{Plan, PlannedStream};
use crate::report::{ChosenRange, Excluded, MediaReport, Partitions, Stop, StreamReport};
use crate::schemas::schema_place;
use crate::values::Values;

/// What a waiting key costs beside its text.
const KEY_OVERHEAD_BYTES: usize = 32;

/// Partitions that may fail in a row before the stream is given up.
const FAILURES_IN_A_ROW: u32 = 5;

/// What a parent hands down for one of its records: the values of the child's names.
pub(super) type Key = Vec<Box<str>>;

/// A stream that is read for each record of this one: its place in the plan, the key it wants, and of which records.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) at: usize,
    pub(super) key: Vec<String>,
    /// The key is taken for a secret, and is not handed down.
    pub(super) is_hidden: bool,
    pub(super) when: Vec<carryall_protocol::catalog::Condition>,
    /// The keys handed down, where several records may have the same; nothing where it is what makes a record itself.
    pub(super) handed: Option<SeenKeys>,
}

/// One stream being read.
#[derive(Debug)]
pub(super) struct StreamRun {
    pub(super) planned: PlannedStream,
    pub(super) report: StreamReport,
    pub(super) children: Vec<Child>,
    pub(super) range: Range,
    /// What this stream alone waits for.
    pub(super) hold: Hold,
    /// It has a place among the parts that are being deflated.
    pub(super) has_place: bool,
    /// It cannot go on without one.
    pub(super) wants_place: bool,
    pub(super) is_switched_off: bool,
    pace: Option<Pace>,
    rules: Arc<Rules>,
    fingerprints: Fingerprints,
    shaper: Shaper,
    outputs: Outputs,
    /// Where its first record tells whose archive it is, until that was read.
    owner: Option<Owner>,
    walks: VecDeque<Walk>,
    keys: VecDeque<Key>,
    key_bytes: usize,
    parent_ended: bool,
    walks_begun: u64,
    requests: u64,
    failures_in_a_row: u32,
}

impl StreamRun {
    pub(super) fn new(planned: PlannedStream, plan: &Plan) -> Self {
        let stream = &planned.stream;
        let range = Range::of(stream, plan);
        let mut report = StreamReport::new(planned.category.clone(), planned.id().clone());
        report.excluded = stream.exclude_records.iter().map(|rule| excluded(rule, &plan.locale)).collect();
        report.partitions = planned.parent.map(|_| Partitions::default());
        report.upper_bound = upper_bound(stream, plan.run.started_at);
        report.instead_of = stream.instead_of.clone();
        report.read_for_keys_only = planned.keys_only;
        report.total_is_estimate = stream.paginator.total_is_estimate;
        report.range =
            range.is_chosen().then(|| ChosenRange { since: range.since, until: range.until, pushed: range.is_pushed() });
        let home = Home::new(&plan.run.origin, &plan.catalog.base_url);
        let until = range.until.unwrap_or(plan.run.started_at);
        Self {
            report,
            children: Vec::new(),
            hold: Hold::default(),
            has_place: false,
            wants_place: false,
            is_switched_off: false,
            pace: Pace::of(stream.rate.as_ref(), false),
            rules: Arc::new(Rules::of(stream, home, until, range.since)),
            range,
            fingerprints: Fingerprints::new(stream.primary_key.as_ref()),
            shaper: Shaper::of(stream),
            outputs: Outputs::of(stream, plan.layout, plan.choices.format),
            owner: plan.catalog.archive.owner.clone().filter(|owner| owner.stream == *planned.id()),
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
    pub(super) fn open(&mut self, account: &str) {
        self.report.status = StreamStatus::Reading;
        if self.planned.parent.is_none() {
            self.begin_walk(vec![account.into()]);
        }
    }

    /// The stream it stands for was there: it is not read.
    pub(super) fn skip(&mut self) {
        self.report.status = StreamStatus::Complete;
        self.report.not_needed = true;
        self.keys.clear();
        self.key_bytes = 0;
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
                let refused = partitions.refused.sum();
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
    pub(super) fn add_key(&mut self, key: Option<Key>) {
        match key {
            _ if self.parent_ended || self.is_over() => {}
            Some(key) => {
                self.key_bytes += key_bytes(&key);
                self.keys.push_back(key);
            }
            None => self.report.error("key_not_usable"),
        }
    }

    /// The parent is read to its end: no more keys will come. What the parent lacks, this stream lacks too.
    pub(super) fn end_parent(&mut self, whole: bool) {
        self.parent_ended = true;
        if !whole && !self.report.not_needed {
            self.report.error("parent_incomplete");
        }
    }

    /// Bytes of pages that have come and wait for those before them.
    pub(super) fn early_bytes(&self) -> usize {
        self.walks.iter().map(Walk::early_bytes).sum()
    }

    /// The next page to ask for: its place, what is asked, and whether fresh credentials are due. `ahead` walks may be begun;
    /// with none, only the very next page is asked for.
    pub(super) fn ask(&mut self, now: Timestamp, started_at: Timestamp, ahead: usize) -> Option<(Place, Request, bool)> {
        if self.ready_at(now) > now {
            return None;
        }
        loop {
            self.begin_walks(ahead.max(1));
            let (place, ask) = self.walks.iter_mut().take(ahead.max(1)).find_map(|walk| walk.ask(now, ahead > 0))?;
            let walk = self.walks.iter().find(|walk| walk.is(place.walk))?;
            let values = Values { names: &self.planned.names, values: &walk.values };
            let request = request(&self.planned.stream, &walk.path, values, &ask, &self.range, started_at);
            let is_fresh = walk.tries(place.slot).refreshes > 0;
            let Some(request) = request else {
                // What cannot be asked for ends its walk; others may go on.
                self.lose(place, Stop::Failed, "token_not_usable", None);
                continue;
            };
            self.requests += 1;
            if let Some(pace) = &mut self.pace {
                pace.asked(now);
            }
            return Some((place, request, is_fresh));
        }
    }

    /// The moment from which it may ask.
    fn ready_at(&self, now: Timestamp) -> Timestamp {
        self.pace.as_ref().map_or(now, |pace| pace.ready_at(now)).max(self.hold.until())
    }

    /// The earliest moment at which a page that waits may be asked for.
    pub(super) fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = self.walks.iter().filter_map(|walk| walk.wake(now)).min();
        let begins = (self.walks.is_empty() && !self.keys.is_empty()).then_some(now);
        waits.into_iter().chain(begins).min().map(|wake| wake.max(self.ready_at(now)))
    }

    /// Whether a page is the very next one to be packed.
    pub(super) fn is_next(&self, place: Place) -> bool {
        self.walks.front().is_some_and(|walk| walk.is(place.walk) && walk.is_first(place.slot))
    }

    /// The walk that a request belongs to, where its answer is still of interest.
    pub(super) fn walk(&mut self, place: Place) -> Option<&mut Walk> {
        self.walks.iter_mut().find(|walk| walk.expects(place))
    }

    /// The walk that a place belongs to.
    pub(super) fn walk_of(&mut self, place: Place) -> Option<&mut Walk> {
        self.walks.iter_mut().find(|walk| walk.is(place.walk))
    }

    /// Whether the next page in order has come and fits into the part as long as that need not be deflated.
    pub(super) fn next_is_light(&mut self) -> Option<bool> {
        self.drop_ended_walks();
        let bytes = self.walks.front()?.first_bytes()?;
        Some(self.is_light(bytes))
    }

    /// Whether a page of so many bytes fits into the part as long as that need not be deflated.
    pub(super) fn is_light(&self, bytes: usize) -> bool {
        self.planned.keys_only || self.outputs.stays_light(bytes)
    }

    /// The front walk's next page in order, if it has come.
    pub(super) fn take(&mut self) -> Option<(Place, Answer)> {
        self.drop_ended_walks();
        self.walks.front_mut()?.take()
    }

    /// Ends the walk of a request that was refused or failed for good. A stream that is one walk ends with it; of one that
    /// has many, the others go on, unless several fail in a row.
    pub(super) fn lose(&mut self, place: Place, stop: Stop, reason: &str, status: Option<u16>) {
        let mut stop = stop;
        if let Some(walk) = self.walks.iter_mut().find(|walk| walk.is(place.walk)) {
            // What is refused in its middle was there, and its rest is missing.
            if stop == Stop::Refused && (!walk.is_empty() || walk.early_bytes() > 0) {
                stop = Stop::Failed;
            }
            walk.end(stop);
        }
        let is_partition = self.report.partitions.is_some();
        match (&mut self.report.partitions, stop) {
            (Some(partitions), Stop::Refused) => partitions.refused.add(status.unwrap_or(0), 1),
            (partitions, _) => {
                if let Some(partitions) = partitions {
                    partitions.failed += 1;
                }
                self.failures_in_a_row += 1;
                self.report.error(reason);
            }
        }
        if is_partition && self.failures_in_a_row >= FAILURES_IN_A_ROW {
            self.report.error("too_many_failures");
            self.end_all(Stop::Failed);
        }
        self.drop_ended_walks();
    }

    /// The host does not offer this stream. Whether that is a loss depends on whether another stands for it.
    pub(super) fn switch_off(&mut self, is_replaced: bool) {
        self.is_switched_off = true;
        if !is_replaced {
            self.report.error("switched_off");
        }
        self.end_all(Stop::SwitchedOff);
        self.drop_ended_walks();
    }

    /// How many places its parts take among those that are deflated at the same time.
    pub(super) const fn places(&self) -> usize {
        self.outputs.places()
    }

    /// Writes what is left and closes the report.
    pub(super) fn finish(&mut self) -> Vec<Part> {
        self.report.status = if self.report.is_whole() { StreamStatus::Complete } else { StreamStatus::Partial };
        self.has_place = false;
        self.wants_place = false;
        if self.planned.keys_only {
            return Vec::new();
        }
        let parts = self.outputs.finish();
        let given = || self.planned.stream.schema.as_ref().map(json_text);
        self.report.aside.definition = self.outputs.take_schema().or_else(given).unwrap_or_default();
        self.report.schema = Some(schema_place(&self.report.category, &self.report.stream));
        self.report.guarded = self.outputs.take_guarded();
        self.report.elements = self.outputs.gathered();
        parts
    }

    /// Every file that its records tell of is decided on.
    pub(super) fn keep_media(&mut self, media: MediaReport) {
        self.report.media = Some(media);
        if self.report.status == StreamStatus::Complete && !self.report.is_whole() {
            self.report.status = StreamStatus::Partial;
        }
    }

    fn end_all(&mut self, stop: Stop) {
        self.walks.iter_mut().for_each(|walk| walk.end(stop));
        self.keys.clear();
        self.key_bytes = 0;
        self.parent_ended = true;
    }

    fn begin_walks(&mut self, most: usize) {
        while self.walks.len() < most {
            let Some(key) = self.keys.pop_front() else { return };
            self.key_bytes = self.key_bytes.saturating_sub(key_bytes(&key));
            self.begin_walk(key);
        }
    }

    fn begin_walk(&mut self, values: Key) {
        let stream = &self.planned.stream;
        let Some(path) = path(stream, Values { names: &self.planned.names, values: &values }) else {
            return self.report.error("key_not_usable");
        };
        self.walks_begun += 1;
        if let Some(partitions) = &mut self.report.partitions {
            partitions.asked += 1;
        }
        let mut walk = Walk::new(self.walks_begun, path, values, &self.rules);
        walk.pace = Pace::of(stream.rate.as_ref(), true);
        self.walks.push_back(walk);
    }

    /// Lets the walks at the front go once they have ended, and counts them.
    fn drop_ended_walks(&mut self) {
        while let Some(stop) = self.walks.front().and_then(Walk::stop) {
            let Some(walk) = self.walks.pop_front() else { return };
            let report = &mut self.report;
            report.stops.add(stop, 1);
            report.steps_back += u64::from(walk.steps_back());
            // The host counts what lies before the range too, and that was not asked for.
            let claims = walk.claims.filter(|_| stop != Stop::RangePassed);
            report.claim(claims.map(|claims| (claims.first, claims.last)), walk.unique());
            if walk.has_moved() {
                report.error("list_moved");
            }
            if let Some(trouble) = walk.trouble {
                report.error(trouble);
            }
            report.possibly_truncated += u64::from(walk.is_possibly_truncated());
            let is_read = !matches!(stop, Stop::Refused | Stop::Failed | Stop::SwitchedOff);
            if is_read && walk.is_empty() && self.planned.stream.empty_may_mean_refused {
                report.empty_or_refused += 1;
            }
            if let (Some(partitions), true) = (&mut report.partitions, is_read) {
                partitions.read += 1;
            }
        }
    }
}

fn key_bytes(key: &Key) -> usize {
    key.iter().map(|value| value.len() + KEY_OVERHEAD_BYTES).sum()
}

fn excluded(rule: &Exclusion, locale: &str) -> Excluded {
    let reason = rule.reason.as_ref().map(|reason| reason.in_language(locale).to_owned());
    Excluded { reason: reason.unwrap_or_else(|| rule.pointer.to_string()), records: 0 }
}
