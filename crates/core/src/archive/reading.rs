//! Reading an archive's records back: the check on what was written.

use thiserror::Error;

use super::directory::{END, END64, LOCATOR64};
use super::entry::{CENTRAL, DEFLATED, Entry, FULL, LOCAL, STORED, UTF8_FLAG, ZIP64_EXTRA};

/// Bytes that are no directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the archive's directory cannot be read")]
pub(super) struct Unreadable;

/// Reads a directory and its end records: everything from the first central header to the end of the file, which begins
/// at `offset`.
///
/// # Errors
///
/// [`Unreadable`] where a record is cut, of another kind, or disagrees with what the end records count.
pub(super) fn read_directory(tail: &[u8], offset: u64) -> Result<Vec<Entry>, Unreadable> {
    let mut cursor = Cursor { bytes: tail };
    let mut entries = Vec::new();
    while cursor.peek32() == Some(CENTRAL) {
        entries.push(cursor.central_header()?);
    }
    let size = (tail.len() - cursor.bytes.len()) as u64;
    let (mut count, mut start, mut length) = (None, None, None);
    if cursor.peek32() == Some(END64) {
        cursor.skip(4 + 8 + 2 + 2 + 4 + 4 + 8)?;
        (count, length, start) = (Some(cursor.take64()?), Some(cursor.take64()?), Some(cursor.take64()?));
        let located = (cursor.take32()? == LOCATOR64, cursor.skip(4)?, cursor.take64()?);
        cursor.skip(4)?;
        if !located.0 || located.2 != offset + size {
            return Err(Unreadable);
        }
    }
    if cursor.take32()? != END {
        return Err(Unreadable);
    }
    cursor.skip(6)?;
    let (count32, size32, start32) = (cursor.take16()?, cursor.take32()?, cursor.take32()?);
    cursor.skip(2)?;
    let count = if count32 == u16::MAX { count.ok_or(Unreadable)? } else { u64::from(count32) };
    let length = if size32 == FULL { length.ok_or(Unreadable)? } else { u64::from(size32) };
    let start = if start32 == FULL { start.ok_or(Unreadable)? } else { u64::from(start32) };
    let agrees = count == entries.len() as u64 && length == size && start == offset && cursor.bytes.is_empty();
    if agrees { Ok(entries) } else { Err(Unreadable) }
}

/// Reads a local file header, the name and the extra field included.
///
/// # Errors
///
/// [`Unreadable`] where it is cut, longer than `bytes`, of another kind, or has a data descriptor.
pub(super) fn read_local(bytes: &[u8]) -> Result<Entry, Unreadable> {
    let mut cursor = Cursor { bytes };
    if cursor.take32()? != LOCAL {
        return Err(Unreadable);
    }
    cursor.skip(2)?;
    let common = cursor.common()?;
    let extra_length = usize::from(cursor.take16()?);
    let name = cursor.text(common.name_length)?;
    let extra = cursor.slice(extra_length)?;
    if !cursor.bytes.is_empty() {
        return Err(Unreadable);
    }
    common.entry(name, 0, extra)
}

/// What both headers share, as read.
struct Common {
    is_stored: bool,
    crc32: u32,
    deflated: u32,
    bytes: u32,
    name_length: usize,
}

impl Common {
    fn entry(self, name: String, offset: u32, extra: &[u8]) -> Result<Entry, Unreadable> {
        let mut large = zip64_values(extra);
        let mut full = |value: u32| if value == FULL { large.next().ok_or(Unreadable) } else { Ok(u64::from(value)) };
        let (bytes, deflated, offset) = (full(self.bytes)?, full(self.deflated)?, full(offset)?);
        Ok(Entry { name, offset, is_stored: self.is_stored, deflated, bytes, crc32: self.crc32, sha256: None })
    }
}

