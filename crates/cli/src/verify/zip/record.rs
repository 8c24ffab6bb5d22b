//! The records of a zip (APPNOTE 6.3.10), as exactly as carryall writes them: 4.3.7 local file header, 4.3.12 central directory
//! header, 4.3.14 to 4.3.16 end records, 4.5.3 ZIP64 extra field.
//!
//! **Written apart from what writes archives**, so that a mistake there is not made here again. Absent: everything that the
//! format does not use, like comments, descriptors, encryption; a record that has it is none.

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;

/// Bytes of each record without what varies.
pub(crate) const LOCAL_BYTES: u64 = 30;
pub(crate) const CENTRAL_BYTES: u64 = 46;
pub(crate) const END_BYTES: u64 = 22;
pub(crate) const END64_BYTES: u64 = 56;
pub(crate) const LOCATOR64_BYTES: u64 = 20;

/// What stands where the value is in a record of ZIP64.
const FULL32: u64 = u32::MAX as u64;
const FULL16: u64 = u16::MAX as u64;

/// UNIX, version 4.5; and the version that a reader must know.
const MADE_BY: u64 = (3 << 8) | 45;
const NEEDED: [u64; 3] = [10, 20, 45];
/// A plain file that its owner may write.
const MODE: u64 = 0o100_644 << 16;

const UTF8: u64 = 1 << 11;
/// How an entry's data stands in the archive.
pub(crate) const STORED: u64 = 0;
/// See [`STORED`].
pub(crate) const DEFLATED: u64 = 8;

/// What both headers of an entry say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) method: u64,
    pub(crate) deflated: u64,
    pub(crate) bytes: u64,
    pub(crate) crc32: u64,
    flags: u64,
    moment: u64,
}

impl Header {
    /// Whether the flags tell rightly in which script the name is: without the flag some readers take it for another.
    pub(crate) fn says_script(&self) -> bool {
        str::from_utf8(&self.name).is_ok_and(|name| name.is_ascii() == (self.flags == 0))
    }
}

/// A header whose fixed part was read; the name and the extra field follow.
pub(crate) struct Head {
    header: Header,
    name_bytes: u64,
    extra_bytes: u64,
    /// Where the local header begins; nothing in a local header.
    offset: Option<u64>,
}

impl Head {
    /// A local header's fixed part.
    pub(crate) fn local(fixed: &[u8]) -> Option<Self> {
        let mut fields = Fields(fixed);
        fields.expect(4, u64::from(LOCAL))?;
        fields.one_of(2, &NEEDED)?;
        fields.head()
    }

    /// A central header's fixed part.
    pub(crate) fn central(fixed: &[u8]) -> Option<Self> {
        let mut fields = Fields(fixed);
        fields.expect(4, u64::from(CENTRAL))?;
        fields.expect(2, MADE_BY)?;
        fields.one_of(2, &NEEDED)?;
        let head = fields.head()?;
        // No comment, one disk, no attributes inside, those of a plain file outside.
        fields.expect(2, 0)?;
        fields.expect(2, 0)?;
        fields.expect(2, 0)?;
        fields.expect(4, MODE)?;
        Some(Self { offset: Some(fields.take(4)?), ..head })
    }

    /// Bytes that follow the fixed part.
    pub(crate) const fn varying(&self) -> u64 {
        self.name_bytes + self.extra_bytes
    }

    /// The header, and the offset that a central one tells, given what follows its fixed part.
    pub(crate) fn complete(self, varying: &[u8]) -> Option<(Header, u64)> {
        let (name, extra) = varying.split_at_checked(usize::try_from(self.name_bytes).ok()?)?;
        if extra.len() as u64 != self.extra_bytes {
            return None;
        }
        let mut header = Header { name: name.to_vec(), ..self.header };
        let mut offset = self.offset.unwrap_or(0);
        widen(extra, &mut [&mut header.bytes, &mut header.deflated, &mut offset])?;
        Some((header, offset))
    }
}

/// Puts the values of the ZIP64 field where the header has none. The field must hold exactly those, and be the only one.
fn widen(extra: &[u8], values: &mut [&mut u64]) -> Option<()> {
    let mut fields = Fields(extra);
    let wanted = values.iter().filter(|value| ***value == FULL32).count() as u64;
    if wanted > 0 {
        fields.expect(2, 1)?;
        fields.expect(2, wanted * 8)?;
        for value in values.iter_mut().filter(|value| ***value == FULL32) {
            **value = fields.take(8)?;
        }
    }
    fields.0.is_empty().then_some(())
}

/// What the end of an archive says of its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// Entries.
    pub(crate) count: u64,
    /// Bytes of the directory.
    pub(crate) size: u64,
    /// Where it begins.
    pub(crate) start: u64,
}

impl End {
    /// The record at the end of every zip.
    pub(crate) fn read(record: &[u8]) -> Option<Self> {
        let mut fields = Fields(record);
        fields.expect(4, u64::from(END))?;
        fields.expect(4, 0)?;
        let count = fields.take(2)?;
        fields.expect(2, count)?;
        let (size, start) = (fields.take(4)?, fields.take(4)?);
        fields.expect(2, 0)?;
        Some(Self { count, size, start })
    }

    /// Whether a value may stand in the record of ZIP64 instead.
    pub(crate) const fn is_full(&self) -> bool {
        self.count == FULL16 || self.size == FULL32 || self.start == FULL32
    }

