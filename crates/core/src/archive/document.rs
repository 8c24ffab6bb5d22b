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
    /// `accountId`, `exportedAt`, and `data` with a key for each stream.
    #[must_use]
    pub fn new(plan: &Plan, report: &ExportReport, pieces: &[Piece]) -> Self {
        let mut join = Join::default();
        join.text(&head(plan, report));
        let written = plan.streams.iter().enumerate().filter(|(_, planned)| !planned.keys_only);
        for (place, (at, planned)) in written.enumerate() {
            let lead = if place == 0 { "" } else { "," };
            join.text(&format!("{lead}\n{}:[\n", quoted(planned.document_key())));
            pieces.iter().filter(|piece| piece.stream == at).for_each(|piece| join.piece(piece));
            join.text("\n]");
        }
        join.finish("\n}}\n", &EntryName::new(["data", "account-export.json"]), plan.run.started_at)
    }

    /// The archive that goes on after the document, once all steps are written.
    #[must_use]
    pub fn archive(&self, modified: Timestamp) -> Archive {
        Archive::reopen(vec![self.entry.clone()], self.header_bytes + self.entry.deflated, modified)
    }

    /// What to write, from offset 0 on.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
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

    fn finish(mut self, tail: &str, name: &EntryName, modified: Timestamp) -> Document {
        let mut deflater = Deflater::new(false);
        deflater.write(tail.as_bytes());
        self.segment(deflater.finish());
        let entry = Entry {
            name: name.to_string(),
            offset: 0,
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
