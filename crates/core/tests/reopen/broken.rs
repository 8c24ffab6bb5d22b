//! Archives whose staging failed once, at a byte of one's choice: thrown away, reopened from what was known to be in staging
//! before, and finished. Through the crate's public door alone, so that whoever reads archives can be given such ones.

use std::collections::BTreeMap;

use carryall_core::archive::{Archive, Document, Entry, Extent, Piece, Step};
use carryall_core::entry_name::EntryName;
use carryall_core::export::Export;
use carryall_core::part::Deflater;
use carryall_core::plan::{Choices, Plan, Run};
use carryall_protocol::job::LayoutChoice;
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};

const MODIFIED: Timestamp = Timestamp::from_secs(1_772_280_000);

/// Where staging fails: while this operation is carried out, after so many of its bytes. An operation is one entry, or the
/// directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) operation: usize,
    pub(crate) bytes: usize,
}

/// A finished archive.
pub(crate) struct Made {
    pub(crate) zip: Vec<u8>,
    /// What its entries hold, by name.
    pub(crate) files: BTreeMap<String, String>,
    /// The bytes that each operation writes.
    pub(crate) operations: Vec<usize>,
}

/// One entry for each of three streams, and one about them.
pub(crate) fn files(records: usize, failure: Option<Failure>) -> Made {
    let mut staging = Staging::new(failure);
    let mut archive = Archive::create(MODIFIED);
    for (at, name) in ["users", "contacts", "calls"].into_iter().enumerate() {
        let text = format!("[\n{}\n]\n", list(records * (at + 1)));
        archive = staging.append(archive, &["data", &format!("{name}.json")], text);
    }
    archive = staging.append(archive, &["README.txt"], "Your data\n".to_owned());
    staging.seal(archive)
}

/// One document joined from segments, and an entry about it.
pub(crate) fn document(records: usize, failure: Option<Failure>) -> Made {
    let plan = plan();
    let report = Export::begin(plan.clone()).report(MODIFIED);
    let (segments, pieces) = segments(records);
    let mut archive = Archive::create(MODIFIED);
    let document = Document::new(&plan, &report, &pieces, &archive);
    let mut staging = Staging::new(failure);
    // Until it is whole there is no entry to go on from: it is joined again from its segments.
    if !staging.carry_out(&joined(&document, &segments)) {
        staging.cut(0);
        assert!(staging.carry_out(&joined(&document, &segments)), "staging fails once");
    }
    let text = format!(
        "{{\"exportVersion\":\"1.0\",\n\"accountId\":\"acc_1\",\n\"exportedAt\":\"2026-02-28T12:00:00Z\",\n\"data\":{{\n\"users\":[\n{}\n],\n\"contacts\":[\n{}\n]\n}}}}\n",
        list(records),
        list(records * 2)
    );
    staging.files.insert("data/account-export.json".to_owned(), text);
    archive.append_written(document.into_entry()).expect("the only one of its name");
    let archive = staging.append(archive, &["README.txt"], "Your data\n".to_owned());
    staging.seal(archive)
}

