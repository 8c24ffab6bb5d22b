//! The window between the zip writer and storage.
//!
//! The writer sees an infallible `Read + Write + Seek` in memory; what it wrote is drained as `(offset, bytes)` between two
//! operations, and the edge may await, retry or encrypt before the next one. Because the window seeks, the writer patches
//! local headers in place: no data descriptors. **The window holds one operation's bytes, never the archive.**

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

/// Bytes to be written at an offset of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Where they go.
    pub offset: u64,
    /// What goes there.
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    /// What was written since the last drain, in the order written: a later extent may lie over an earlier one.
    extents: Vec<Extent>,
    position: u64,
    length: u64,
    /// What can be read: bytes at the end of an otherwise empty file.
    tail: Vec<u8>,
    tail_offset: u64,
}

/// A handle to the window; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Window(Rc<RefCell<State>>);

impl Window {
    /// A window over a file that is a hole up to `tail_offset` and then these bytes: what the zip crate needs to go on with
    /// an archive whose directory is known.
    pub(super) fn over(tail_offset: u64, tail: Vec<u8>) -> Self {
        let length = tail_offset + tail.len() as u64;
        Self(Rc::new(RefCell::new(State { tail, tail_offset, length, ..State::default() })))
    }

    /// Forgets what could be read and goes on at an offset, as if the file ended there.
    pub(super) fn restart_at(&self, offset: u64) {
        *self.0.borrow_mut() = State { position: offset, length: offset, ..State::default() };
    }

    /// Takes everything written since the last drain.
    pub(super) fn drain(&self) -> Vec<Extent> {
        std::mem::take(&mut self.0.borrow_mut().extents)
    }

    /// The length of the archive so far.
    pub(super) fn length(&self) -> u64 {
        self.0.borrow().length
    }

    /// Where the writer stands.
    pub(super) fn position(&self) -> u64 {
        self.0.borrow().position
    }
}

impl State {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) {
        let end = offset + bytes.len() as u64;
        self.length = self.length.max(end);
        match self.extents.last_mut() {
            Some(extent) if extent.offset <= offset && offset <= extent.end() => extent.overwrite(offset, bytes),
            _ => self.extents.push(Extent { offset, bytes: bytes.to_vec() }),
        }
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> usize {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = into.len().min(left);
        for (at, byte) in into.iter_mut().take(count).enumerate() {
            let place = (offset + at as u64).checked_sub(self.tail_offset).and_then(|place| usize::try_from(place).ok());
            *byte = place.and_then(|place| self.tail.get(place)).copied().unwrap_or(0);
        }
        count
    }
}

impl Extent {
    const fn end(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }

    /// Writes over what is there and past its end.
    fn overwrite(&mut self, offset: u64, bytes: &[u8]) {
        let start = usize::try_from(offset - self.offset).unwrap_or(usize::MAX);
        let overlap = bytes.len().min(self.bytes.len().saturating_sub(start));
        let (over, beyond) = bytes.split_at(overlap);
        if let Some(place) = self.bytes.get_mut(start..start + overlap) {
            place.copy_from_slice(over);
        }
        self.bytes.extend_from_slice(beyond);
    }
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.borrow_mut();
        let count = state.read_at(state.position, into);
        state.position += count as u64;
        Ok(count)
    }
}

impl Write for Window {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.borrow_mut();
        let position = state.position;
        state.write_at(position, bytes);
        state.position += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut state = self.0.borrow_mut();
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(by) => state.length.checked_add_signed(by),
            SeekFrom::Current(by) => state.position.checked_add_signed(by),
        };
        state.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(state.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn drained_extents_replayed_are_the_file(
            writes in prop::collection::vec((0u64..40, prop::collection::vec(any::<u8>(), 0..20), any::<bool>()), 0..20)
        ) {
            let mut window = Window::default();
            let mut expected = io::Cursor::new(Vec::new());
            let mut storage = Vec::new();
            let mut replay = |extents: Vec<Extent>| {
                for extent in extents {
                    let at = extent.offset as usize;
                    let end = at + extent.bytes.len();
                    if storage.len() < end { storage.resize(end, 0); }
                    storage[at..end].copy_from_slice(&extent.bytes);
                }
            };
            for (offset, bytes, drain) in writes {
                let end = window.seek(SeekFrom::End(0)).unwrap();
                let to = offset.min(end);
                window.seek(SeekFrom::Start(to)).unwrap();
                expected.seek(SeekFrom::Start(to)).unwrap();
                window.write_all(&bytes).unwrap();
                expected.write_all(&bytes).unwrap();
                if drain { replay(window.drain()); }
            }
            replay(window.drain());
            prop_assert_eq!(storage, expected.into_inner());
        }
    }
}