    /// With the values of the record of ZIP64, which must agree where this one has any.
    pub(crate) fn widened(self, record: &[u8]) -> Option<Self> {
        let mut fields = Fields(record);
        fields.expect(4, u64::from(END64))?;
        fields.expect(8, END64_BYTES - 12)?;
        fields.expect(2, MADE_BY)?;
        fields.expect(2, 45)?;
        fields.expect(8, 0)?;
        let count = fields.take(8)?;
        fields.expect(8, count)?;
        let (size, start) = (fields.take(8)?, fields.take(8)?);
        let agrees = self.count == count.min(FULL16) && self.size == size.min(FULL32) && self.start == start.min(FULL32);
        agrees.then_some(Self { count, size, start })
    }
}

/// Where the locator says that the end record of ZIP64 is.
pub(crate) fn located(locator: &[u8]) -> Option<u64> {
    let mut fields = Fields(locator);
    fields.expect(4, u64::from(LOCATOR64))?;
    fields.expect(4, 0)?;
    let place = fields.take(8)?;
    fields.expect(4, 1)?;
    Some(place)
}

/// Whether these bytes begin an end record.
pub(crate) fn is_end(bytes: &[u8]) -> bool {
    bytes.starts_with(&END.to_le_bytes())
}

/// The fields of a record, in order, least significant byte first.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take(&mut self, bytes: usize) -> Option<u64> {
        let (field, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(field.iter().rev().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
    }

    fn expect(&mut self, bytes: usize, value: u64) -> Option<()> {
        (self.take(bytes)? == value).then_some(())
    }

    fn one_of(&mut self, bytes: usize, values: &[u64]) -> Option<()> {
        values.contains(&self.take(bytes)?).then_some(())
    }

    /// From the flags to the length of the extra field.
    fn head(&mut self) -> Option<Head> {
        let flags = self.take(2)?;
        let method = self.take(2)?;
        let moment = self.take(4)?;
        let (crc32, deflated, bytes) = (self.take(4)?, self.take(4)?, self.take(4)?);
        let (name_bytes, extra_bytes) = (self.take(2)?, self.take(2)?);
        let is_known = matches!(flags, 0 | UTF8) && matches!(method, STORED | DEFLATED);
        let header = Header { name: Vec::new(), method, deflated, bytes, crc32, flags, moment };
        is_known.then_some(Head { header, name_bytes, extra_bytes, offset: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of so many bytes each.
    fn record(fields: &[(u64, usize)]) -> Vec<u8> {
        fields.iter().flat_map(|(value, bytes)| value.to_le_bytes()[..*bytes].to_vec()).collect()
    }

    /// An entry of 5 GiB at 6 GiB: the fixed part of its central header, and what follows.
    fn central(extra: &[(u64, usize)]) -> (Vec<u8>, Vec<u8>) {
        let extra = record(extra);
        let start =
            [(CENTRAL.into(), 4), (MADE_BY, 2), (45, 2), (0, 2), (STORED, 2), (7, 4), (9, 4), (FULL32, 4), (FULL32, 4), (1, 2)];
        let end = [(extra.len() as u64, 2), (0, 2), (0, 2), (0, 2), (MODE, 4), (FULL32, 4)];
        (record(&[&start[..], &end[..]].concat()), [b"a".to_vec(), extra].concat())
    }

    #[test]
    fn sizes_and_places_beyond_four_gibibytes_are_read() {
        let (fixed, varying) = central(&[(1, 2), (24, 2), (5 << 30, 8), (5 << 30, 8), (6 << 30, 8)]);
        assert_eq!(fixed.len() as u64, CENTRAL_BYTES);
        let (header, offset) = Head::central(&fixed).unwrap().complete(&varying).unwrap();
        assert_eq!((header.bytes, header.deflated, offset, header.name), (5 << 30, 5 << 30, 6 << 30, b"a".to_vec()));
    }

    #[test]
    fn a_zip64_field_that_is_absent_short_long_or_of_another_kind_is_none() {
        for extra in [
            &[][..],
            &[(1, 2), (16, 2), (5 << 30, 8), (5 << 30, 8)],
            &[(1, 2), (32, 2), (5 << 30, 8), (5 << 30, 8), (6 << 30, 8), (0, 8)],
            &[(2, 2), (24, 2), (5 << 30, 8), (5 << 30, 8), (6 << 30, 8)],
            &[(1, 2), (24, 2), (5 << 30, 8), (5 << 30, 8), (6 << 30, 8), (0, 1)],
        ] {
            let (fixed, varying) = central(extra);
            assert!(Head::central(&fixed).unwrap().complete(&varying).is_none(), "{extra:?}");
        }
    }

    #[test]
    fn the_end_record_of_zip64_must_agree_with_the_other() {
        let end = End { count: FULL16, size: 1000, start: FULL32 };
        let wide = |count: u64, size: u64, start: u64| {
            let head = [(END64.into(), 4), (44, 8), (MADE_BY, 2), (45, 2), (0, 8)];
            record(&[&head[..], &[(count, 8), (count, 8), (size, 8), (start, 8)]].concat())
        };
        assert_eq!(wide(0, 0, 0).len() as u64, END64_BYTES);
        assert_eq!(end.widened(&wide(100_000, 1000, 5 << 30)), Some(End { count: 100_000, size: 1000, start: 5 << 30 }));
        for (count, size, start) in [(100_000, 1001, 5 << 30), (3, 1000, 5 << 30), (100_000, 1000, 5)] {
            assert_eq!(end.widened(&wide(count, size, start)), None);
        }
        assert!(end.is_full() && !End { count: 3, size: 1000, start: 5 }.is_full());
    }
}
