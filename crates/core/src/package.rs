//! From parts to a sealed archive, whatever the layout.
//!
//! ```text
//! Package -append*-> -close-> Payload -checked-> (digest) -seal-> Sealed
//! ```
//!
//! Each step answers with [`Write`]s; the edge carries them out in order and decides nothing. **The payload is complete and
//! read back before its digest exists, so the counter never hears of an archive that cannot be read.**

mod manifest;
mod names;
mod write;

use carryall_protocol::counter::Receipt;
use carryall_protocol::job::LayoutChoice;

use crate::archive::{Archive, ArchiveError, Check, Document, Entry, Extent, Piece, Sealed};
use crate::bag;
use crate::entry_name::EntryName;
use crate::json;
use crate::media::MediaFile;
use crate::plan::Plan;
use crate::readme::{self, Words};
use crate::report::ExportReport;
use crate::schemas;
use carryall_records::part::{Deflater, Kind, Part, Segment};
use manifest::Script;
use names::{file_name, part_name};
pub use write::{Place, Write};
use write::{join_writes, to_archive, writes_together};

/// An archive that still takes parts.
#[derive(Debug)]
pub struct Package {
    archive: Archive,
    layout: LayoutChoice,
    pieces: Vec<Piece>,
    segments_length: u64,
    files: Vec<Vec<String>>,
    views: Vec<Vec<String>>,
    indexes: Vec<Vec<String>>,
    scripts: Vec<Script>,
}

impl Package {
    /// An empty package in the plan's layout.
    #[must_use]
    pub fn open(plan: &Plan) -> Self {
        Self {
            archive: Archive::create(plan.run.started_at),
            layout: plan.layout,
            pieces: Vec::new(),
            segments_length: 0,
            files: vec![Vec::new(); plan.streams.len()],
            views: vec![Vec::new(); plan.streams.len()],
            indexes: vec![Vec::new(); plan.streams.len()],
            scripts: Vec::new(),
        }
    }

    /// Bytes packed so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.archive.length() + self.segments_length
    }

    /// Takes a part.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] where the archive cannot take it; it is of no use then.
    pub fn append(&mut self, plan: &Plan, part: Part) -> Result<Vec<Write>, ArchiveError> {
        let stream = plan.streams.iter().position(|planned| *planned.id() == part.stream).unwrap_or_default();
        if part.kind == Kind::Piece {
            return Ok(self.append_piece(stream, part));
        }
        let file = plan.streams.get(stream).map_or("", |planned| planned.stream.file());
        let name = part_name(self.layout, file, &part);
        let names = match part.kind {
            Kind::Index => &mut self.indexes,
            Kind::Script | Kind::Table => &mut self.views,
            Kind::Array | Kind::Lines | Kind::Piece => &mut self.files,
        };
        if let Some(names) = names.get_mut(stream) {
            names.push(name.to_string());
        }
        if part.kind == Kind::Script {
            self.scripts.push(Script { stream, file: name.to_string(), part: part.number - 1, count: part.elements });
        }
        Ok(to_archive(self.archive.append(&name, part.segment)?))
    }

    /// Takes a whole file that a record told of.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] where the archive cannot take it; it is of no use then.
    pub fn keep(&mut self, file: MediaFile) -> Result<Vec<Write>, ArchiveError> {
        let header = self.archive.append_stored(&file.name, &file.content)?;
        let mut to = header.offset + header.bytes.len() as u64;
        let mut writes = vec![Write::Bytes(Place::Archive, header)];
        for range in file.ranges {
            let length = range.end - range.start;
            writes.push(Write::Copy { place: Place::Media, from: range.start, to, length });
            to += length;
        }
        match writes.last_mut() {
            // Small writes are dear in a browser.
            Some(Write::Bytes(_, header)) if writes_together(&file.rest) => header.bytes.extend_from_slice(&file.rest),
            _ if file.rest.is_empty() => {}
            _ => writes.push(Write::Bytes(Place::Archive, Extent { offset: to, bytes: file.rest })),
        }
        Ok(writes)
    }

    fn append_piece(&mut self, stream: usize, part: Part) -> Vec<Write> {
        let segment = part.segment;
        let deflated = segment.deflated.len() as u64;
        let offset = self.segments_length;
        self.pieces.push(Piece { stream, offset, deflated, bytes: segment.bytes, crc32: segment.crc32 });
        let write = |bytes: Vec<u8>| {
            let offset = self.segments_length;
            self.segments_length += bytes.len() as u64;
            Write::Bytes(Place::Segments, Extent { offset, bytes })
        };
        segment.deflated.into_iter().map(write).collect()
    }

    /// Ends the payload: a document is joined from its segments.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] where the archive cannot take it.
    pub fn close(mut self, plan: &Plan, report: &mut ExportReport) -> Result<(Payload, Vec<Write>), ArchiveError> {
        let mut writes = Vec::new();
        if self.layout == LayoutChoice::Document {
            let document = Document::new(plan, report, &self.pieces, &self.archive);
            writes = join_writes(&document);
            let entry = document.into_entry();
            self.files.fill(vec![entry.0.name.clone()]);
            self.archive.append_written(entry)?;
            for (stream, planned) in report.streams.iter_mut().zip(&plan.streams).filter(|(_, planned)| !planned.keys_only) {
                stream.document_key = Some(planned.document_key().to_owned());
            }
        }
        for (media, index) in report.streams.iter_mut().map(|stream| &mut stream.media).zip(self.indexes) {
            if let Some(media) = media {
                media.index = index;
            }
        }
        if self.layout == LayoutChoice::X {
            let payload: u64 = self.archive.entries().iter().map(|entry| entry.bytes).sum();
            let text = manifest::text(plan, report, &self.scripts, payload);
            let name = EntryName::new(["data", "manifest.js"]);
            writes = to_archive(self.archive.append(&name, whole(text.as_bytes()))?);
        }
        for (stream, views) in report.streams.iter_mut().zip(self.views) {
            stream.views = views;
        }
        for (stream, files) in report.streams.iter_mut().zip(self.files) {
            stream.files = if stream.read_for_keys_only { Vec::new() } else { files };
        }
        Ok((Payload { archive: self.archive }, writes))
    }
}

