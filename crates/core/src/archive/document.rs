//! One JSON document joined from segments that were written in any order.
//!
//! Deflate segments that end in a full flush can stand one after the other; their CRCs combine. So the document is not
//! compressed again: its head, the keys and its tail are small segments of their own, and the edge copies the rest from one
//! place of staging to another.

use carryall_protocol::Timestamp;

use super::Archive;
use super::entry::Entry;
use crate::entry_name::EntryName;
use crate::json::quoted;
use crate::plan::Plan;
use crate::report::ExportReport;
use carryall_records::part::{Deflater, Segment};

/// Where one segment lies in staging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The stream, by its place in the plan.
    pub stream: usize,
    /// Its offset in the segments' staging.
    pub offset: u64,
    /// Bytes of deflated data.
    pub deflated: u64,
    /// Bytes of text.
    pub bytes: u64,
    /// CRC-32 of the text.
    pub crc32: u32,
}

/// One thing to be written to the archive, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// These bytes.
    Write(Vec<u8>),
    /// A range of the segments' staging.
    Copy {
        /// Where it begins there.
        from: u64,
        /// Its length.
        length: u64,
    },
}

/// A document ready to be joined.
#[derive(Debug)]
pub struct Document {
    entry: Entry,
    steps: Vec<Step>,
    header_bytes: u64,
}

impl Document {
    /// Puts the segments of every stream into the plan's order, with the document's own text around them: `exportVersion`,
    /// `accountId`, `exportedAt`, and `data` with a key for each stream. It comes after what the archive has.
    #[must_use]
    pub fn new(plan: &Plan, report: &ExportReport, pieces: &[Piece], archive: &Archive) -> Self {
        let mut join = Join::default();
        join.text(&head(plan, report));
        let written = plan.streams.iter().enumerate().filter(|(_, planned)| !planned.keys_only);
        for (place, (at, planned)) in written.enumerate() {
            let lead = if place == 0 { "" } else { "," };
            join.text(&format!("{lead}\n{}:[\n", quoted(planned.document_key())));
            pieces.iter().filter(|piece| piece.stream == at).for_each(|piece| join.piece(piece));
            join.text("\n]");
        }
        let name = EntryName::new(["data", "account-export.json"]);
        join.finish("\n}}\n", &name, archive.length(), plan.run.started_at)
    }

    /// Where its first step goes.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.entry.offset
    }

    /// What to write, one after the other.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Its entry and the bytes that it takes, for the archive that goes on after it once all steps are written.
    #[must_use]
    pub fn into_entry(self) -> (Entry, u64) {
        let length = self.header_bytes + self.entry.deflated;
        (self.entry, length)
    }
}

fn head(plan: &Plan, report: &ExportReport) -> String {
    format!(
        "{{\"exportVersion\":{},\n\"accountId\":{},\n\"exportedAt\":{},\n\"data\":{{",
        quoted(&plan.catalog.archive.document_version),
        quoted(report.account.as_str()),
        quoted(&Timestamp::from_secs(plan.run.started_at.as_secs()).to_string()),
    )
}

#[derive(Debug, Default)]
struct Join {
    steps: Vec<Step>,
    deflated: u64,
    bytes: u64,
    crc32: crc32fast::Hasher,
}

impl Join {
    fn text(&mut self, text: &str) {
        let mut deflater = Deflater::new(false);
        deflater.write(text.as_bytes());
        self.segment(deflater.cut());
    }

    fn segment(&mut self, segment: Segment) {
        self.count(segment.deflated.len() as u64, segment.bytes, segment.crc32);
        self.steps.push(Step::Write(segment.deflated.to_vec()));
    }

    fn piece(&mut self, piece: &Piece) {
        self.count(piece.deflated, piece.bytes, piece.crc32);
        self.steps.push(Step::Copy { from: piece.offset, length: piece.deflated });
    }

    fn count(&mut self, deflated: u64, bytes: u64, crc32: u32) {
        self.deflated += deflated;
        self.bytes += bytes;
        self.crc32.combine(&crc32fast::Hasher::new_with_initial_len(crc32, bytes));
    }

    fn finish(mut self, tail: &str, name: &EntryName, offset: u64, modified: Timestamp) -> Document {
        let mut deflater = Deflater::new(false);
        deflater.write(tail.as_bytes());
        self.segment(deflater.finish());
        let entry = Entry {
            name: name.to_string(),
            offset,
            is_stored: false,
            deflated: self.deflated,
            bytes: self.bytes,
            crc32: self.crc32.finalize(),
            sha256: None,
        };
        let header = entry.local_header(modified);
        let header_bytes = header.len() as u64;
        self.steps.insert(0, Step::Write(header));
        Document { entry, steps: self.steps, header_bytes }
    }
}
