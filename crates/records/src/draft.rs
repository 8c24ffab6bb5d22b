//! A text that is changed in few places: every byte between them stays, and nothing is copied before the first change.

use std::ops::Range;

use crate::limits::SHAPED_BYTES;
use crate::redact::Unsearchable;

/// Bytes of room that are kept from one record to the next: a large one is rare.
const KEPT_BYTES: usize = 1 << 20;

/// Empties a room, and gives a large one back whole: one that shrinks where it lies leaves a hole that no larger text fits into.
pub(crate) fn give_back(room: &mut String) {
    if room.capacity() > KEPT_BYTES {
        *room = String::new();
    }
    room.clear();
}

/// A text and what has become of it so far.
#[derive(Debug)]
pub(crate) struct Draft<'t> {
    text: &'t str,
    changed: &'t mut String,
    /// Up to here the text has been copied or left out.
    done: usize,
    is_changed: bool,
    is_too_large: bool,
}

impl<'t> Draft<'t> {
    /// A text as it is, and the room for what becomes of it.
    pub(crate) fn of(text: &'t str, room: &'t mut String) -> Self {
        give_back(room);
        Self { text, changed: room, done: 0, is_changed: false, is_too_large: false }
    }

    /// Puts the pieces in the place of a range. **Ranges come in the order of the text** and do not overlap.
    pub(crate) fn replace(&mut self, range: Range<usize>, pieces: &[&str]) {
        debug_assert!(self.done <= range.start && range.start <= range.end, "{range:?} after {}", self.done);
        if !self.is_changed {
            // Once, and with some more: growing by doubling costs twice the record.
            self.changed.reserve(self.text.len() + self.text.len() / 8);
            self.is_changed = true;
        }
        self.push(self.text.get(self.done..range.start).unwrap_or_default());
        pieces.iter().for_each(|piece| self.push(piece));
        self.done = range.end;
    }

    fn push(&mut self, piece: &str) {
        self.is_too_large |= self.changed.len() + piece.len() > SHAPED_BYTES;
        if !self.is_too_large {
            self.changed.push_str(piece);
        }
    }

    /// Leaves a range out.
    pub(crate) fn cut(&mut self, range: Range<usize>) {
        self.replace(range, &[]);
    }

    /// What has become of the text: the same slice where nothing has.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where it has grown beyond what a record may hold.
    pub(crate) fn finish(mut self) -> Result<&'t str, Unsearchable> {
        if !self.is_changed {
            return Ok(self.text);
        }
        self.push(self.text.get(self.done..).unwrap_or_default());
        if self.is_too_large { Err(Unsearchable) } else { Ok(self.changed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_the_slice_it_was() {
        let mut room = "old".to_owned();
        let text = "text";
        assert!(std::ptr::eq(Draft::of(text, &mut room).finish().unwrap(), text));
    }

    #[test]
    fn changes_come_where_they_belong_and_leave_the_rest() {
        let mut room = "old".to_owned();
        let mut draft = Draft::of("abcdef", &mut room);
        draft.replace(0..0, &["<"]);
        draft.replace(1..2, &["B", "B"]);
        draft.cut(2..4);
        draft.replace(6..6, &[">"]);
        assert_eq!(draft.finish(), Ok("<aBBef>"));
    }

    #[test]
    fn a_text_that_grows_without_end_is_refused_and_its_room_is_given_back() {
        let piece = "x".repeat(1 << 20);
        let mut room = String::new();
        let mut draft = Draft::of("abc", &mut room);
        (0..100).for_each(|_| draft.replace(1..1, &[&piece]));
        assert_eq!(draft.finish(), Err(Unsearchable));
        assert!(room.capacity() <= 2 * SHAPED_BYTES && Draft::of("", &mut room).finish() == Ok(""));
        assert!(room.capacity() <= KEPT_BYTES);
    }
}
