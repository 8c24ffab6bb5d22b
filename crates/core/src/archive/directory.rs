//! Zip records by hand: what the zip crate must be shown, and what is read back from it.
//!
//! APPNOTE 6.3.10: local file header 4.3.7, central directory header 4.3.12, ZIP64 extra field 4.5.3, end records 4.3.14 to
//! 4.3.16. The archive itself is written by the zip crate; these records describe data that is already compressed, or
//! already written, so that the crate can go on from it. Reading them back is the check on the crate.

use carryall_protocol::Timestamp;
use thiserror::Error;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;
const ZIP64_EXTRA: u16 = 1;
const UTF8_FLAG: u16 = 1 << 11;
const DEFLATED: u16 = 8;
const FULL: u32 = u32::MAX;

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where its local header begins.
    pub offset: u64,
    /// Bytes of its deflated data.
    pub deflated: u64,
    /// Bytes of its content.
    pub bytes: u64,
    /// CRC-32 of its content.
    pub crc32: u32,
    /// SHA-256 of its content, where it was taken while it was written.
    pub sha256: Option<[u8; 32]>,
}

/// Bytes that are no directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the archive's directory cannot be read")]
pub(super) struct Unreadable;

impl Entry {
    /// The local file header, with exact sizes; with the ZIP64 field where they need it.
    pub(super) fn local_header(&self, modified: Timestamp) -> Vec<u8> {
        let large = self.deflated >= u64::from(FULL) || self.bytes >= u64::from(FULL);
        let mut out = Vec::with_capacity(50 + self.name.len());
        put32(&mut out, LOCAL);
        put16(&mut out, if large { 45 } else { 20 });
        self.put_common(&mut out, modified, large);
        put16(&mut out, if large { 20 } else { 0 });
        out.extend_from_slice(self.name.as_bytes());
        if large {
            put16(&mut out, ZIP64_EXTRA);
            put16(&mut out, 16);
            put64(&mut out, self.bytes);
            put64(&mut out, self.deflated);
        }
        out
    }

    /// The central directory header.
    fn central_header(&self, modified: Timestamp, out: &mut Vec<u8>) {
        let large = [self.bytes, self.deflated, self.offset].iter().any(|size| *size >= u64::from(FULL));
        put32(out, CENTRAL);
        put16(out, (3 << 8) | 45);
        put16(out, if large { 45 } else { 20 });
        self.put_common(out, modified, large);
        put16(out, if large { 28 } else { 0 });
        put16(out, 0);
        put16(out, 0);
        put16(out, 0);
        put32(out, 0o100_644 << 16);
        put32(out, if large { FULL } else { u32::try_from(self.offset).unwrap_or(FULL) });
        out.extend_from_slice(self.name.as_bytes());
        if large {
            put16(out, ZIP64_EXTRA);
            put16(out, 24);
            put64(out, self.bytes);
            put64(out, self.deflated);
            put64(out, self.offset);
        }
    }

    /// From the flags to the name's length: the part that both headers share.
    fn put_common(&self, out: &mut Vec<u8>, modified: Timestamp, large: bool) {
        let size = |size: u64| if large { FULL } else { u32::try_from(size).unwrap_or(FULL) };
        let (date, time) = dos_date_time(modified);
        put16(out, if self.name.is_ascii() { 0 } else { UTF8_FLAG });
        put16(out, DEFLATED);
        put16(out, time);
        put16(out, date);
        put32(out, self.crc32);
        put32(out, size(self.deflated));
        put32(out, size(self.bytes));
        put16(out, u16::try_from(self.name.len()).unwrap_or(u16::MAX));
    }
}

/// The directory and end records of an archive whose entries end at `offset`.
pub(super) fn write(entries: &[Entry], offset: u64, modified: Timestamp) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        entry.central_header(modified, &mut out);
    }
    let (size, count) = (out.len() as u64, entries.len() as u64);
    let end64 = offset + size;
    put32(&mut out, END64);
    put64(&mut out, 44);
    put16(&mut out, 45);
    put16(&mut out, 45);
    put32(&mut out, 0);
    put32(&mut out, 0);
    put64(&mut out, count);
    put64(&mut out, count);
    put64(&mut out, size);
    put64(&mut out, offset);
    put32(&mut out, LOCATOR64);
    put32(&mut out, 0);
    put64(&mut out, end64);
    put32(&mut out, 1);
    put32(&mut out, END);
    put32(&mut out, 0);
    put16(&mut out, u16::MAX);
    put16(&mut out, u16::MAX);
    put32(&mut out, FULL);
    put32(&mut out, FULL);
    put16(&mut out, 0);
    out
}

/// Reads a directory and its end records: everything from the first central header to the end of the file, which begins
/// at `offset`.
///
/// # Errors
///
/// [`Unreadable`] where a record is cut, of another kind, or disagrees with what the end records count.
pub(super) fn read(tail: &[u8], offset: u64) -> Result<Vec<Entry>, Unreadable> {
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
        Ok(Entry { name, offset, deflated, bytes, crc32: self.crc32, sha256: None })
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
        if flags & !UTF8_FLAG != 0 || method != DEFLATED {
            return Err(Unreadable);
        }
        Ok(Common { crc32, deflated, bytes, name_length })
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

/// Date and time as MS-DOS writes them, in UTC, to two seconds; 1980 to 2107.
pub(super) fn dos_date_time(moment: Timestamp) -> (u16, u16) {
    let text = moment.to_string();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0, 4).clamp(1980, 2107), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    (((year - 1980) << 9) | (month << 5) | day, (hour << 11) | (minute << 5) | (second / 2))
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, offset: u64, size: u64) -> Entry {
        Entry { name: name.to_owned(), offset, deflated: size, bytes: size * 3, crc32: 7, sha256: None }
    }

    #[test]
    fn a_directory_is_read_as_it_was_written() {
        let entries = vec![entry("data/a.json", 0, 10), entry("data/ü.json", 5 << 30, 6 << 30), entry("z", 12 << 30, 2)];
        let end = 13 << 30;
        let tail = write(&entries, end, Timestamp::from_secs(1_772_280_000));
        assert_eq!(read(&tail, end), Ok(entries.clone()));
        assert_eq!(read(&tail, end + 1), Err(Unreadable));
        assert_eq!(read(&tail[..tail.len() - 1], end), Err(Unreadable));
        for entry in entries {
            let header = entry.local_header(Timestamp::default());
            assert_eq!(read_local(&header), Ok(Entry { offset: 0, ..entry }));
        }
    }

    #[test]
    fn no_cut_or_bent_directory_is_a_panic() {
        let tail = write(&[entry("data/a.json", 0, 10)], 40, Timestamp::default());
        for at in 0..tail.len() {
            let _ = read(&tail[at..], 40);
            let mut bent = tail.clone();
            bent[at] ^= 0xff;
            let _ = read(&bent, 40);
        }
    }

    #[test]
    fn a_moment_is_written_as_dos_does() {
        assert_eq!(dos_date_time(Timestamp::from_secs(1_772_280_001)), (((2026 - 1980) << 9) | (2 << 5) | 28, 12 << 11));
        assert_eq!(dos_date_time(Timestamp::default()).0 >> 9, 0);
    }
}
