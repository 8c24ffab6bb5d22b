//! What a page's records become: keys for other streams, and records in a part.

use carryall_protocol::catalog::{Pointers, Stream};
use carryall_protocol::pointer::Pointer;
use carryall_records::attachment::Attachment;
use carryall_records::json::{lookup, scalar_text};
use carryall_records::part::Part;
use carryall_records::redact::{Redacted, count, removes};
use carryall_records::shape::{self, ShapeCounts, Sides};
use xxhash_rust::xxh64::xxh64;

use super::{Key, StreamRun};
use crate::export::asked::Answer;
use crate::export::clue::{self, Clue};
use crate::export::condition::{excludes, meets};
use crate::export::range::LeftOut;
use crate::export::walk::{Fit, Place, Taken, Walk};
use crate::json::elements;
use crate::page::{PageError, Record, Slices, slice};
use crate::report::StreamReport;
use crate::values::Values;

/// What packing a page gave beside its count: finished parts, and keys for the streams that are read for its records.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) parts: Vec<Part>,
    pub(crate) keys: Vec<(usize, Option<Key>)>,
    /// The files that records tell of, with the records' keys.
    pub(crate) attachments: Vec<(String, Vec<Attachment>)>,
    /// How many files that were.
    files: usize,
}

impl StreamRun {
    /// Packs a page taken from the front walk.
    ///
    /// # Errors
    ///
    /// [`PageError`] where the body is no page; nothing of it was packed then.
    pub(crate) fn pack(&mut self, place: Place, answer: &Answer) -> Result<Packed, PageError> {
        let mut packed = Packed::default();
        let Some(mut walk) = self.walks.pop_front() else { return Ok(packed) };
        let read = self.read(&mut walk, place, answer, &mut packed);
        self.walks.push_front(walk);
        self.shaper.rest();
        read?;
        self.report.pages += 1;
        self.failures_in_a_row = 0;
        self.drop_ended_walks();
        Ok(packed)
    }

    fn read(&mut self, walk: &mut Walk, place: Place, answer: &Answer, packed: &mut Packed) -> Result<(), PageError> {
        let Answer::Page(page) = answer else {
            walk.took(place.slot, &Taken::default());
            return Ok(());
        };
        let mut arena = String::new();
        let stream = &self.planned.stream;
        let mut places = clue::places(&stream.paginator);
        let clues = places.len();
        places.extend(Sides::places(stream));
        let sides = places.len();
        places.extend(&stream.errors);
        let slices = slice(&page.body, &stream.records, &places, &mut arena);
        let slices = slices.map_err(|error| self.reason(page.body.as_slice(), error))?;
        let found = |from: usize, to: usize| slices.found.get(from..to).unwrap_or_default();
        let (of_clue, of_sides, of_errors) = (found(0, clues), found(clues, sides), found(sides, slices.found.len()));
        let clue = Clue::of(&stream.paginator, page, of_clue);
        let told = of_errors.first().copied().flatten().map_or(0, elements);
        if told > 0 && slices.records.is_empty() && !clue.leads_on() {
            return Err(PageError::HostErrors);
        }
        let sides = Sides::of(stream, of_sides);
        let fingerprint = |record: &Record<'_>| self.fingerprints.of(record.text(), walk.scope);
        let fingerprints: Vec<u64> = slices.records.iter().map(fingerprint).collect();
        if walk.fits(place.slot, &fingerprints) == Fit::Takes {
            self.report.partial_results += told;
            let taken = self.pack_records(walk, &slices, &sides, &fingerprints, clue, packed);
            walk.took(place.slot, &taken);
        }
        Ok(())
    }

    /// What is wrong with an answer that has no records: the host's own errors where it tells some.
    fn reason(&self, body: &[u8], error: PageError) -> PageError {
        let is_without = matches!(error, PageError::RecordsMissing | PageError::RecordsNotArray);
        let errors = self.planned.stream.errors.as_ref().filter(|_| is_without);
        let text = std::str::from_utf8(body).unwrap_or_default();
        let told = errors.and_then(|place: &Pointer| lookup(text, place.tokens())).map_or(0, elements);
        if told > 0 { PageError::HostErrors } else { error }
    }

    fn pack_records(
        &mut self,
        walk: &mut Walk,
        slices: &Slices<'_>,
        sides: &Sides<'_>,
        fingerprints: &[u64],
        clue: Clue,
        packed: &mut Packed,
    ) -> Taken {
        let is_positional = walk.shares_records();
        let mut taken = Taken { records: slices.records.len() as u64, clue, ..Taken::default() };
        let mut past = 0;
        for (record, fingerprint) in slices.records.iter().zip(fingerprints) {
            let repeats = walk.border.repeats(*fingerprint);
            taken.further += u64::from(!repeats);
            taken.clue.pass(&self.planned.stream.paginator, record.text());
            past += u64::from(self.range.is_past(record.text()));
            // Pages of a list by offset share a record, so one that comes again there is the same one.
            if !(repeats && is_positional) {
                taken.fresh += u64::from(self.pack_record(walk, *record, sides, *fingerprint, packed));
            }
        }
        taken.is_past_range = past > 0 && past == taken.records;
        self.report.empty_elements += slices.hollow;
        for name in &slices.secret_entries {
            count(&mut self.report.removed_fields, name);
        }
        taken
    }