/// The values of the ZIP64 extra field, in order.
fn zip64_values(extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut cursor = Cursor { bytes: extra };
    let mut values = Vec::new();
    while let (Ok(kind), Ok(length)) = (cursor.take16(), cursor.take16()) {
        let Ok(field) = cursor.slice(usize::from(length)) else { break };
        if kind == ZIP64_EXTRA {
            let mut field = Cursor { bytes: field };
            while let Ok(value) = field.take64() {
                values.push(value);
            }
        }
    }
    values.into_iter()
}

struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn slice(&mut self, length: usize) -> Result<&'a [u8], Unreadable> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Unreadable)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn skip(&mut self, length: usize) -> Result<(), Unreadable> {
        self.slice(length).map(|_| ())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        self.slice(N)?.try_into().map_err(|_| Unreadable)
    }

    fn take16(&mut self) -> Result<u16, Unreadable> {
        self.array().map(u16::from_le_bytes)
    }

    fn take32(&mut self) -> Result<u32, Unreadable> {
        self.array().map(u32::from_le_bytes)
    }

    fn take64(&mut self) -> Result<u64, Unreadable> {
        self.array().map(u64::from_le_bytes)
    }

    fn peek32(&self) -> Option<u32> {
        self.bytes.first_chunk().copied().map(u32::from_le_bytes)
    }

    fn text(&mut self, length: usize) -> Result<String, Unreadable> {
        String::from_utf8(self.slice(length)?.to_vec()).map_err(|_| Unreadable)
    }

    fn common(&mut self) -> Result<Common, Unreadable> {
        let (flags, method) = (self.take16()?, self.take16()?);
        self.skip(4)?;
        let (crc32, deflated, bytes) = (self.take32()?, self.take32()?, self.take32()?);
        let name_length = usize::from(self.take16()?);
        if flags & !UTF8_FLAG != 0 || !matches!(method, STORED | DEFLATED) {
            return Err(Unreadable);
        }
        Ok(Common { is_stored: method == STORED, crc32, deflated, bytes, name_length })
    }

    fn central_header(&mut self) -> Result<Entry, Unreadable> {
        self.skip(4 + 2 + 2)?;
        let common = self.common()?;
        let (extra_length, comment_length) = (usize::from(self.take16()?), usize::from(self.take16()?));
        self.skip(2 + 2 + 4)?;
        let offset = self.take32()?;
        let name = self.text(common.name_length)?;
        let extra = self.slice(extra_length)?;
        self.skip(comment_length)?;
        common.entry(name, offset, extra)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extent, directory};
    use super::*;
    use carryall_protocol::Timestamp;

    fn entry(name: &str, offset: u64, size: u64) -> Entry {
        Entry { name: name.to_owned(), offset, is_stored: size == 10, deflated: size, bytes: size * 3, crc32: 7, sha256: None }
    }

    fn joined(extents: Vec<Extent>) -> Vec<u8> {
        extents.into_iter().flat_map(|extent| extent.bytes).collect()
    }

    #[test]
    fn a_directory_is_read_as_it_was_written() {
        let entries = vec![entry("data/a.json", 0, 10), entry("data/ü.json", 5 << 30, 6 << 30), entry("z", 12 << 30, 2)];
        let end = 13 << 30;
        let tail = joined(directory::write(&entries, end, Timestamp::from_secs(1_772_280_000)));
        assert_eq!(read_directory(&tail, end), Ok(entries.clone()));
        assert_eq!(read_directory(&tail, end + 1), Err(Unreadable));
        assert_eq!(read_directory(&tail[..tail.len() - 1], end), Err(Unreadable));
        for entry in entries {
            let header = entry.local_header(Timestamp::default());
            assert_eq!(read_local(&header), Ok(Entry { offset: 0, ..entry }));
        }
    }

    #[test]
    fn no_cut_or_bent_directory_is_a_panic() {
        let tail = joined(directory::write(&[entry("data/a.json", 0, 10)], 40, Timestamp::default()));
        for at in 0..tail.len() {
            let _ = read_directory(&tail[at..], 40);
            let mut bent = tail.clone();
            bent[at] ^= 0xff;
            let _ = read_directory(&bent, 40);
        }
    }
}
