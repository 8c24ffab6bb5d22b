//! What an export does to each page, stage by stage, so that a benchmark can time each in the browser that runs it.
//!
//! A batch of pages is added, [`Split::prepare`] leaves what each stage begins with, and each stage then works through the whole
//! batch: browsers' clocks are too coarse for one page. **The stages are the export's own code**, compiled as it is shipped. Absent: the
//! machine that decides what is fetched, and writing, which is the worker's.

use carryall_protocol::catalog::Stream;
use carryall_records::page::slice;
use carryall_records::part::Deflater;
use carryall_records::redact::{Redactor, RemovedFields};
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

/// A batch of one stream's pages.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Split {
    stream: Stream,
    redactor: Redactor,
    bodies: Vec<Vec<u8>>,
    text: Vec<u8>,
    deflated: Vec<u8>,
}

#[wasm_bindgen]
impl Split {
    /// A batch without pages; `stream` is the stream's own JSON in the catalog.
    ///
    /// # Errors
    ///
    /// Where it is no stream.
    #[wasm_bindgen(constructor)]
    pub fn new(stream: &str) -> Result<Self, JsError> {
        let stream: Stream = serde_json::from_str(stream)?;
        let redactor = Redactor::of(&stream);
        Ok(Self { stream, redactor, bodies: Vec::new(), text: Vec::new(), deflated: Vec::new() })
    }

    /// Adds a page.
    pub fn add(&mut self, body: Vec<u8>) {
        self.bodies.push(body);
    }

    /// Goes the whole way once, and keeps the redacted text and its deflated form. Bytes of text.
    ///
    /// # Errors
    ///
    /// Where a page is none.
    pub fn prepare(&mut self) -> Result<usize, JsError> {
        let mut text = Vec::new();
        self.redacted(|record| {
            text.extend_from_slice(record.as_bytes());
            text.extend_from_slice(b",\n");
        })?;
        self.text = text;
        let mut deflater = Deflater::new(false);
        deflater.write(&self.text);
        self.deflated = deflater.finish().deflated.to_vec();
        Ok(self.text.len())
    }

    /// Pages into records. How many there are.
    ///
    /// # Errors
    ///
    /// Where a page is none.
    pub fn slice(&self) -> Result<usize, JsError> {
        self.bodies
            .iter()
            .try_fold(0, |count, body| Ok(count + slice(body, &self.stream.records, &[], &mut String::new())?.records.len()))
    }

    /// Pages into records without secrets: slicing, and redaction. Bytes of them.
    ///
    /// # Errors
    ///
    /// Where a page is none.
    pub fn slice_and_redact(&mut self) -> Result<usize, JsError> {
        let mut bytes = 0;
        self.redacted(|record| bytes += record.len())?;
        Ok(bytes)
    }

    /// Text into deflated text, with its CRC-32. Bytes of it.
    #[must_use]
    pub fn deflate_and_crc32(&self) -> usize {
        let mut deflater = Deflater::new(false);
        deflater.write(&self.text);
        deflater.finish().deflated.len()
    }

    /// CRC-32 of the text.
    #[must_use]
    pub fn crc32(&self) -> u32 {
        crc32fast::hash(&self.text)
    }

    /// SHA-256 of the text; its first byte.
    #[must_use]
    pub fn sha256(&self) -> u8 {
        Sha256::digest(&self.text).first().copied().unwrap_or_default()
    }

    /// Deflated text back into text, as every byte is read before an archive is offered. Bytes of it.
    #[must_use]
    pub fn inflate(&self) -> u64 {
        let mut inflate = flate2::Decompress::new(false);
        let mut room = vec![0; 64 << 10];
        loop {
            let taken = usize::try_from(inflate.total_in()).unwrap_or_default();
            let rest = self.deflated.get(taken..).unwrap_or_default();
            let before = inflate.total_out();
            let ended = inflate.decompress(rest, &mut room, flate2::FlushDecompress::None);
            if !matches!(ended, Ok(flate2::Status::Ok)) || inflate.total_out() == before {
                return inflate.total_out();
            }
        }
    }

    /// The deflated text, to be written.
    #[must_use]
    pub fn deflated(&self) -> Vec<u8> {
        self.deflated.clone()
    }

    fn redacted(&mut self, mut take: impl FnMut(&str)) -> Result<(), JsError> {
        let mut removed = RemovedFields::new();
        for body in &self.bodies {
            let mut arena = String::new();
            for record in slice(body, &self.stream.records, &[], &mut arena)?.records {
                take(self.redactor.redact(record, &mut removed)?.as_str());
            }
        }
        Ok(())
    }
}