fn whole(text: &[u8]) -> Segment {
    let mut deflater = Deflater::new(true);
    deflater.write(text);
    deflater.finish()
}

/// A complete payload, not yet read back.
#[derive(Debug)]
pub struct Payload {
    archive: Archive,
}

impl Payload {
    /// The reading of every byte of the payload that must come before its digest.
    #[must_use]
    pub fn check(&self) -> Check {
        Check::new(self.archive.entries().to_vec(), self.archive.length())
    }

    /// The payload once it was read back to its end.
    #[must_use]
    pub fn checked(self, check: Check) -> CheckedPayload {
        let entries = check.into_entries();
        CheckedPayload { manifest: bag::manifest(&entries), archive: self.archive, entries }
    }
}

/// A payload that was read back.
#[derive(Debug)]
pub struct CheckedPayload {
    archive: Archive,
    entries: Vec<Entry>,
    manifest: String,
}

impl CheckedPayload {
    /// Bytes of the archive so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.archive.length()
    }

    /// SHA-256 of the sorted payload manifest, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        bag::sha256_hex(self.manifest.as_bytes())
    }

    /// Adds the files that describe the payload, in the person's `words`, and the directory. Without a receipt they say that there
    /// is none.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] where the archive cannot take them.
    pub fn seal(
        mut self,
        plan: &Plan,
        words: &Words,
        report: &mut ExportReport,
        receipt: Option<&Receipt>,
    ) -> Result<SealedPackage, ArchiveError> {
        report.has_receipt = receipt.is_some();
        let report = &*report;
        let first_tag = self.archive.entries().len();
        let mut writes = self.add("README.txt", readme::text(plan, words, report).as_bytes())?;
        writes.extend(self.add_tags(plan, report, receipt)?);
        let tags = self.archive.entries().get(first_tag..).unwrap_or_default();
        let tag_manifest = bag::manifest(tags);
        writes.extend(self.add("tagmanifest-sha256.txt", tag_manifest.as_bytes())?);
        let tags = self.archive.entries().get(first_tag..).unwrap_or_default().to_vec();
        let mut sealed = self.archive.finish();
        writes.extend(to_archive(std::mem::take(&mut sealed.extents)));
        Ok(SealedPackage { file_name: file_name(plan, report), writes, tags, sealed })
    }

    fn add_tags(&mut self, plan: &Plan, report: &ExportReport, receipt: Option<&Receipt>) -> Result<Vec<Write>, ArchiveError> {
        let manifest = std::mem::take(&mut self.manifest);
        let info = bag::info(&self.entries, report.export.as_str(), report.finished_at);
        let mut writes = self.add("export.json", json::write_pretty(report).as_bytes())?;
        let receipt = receipt.map_or_else(|| NO_RECEIPT.to_owned(), json::write_pretty);
        writes.extend(self.add("receipt.json", receipt.as_bytes())?);
        for category in &report.categories {
            let (name, text) = schemas::file(plan, report, category);
            writes.extend(self.add(&name, text.as_bytes())?);
        }
        writes.extend(self.add("bagit.txt", bag::DECLARATION.as_bytes())?);
        writes.extend(self.add("bag-info.txt", info.as_bytes())?);
        writes.extend(self.add("manifest-sha256.txt", manifest.as_bytes())?);
        Ok(writes)
    }

    fn add(&mut self, name: &str, text: &[u8]) -> Result<Vec<Write>, ArchiveError> {
        Ok(to_archive(self.archive.append(&EntryName::new(name.split('/')), whole(text))?))
    }
}

/// `receipt.json` where the counter could not be reached.
const NO_RECEIPT: &str = "{\n  \"statement\": null,\n  \"jws\": null,\n  \"reason\": \"counter_unreachable\"\n}\n";

/// An archive with its directory, to be written and read back.
#[derive(Debug)]
pub struct SealedPackage {
    /// The name to save it under.
    pub file_name: String,
    /// What is left to write.
    pub writes: Vec<Write>,
    tags: Vec<Entry>,
    sealed: Sealed,
}

impl SealedPackage {
    /// Bytes of the whole archive.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.sealed.length
    }

    /// The reading of the describing files; the payload was read before.
    #[must_use]
    pub fn check(&self) -> Check {
        Check::new(self.tags.clone(), self.sealed.directory)
    }

    /// Where the directory begins.
    #[must_use]
    pub const fn directory(&self) -> u64 {
        self.sealed.directory
    }

    /// Compares the directory as read back, from [`directory`](Self::directory) to the end, with what was appended.
    ///
    /// # Errors
    ///
    /// [`CheckError`](crate::archive::CheckError) where it is not what was written.
    pub fn check_directory(&self, tail: &[u8]) -> Result<(), crate::archive::CheckError> {
        self.sealed.check_directory(tail)
    }
}
