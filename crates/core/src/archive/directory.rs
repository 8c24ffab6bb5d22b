//! The directory at the end of an archive (APPNOTE 6.3.10: central directory 4.3.12, end records 4.3.14 to 4.3.16).

use carryall_protocol::Timestamp;

use super::Extent;
use super::entry::{Entry, FULL, put16, put32, put64};

pub(super) const END: u32 = 0x0605_4b50;
pub(super) const END64: u32 = 0x0606_4b50;
pub(super) const LOCATOR64: u32 = 0x0706_4b50;

/// Bytes written at a time.
const GROUP_BYTES: usize = 1 << 20;

/// The directory and end records of an archive whose entries end at `offset`, in pieces.
pub(super) fn write(entries: &[Entry], offset: u64, modified: Timestamp) -> Vec<Extent> {
    let mut extents = Vec::new();
    let (mut at, mut bytes) = (offset, Vec::new());
    for entry in entries {
        entry.central_header(modified, &mut bytes);
        if bytes.len() >= GROUP_BYTES {
            let group = std::mem::take(&mut bytes);
            let next = at + group.len() as u64;
            extents.push(Extent { offset: at, bytes: group });
            at = next;
        }
    }
    let size = at + bytes.len() as u64 - offset;
    end_records(entries.len() as u64, size, offset, &mut bytes);
    extents.push(Extent { offset: at, bytes });
    extents
}

/// The end records; those of ZIP64 where a value asks for them.
fn end_records(count: u64, size: u64, offset: u64, out: &mut Vec<u8>) {
    if count >= u64::from(u16::MAX) || size >= u64::from(FULL) || offset >= u64::from(FULL) {
        put32(out, END64);
        put64(out, 44);
        put16(out, (3 << 8) | 45);
        put16(out, 45);
        put32(out, 0);
        put32(out, 0);
        put64(out, count);
        put64(out, count);
        put64(out, size);
        put64(out, offset);
        put32(out, LOCATOR64);
        put32(out, 0);
        put64(out, offset + size);
        put32(out, 1);
    }
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    put32(out, END);
    put32(out, 0);
    put16(out, count);
    put16(out, count);
    put32(out, u32::try_from(size).unwrap_or(FULL));
    put32(out, u32::try_from(offset).unwrap_or(FULL));
    put16(out, 0);
}
