//! An entry and its two headers (APPNOTE 6.3.10: local file header 4.3.7, central directory header 4.3.12, ZIP64 extra field
//! 4.5.3).
//!
//! **Both headers carry exact sizes and the CRC; there is no data descriptor**, so that readers that only go forward can read
//! the archive, and recovery tools can walk it.

use carryall_protocol::Timestamp;

pub(super) const LOCAL: u32 = 0x0403_4b50;
pub(super) const CENTRAL: u32 = 0x0201_4b50;
pub(super) const ZIP64_EXTRA: u16 = 1;
pub(super) const UTF8_FLAG: u16 = 1 << 11;
pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;
/// What stands where a value is in the ZIP64 field.
pub(super) const FULL: u32 = u32::MAX;

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where its local header begins.
    pub offset: u64,
    /// Whether its data is its content as it is, and not deflated.
    pub is_stored: bool,
    /// Bytes of its data in the archive.
    pub deflated: u64,
    /// Bytes of its content.
    pub bytes: u64,
    /// CRC-32 of its content.
    pub crc32: u32,
    /// SHA-256 of its content, where it was taken while it was written.
    pub sha256: Option<[u8; 32]>,
}

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
    pub(super) fn central_header(&self, modified: Timestamp, out: &mut Vec<u8>) {
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
        put16(out, if self.is_stored { STORED } else { DEFLATED });
        put16(out, time);
        put16(out, date);
        put32(out, self.crc32);
        put32(out, size(self.deflated));
        put32(out, size(self.bytes));
        put16(out, u16::try_from(self.name.len()).unwrap_or(u16::MAX));
    }
}

/// Date and time as MS-DOS writes them, in UTC, to two seconds; 1980 to 2107.
fn dos_date_time(moment: Timestamp) -> (u16, u16) {
    let text = moment.to_string();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0, 4).clamp(1980, 2107), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    (((year - 1980) << 9) | (month << 5) | day, (hour << 11) | (minute << 5) | (second / 2))
}

pub(super) fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_dos_does() {
        assert_eq!(dos_date_time(Timestamp::from_secs(1_772_280_001)), (((2026 - 1980) << 9) | (2 << 5) | 28, 12 << 11));
        assert_eq!(dos_date_time(Timestamp::default()).0 >> 9, 0);
    }
}
