//! One file on its way: what has come of it, and what an answer means for the rest.
//!
//! **A transfer that breaks goes on where it broke, unless the host may have changed the file**: then it begins anew, and never
//! are bytes of two versions put together.

use carryall_records::attachment::Attachment;
use flate2::Crc;
use sha2::{Digest, Sha256};

use super::scratch::{Scratch, ranges, start};
use crate::archive::{Content, Extent};
use crate::entry_name::EntryName;
use crate::media::{BLOCK_BYTES, MediaFile, MediaHead};
use crate::package::{Place, Write};

/// Why an answer, or its end, is not what was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Worth another try: the reason if it was the last.
    Again(&'static str),
    /// The same, and what has come so far is of no use.
    Anew(&'static str),
    /// The host's last word.
    Refused(&'static str),
    /// It is larger than the catalog allows.
    TooLarge,
}

/// What has come of one file.
#[derive(Debug)]
pub(super) struct Transfer {
    received: u64,
    crc32: Crc,
    sha256: Sha256,
    buffer: Vec<u8>,
    blocks: Vec<u32>,
    /// Its length, as the host said.
    total: Option<u64>,
    validator: Option<String>,
    media_type: Option<String>,
    /// The host does not give parts of files.
    is_whole_only: bool,
    /// The rest came apart from the beginning.
    has_part: bool,
}

impl Transfer {
    pub(super) fn new() -> Self {
        Self {
            received: 0,
            crc32: Crc::new(),
            sha256: Sha256::new(),
            buffer: Vec::new(),
            blocks: Vec::new(),
            total: None,
            validator: None,
            media_type: None,
            is_whole_only: false,
            has_part: false,
        }
    }

    /// How much has come.
    pub(super) const fn received(&self) -> u64 {
        self.received
    }

    /// The media type, as the host said when it answered.
    pub(super) fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// Where to go on, and what the host must still have there. A file without a validator begins anew: nobody would know whether
    /// it is still the same.
    pub(super) fn resume(&mut self, scratch: &mut Scratch) -> (u64, Option<String>) {
        if self.received > 0 && (self.is_whole_only || self.validator.is_none()) {
            self.begin_anew(scratch);
        }
        (self.received, self.validator.clone().filter(|_| self.received > 0))
    }

    pub(super) fn begin_anew(&mut self, scratch: &mut Scratch) {
        scratch.give(&self.blocks);
        *self = Self { is_whole_only: self.is_whole_only, ..Self::new() };
    }

    /// Takes the beginning of an answer.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where its body is not to be read.
    pub(super) fn head(
        &mut self,
        head: &MediaHead,
        wanted: &Attachment,
        limit: Option<u64>,
        scratch: &mut Scratch,
    ) -> Result<(), Trouble> {
        match head.status {
            200 => self.whole(head, scratch),
            206 => self.part(head)?,
            status => return Err(refusal(status)),
        }
        let media_type = head.header("content-type").and_then(|value| value.split(';').next()).map(str::trim);
        if head.status == 200 {
            self.media_type = media_type.map(str::to_owned);
        }
        if is_page_instead(media_type, wanted) {
            return Err(Trouble::Anew("html_instead"));
        }
        if self.total.or(wanted.size).is_some_and(|total| limit.is_some_and(|limit| total > limit)) {
            return Err(Trouble::TooLarge);
        }
        Ok(())
    }

    /// The whole file comes, asked for or not.
    fn whole(&mut self, head: &MediaHead, scratch: &mut Scratch) {
        // The host ignores ranges, or the file is not the one that it was.
        let ignores = self.received > 0 && head.header("etag") == self.validator.as_deref();
        let is_whole_only = self.is_whole_only || ignores;
        self.begin_anew(scratch);
        self.is_whole_only = is_whole_only;
        self.total = head.number("content-length");
        // A weak validator says that nothing of importance has changed: not enough (RFC 9110 section 13.1.5).
        let tag = head.header("etag").filter(|tag| tag.starts_with('"'));
        self.validator = tag.or_else(|| head.header("last-modified")).map(str::to_owned);
    }

    /// The rest of the file comes, if it is that.
    fn part(&mut self, head: &MediaHead) -> Result<(), Trouble> {
        // A host may not know If-Range: what it says of the file now must be what it said before.
        let name = if self.validator.as_deref().is_some_and(|known| known.starts_with('"')) { "etag" } else { "last-modified" };
        if head.header(name).is_some_and(|now| self.validator.as_deref() != Some(now)) {
            return Err(Trouble::Anew("changed"));
        }
        let (from, total) = match head.header("content-range") {
            Some(range) => content_range(range).ok_or(Trouble::Anew("wrong_range"))?,
            // Hidden from pages of other origins unless the host exposes it: the length of the rest must do.
            None => {
                let rest = head.number("content-length").ok_or(Trouble::Anew("wrong_range"))?;
                let total = self.total.ok_or(Trouble::Anew("wrong_range"))?;
                (total.checked_sub(rest).ok_or(Trouble::Anew("wrong_range"))?, Some(total))
            }
        };
        let is_other_length = total.is_some() && self.total.is_some() && total != self.total;
        if from != self.received || is_other_length {
            return Err(Trouble::Anew("wrong_range"));
        }
        self.total = self.total.or(total);
        self.has_part = true;
        Ok(())
    }

    /// Takes a piece of the body, and answers with what must reach the scratch.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where it passes the limit, or the size that its record tells.
    pub(super) fn take(
        &mut self,
        mut bytes: &[u8],
        wanted: &Attachment,
        limit: Option<u64>,
        scratch: &mut Scratch,
    ) -> Result<Vec<Write>, Trouble> {
        self.received += bytes.len() as u64;
        if wanted.size.is_some_and(|size| self.received > size) {
            return Err(Trouble::Anew("size_differs"));
        }
        if limit.is_some_and(|limit| self.received > limit) {
            return Err(Trouble::TooLarge);
        }
        self.crc32.update(bytes);
        self.sha256.update(bytes);
        let mut writes = Vec::new();
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at((BLOCK_BYTES - self.buffer.len()).min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == BLOCK_BYTES {
                writes.extend(self.spill(scratch));
            }
        }
        Ok(writes)
    }

    /// Moves what is in memory to the scratch; nothing more may come then, unless it was a whole block.
    pub(super) fn spill(&mut self, scratch: &mut Scratch) -> Option<Write> {
        let bytes = std::mem::take(&mut self.buffer);
        if bytes.is_empty() {
            return None;
        }
        let block = scratch.take();
        self.blocks.push(block);
        Some(Write::Bytes(Place::Media, Extent { offset: start(block), bytes }))
    }

    /// The body has ended as if that were all.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where it is not.
    pub(super) fn end(&self, wanted: &Attachment) -> Result<(), Trouble> {
        match (wanted.size, self.total) {
            (Some(size), _) if size == self.received => Ok(()),
            // What the host says now counts more than what the record said, only if nothing was cut.
            (Some(size), Some(total)) if size > self.received && total > self.received => Err(Trouble::Again("cut")),
            (Some(_), _) => Err(Trouble::Anew("size_differs")),
            (None, Some(total)) if total > self.received => Err(Trouble::Again("cut")),
            // What is packed on its way is longer than it was said to be; what came in parts is not.
            (None, Some(total)) if self.has_part && total < self.received => Err(Trouble::Anew("size_differs")),
            (None, _) => Ok(()),
        }
    }

    /// The whole file. Its blocks are given back: what copies them does so before anything else is written.
    pub(super) fn into_file(mut self, name: EntryName, scratch: &mut Scratch) -> MediaFile {
        let in_scratch = self.received - self.buffer.len() as u64;
        scratch.give(&self.blocks);
        MediaFile {
            name,
            content: self.content(),
            ranges: ranges(&self.blocks, in_scratch),
            rest: std::mem::take(&mut self.buffer),
        }
    }

    /// Its length and checksums so far.
    pub(super) fn content(&self) -> Content {
        Content { bytes: self.received, crc32: self.crc32.sum(), sha256: self.sha256.clone().finalize().into() }
    }
}

/// What a status means that brings no file.
const fn refusal(status: u16) -> Trouble {
    match status {
        401 | 403 => Trouble::Refused("refused"),
        404 | 410 => Trouble::Refused("gone"),
        408 | 425 | 429 => Trouble::Again("too_busy"),
        416 => Trouble::Anew("wrong_range"),
        500..=599 => Trouble::Again("host_error"),
        _ => Trouble::Refused("no_file"),
    }
}

/// Whether a page for people came, such as a sign-in page, where a file of another kind was wanted.
fn is_page_instead(media_type: Option<&str>, wanted: &Attachment) -> bool {
    let is_html = |media_type: &str| media_type.eq_ignore_ascii_case("text/html");
    let said = wanted.media_type.as_deref().and_then(|of| of.split(';').next());
    let ends = |name: &Option<String>| {
        name.as_deref().is_some_and(|name| {
            let name = name.split(['?', '#']).next().unwrap_or_default();
            name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))
        })
    };
    media_type.is_some_and(is_html) && said.map_or(!ends(&wanted.name) && !ends(&wanted.url), |said| !is_html(said.trim()))
}

/// The first byte and the whole length of `bytes 5-9/10` (RFC 9110 section 14.4); `*` is an unknown length.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let total = if total.trim() == "*" { None } else { Some(total.trim().parse::<u64>().ok()?) };
    // What ends before the file does would look like a broken transfer, and be asked for again.
    (first <= last && total.is_none_or(|total| last < total)).then_some((first, total))
}

#[cfg(test)]
mod tests;
