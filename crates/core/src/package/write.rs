//! What the edge is told to write, and where.

use crate::archive::{Document, Extent, Step};

/// One of the places of staging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The archive itself.
    Archive,
    /// Segments of a document, until they are joined; of no use afterwards.
    Segments,
    /// Files that are being fetched, in blocks; of no use afterwards.
    Media,
}

/// Something to be written to staging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// These bytes, at this offset of this place.
    Bytes(Place, Extent),
    /// A range of another place, to this offset of the archive.
    Copy {
        /// The other place.
        place: Place,
        /// Where it begins there.
        from: u64,
        /// Where it goes in the archive.
        to: u64,
        /// Its length.
        length: u64,
    },
}

/// Bytes that are copied at a time.
const PIECE_BYTES: u64 = 4 << 20;

impl Write {
    /// The same in pieces, of which none takes long.
    #[must_use]
    pub fn in_pieces(self) -> Vec<Self> {
        let Self::Copy { place, from, to, length } = self else { return vec![self] };
        let piece = |at: u64| Self::Copy { place, from: from + at, to: to + at, length: (length - at).min(PIECE_BYTES) };
        (0..length.div_ceil(PIECE_BYTES)).map(|number| piece(number * PIECE_BYTES)).collect()
    }
}

/// Whether the rest of a file is written together with its header.
pub(super) const fn writes_together(rest: &[u8]) -> bool {
    rest.len() <= 64 << 10
}

/// The joining of a document from its segments.
pub(super) fn join_writes(document: &Document) -> Vec<Write> {
    let mut offset = document.offset();
    let write = |step: &Step| {
        let to = offset;
        match step {
            Step::Write(bytes) => {
                offset += bytes.len() as u64;
                Write::Bytes(Place::Archive, Extent { offset: to, bytes: bytes.clone() })
            }
            Step::Copy { from, length } => {
                offset += length;
                Write::Copy { place: Place::Segments, from: *from, to, length: *length }
            }
        }
    };
    document.steps().iter().map(write).collect()
}

/// The same bytes for the archive itself.
pub(super) fn to_archive(extents: Vec<Extent>) -> Vec<Write> {
    extents.into_iter().map(|extent| Write::Bytes(Place::Archive, extent)).collect()
}