/// Records of which no two deflate alike.
fn list(records: usize) -> String {
    let record = |at: usize| format!("{{\"id\":{at},\"name\":\"Zoë {:x}\"}}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..records).map(record).collect::<Vec<_>>().join(",\n")
}

fn plan() -> Plan {
    let text = include_str!("../../../../catalogs/talkif.json");
    let catalog = carryall_core::catalog::parse("talkif.json", text).expect("the published catalog is one");
    let categories = ["users", "contacts"].map(|id| CategoryId::new(id).expect("an id")).to_vec();
    let choices = Choices { categories, layout: Some(LayoutChoice::Document), locale: "en".to_owned(), ..Choices::default() };
    let run = Run {
        export: ExportId::new("0123456789abcdef0123456789abcdef").expect("an id"),
        account: AccountId::new("acc_1").expect("an id"),
        started_at: MODIFIED,
        seed: 7,
        origin: "https://app.example".to_owned(),
        concurrency: None,
        unicode: Default::default(),
    };
    Plan::new(catalog, choices, run).expect("a plan")
}

/// The lists of both streams, in the order they came.
fn segments(records: usize) -> (Vec<u8>, Vec<Piece>) {
    let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
    for (stream, text) in [(1, list(records * 2)), (0, list(records))] {
        let mut deflater = Deflater::new(false);
        deflater.write(text.as_bytes());
        let segment = deflater.cut();
        let deflated = segment.deflated.to_vec();
        let (offset, length) = (bytes.len() as u64, deflated.len() as u64);
        pieces.push(Piece { stream, offset, deflated: length, bytes: segment.bytes, crc32: segment.crc32 });
        bytes.extend(deflated);
    }
    (bytes, pieces)
}

fn joined(document: &Document, segments: &[u8]) -> Vec<Extent> {
    let mut offset = 0;
    let step = |step: &Step| {
        let bytes = match step {
            Step::Write(bytes) => bytes.clone(),
            Step::Copy { from, length } => segments[*from as usize..(*from + *length) as usize].to_vec(),
        };
        offset += bytes.len() as u64;
        Extent { offset: offset - bytes.len() as u64, bytes }
    };
    document.steps().iter().map(step).collect()
}

/// Takes what is written, but for one failure.
struct Staging {
    bytes: Vec<u8>,
    failure: Option<Failure>,
    files: BTreeMap<String, String>,
    operations: Vec<usize>,
}

impl Staging {
    const fn new(failure: Option<Failure>) -> Self {
        Self { bytes: Vec::new(), failure, files: BTreeMap::new(), operations: Vec::new() }
    }

    /// Writes, in order; tells whether all of it was taken.
    fn carry_out(&mut self, extents: &[Extent]) -> bool {
        let failure = self.failure.take_if(|failure| failure.operation == self.operations.len());
        let mut room = failure.map_or(usize::MAX, |failure| failure.bytes);
        for extent in extents {
            let taken = &extent.bytes[..extent.bytes.len().min(room)];
            room -= taken.len();
            let at = extent.offset as usize;
            self.bytes.resize(self.bytes.len().max(at + taken.len()), 0);
            self.bytes[at..at + taken.len()].copy_from_slice(taken);
        }
        if failure.is_none() {
            self.operations.push(extents.iter().map(|extent| extent.bytes.len()).sum());
        }
        failure.is_none()
    }

    fn cut(&mut self, length: u64) {
        self.bytes.truncate(length as usize);
    }

    fn append(&mut self, mut archive: Archive, name: &[&str], text: String) -> Archive {
        let checkpoint = checkpoint(&archive);
        let entry = |archive: &mut Archive| {
            let mut deflater = Deflater::new(true);
            deflater.write(text.as_bytes());
            archive.append(&EntryName::new(name.iter().copied()), deflater.finish()).expect("the name is free")
        };
        let extents = entry(&mut archive);
        if !self.carry_out(&extents) {
            archive = self.reopen(checkpoint);
            let extents = entry(&mut archive);
            assert!(self.carry_out(&extents), "staging fails once");
        }
        self.files.insert(name.join("/"), text);
        archive
    }

    fn reopen(&mut self, (entries, length): (Vec<Entry>, u64)) -> Archive {
        self.cut(length);
        Archive::reopen(entries, length, MODIFIED)
    }

    fn seal(mut self, archive: Archive) -> Made {
        let checkpoint = checkpoint(&archive);
        let mut sealed = archive.finish();
        if !self.carry_out(&sealed.extents) {
            sealed = self.reopen(checkpoint).finish();
            assert!(self.carry_out(&sealed.extents), "staging fails once");
        }
        assert_eq!(self.bytes.len() as u64, sealed.length);
        sealed.check_directory(&self.bytes[sealed.directory as usize..]).expect("the directory is what was appended");
        Made { zip: self.bytes, files: self.files, operations: self.operations }
    }
}

/// What is known to be in staging: what a later reopening starts from.
fn checkpoint(archive: &Archive) -> (Vec<Entry>, u64) {
    (archive.entries().to_vec(), archive.length())
}