    /// Packs one record; tells whether it had not been seen before.
    fn pack_record(
        &mut self,
        walk: &mut Walk,
        record: Record<'_>,
        sides: &Sides<'_>,
        fingerprint: u64,
        packed: &mut Packed,
    ) -> bool {
        let stream = &self.planned.stream;
        if stream.primary_key.is_some() && !walk.seen.insert(fingerprint) {
            self.report.duplicates += 1;
            return false;
        }
        self.report.received += 1;
        let values = Values { names: &self.planned.names, values: &walk.values };
        if let Some(at) = stream.exclude_records.iter().position(|rule| excludes(rule, record.text(), values)) {
            if let Some(excluded) = self.report.excluded.get_mut(at) {
                excluded.records += 1;
            }
            return true;
        }
        let left_out = self.range.leaves_out(record.text());
        for child in self.children.iter_mut().filter(|_| left_out.is_none()) {
            if child.when.iter().all(|condition| meets(condition, record.text(), values)) {
                let own = lookup(record.text(), &child.key).filter(|_| !child.is_hidden).and_then(scalar_text);
                // What several records name is read once.
                if let (Some(own), Some(handed)) = (&own, &mut child.handed)
                    && !handed.insert(xxh64(own.as_bytes(), walk.scope))
                {
                    continue;
                }
                let key = own.map(|own| walk.values.iter().cloned().chain([own.as_ref().into()]).collect());
                packed.keys.push((child.at, key));
            }
        }
        match left_out {
            Some(LeftOut::ByDate) => self.report.filtered.by_date += 1,
            Some(LeftOut::NotMine) => self.report.filtered.not_mine += 1,
            None if self.planned.keys_only => {}
            None => self.write(record, sides, &walk.values, packed),
        }
        true
    }

    fn write(&mut self, record: Record<'_>, sides: &Sides<'_>, values: &[Box<str>], packed: &mut Packed) {
        let stream = &self.planned.stream;
        let StreamReport { removed_fields, includes_missing, aside, .. } = &mut self.report;
        let values = shape::Values { names: &self.planned.names, values };
        let mut attachments = Vec::new();
        let counts = ShapeCounts { removed_fields, includes_missing, attachments: &mut attachments };
        match self.shaper.shape(record, stream, sides, values, counts) {
            Ok(redacted) => {
                if let Some(owner) = self.owner.take() {
                    aside.owner = Some([said(&redacted, &owner.handle), said(&redacted, &owner.name)]);
                }
                let group = stream.group.as_ref().filter(|group| !removes(stream, &group.by));
                let key = group.and_then(|group| lookup(record.text(), group.by.tokens()));
                packed.parts.extend(self.outputs.push(&redacted, key));
                self.report.written += 1;
            }
            Err(_) => self.report.unreadable += 1,
        }
        packed.files += attachments.len();
        if packed.files > PAGE_FILES {
            // A page of millions of files would fill the memory; what is left out makes the stream partial.
            self.report.error("too_many_files");
        } else if !attachments.is_empty() {
            packed.attachments.push((key(&self.planned.stream, record.text(), values), attachments));
        }
    }
}

/// Characters of one field of a key at most.
const KEY_CHARS: usize = 200;

/// Files that the records of one page tell of, at most.
const PAGE_FILES: usize = 20_000;

/// What tells a record from others: its primary key, else what its walk was begun for.
fn key(stream: &Stream, record: &str, values: shape::Values<'_>) -> String {
    let own = stream.primary_key.as_ref().map_or(&[][..], Pointers::pointers).iter().filter(|place| !removes(stream, place));
    let mut key = String::new();
    for text in own.filter_map(|place| lookup(record, place.tokens())).filter_map(scalar_text) {
        if !key.is_empty() {
            key.push('-');
        }
        key.extend(text.chars().take(KEY_CHARS));
    }
    // The account's own id says nothing that its owner does not know.
    let of_walk = values.values.get(1..).and_then(<[_]>::last);
    if key.is_empty() { of_walk.map(ToString::to_string).unwrap_or_default() } else { key }
}

/// What a record that will be written says at a place.
fn said(record: &Redacted<'_>, place: &Pointer) -> String {
    lookup(record.as_str(), place.tokens()).and_then(scalar_text).unwrap_or_default().into_owned()
}
