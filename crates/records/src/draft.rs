//! A text that is changed in few places: every byte between them stays, and nothing is copied before the first change.

use std::ops::Range;

/// A text and what has become of it so far.
#[derive(Debug)]
pub(crate) struct Draft<'t> {
    text: &'t str,
    changed: &'t mut String,
    /// Up to here the text has been copied or left out.
    done: usize,
    is_changed: bool,
}

impl<'t> Draft<'t> {
    /// A text as it is, and the room for what becomes of it.
    pub(crate) fn of(text: &'t str, room: &'t mut String) -> Self {
        room.clear();
        Self { text, changed: room, done: 0, is_changed: false }
    }

    /// Puts the pieces in the place of a range. **Ranges come in the order of the text** and do not overlap.
    pub(crate) fn replace(&mut self, range: Range<usize>, pieces: &[&str]) {
        debug_assert!(self.done <= range.start && range.start <= range.end, "{range:?} after {}", self.done);
        self.changed.push_str(self.text.get(self.done..range.start).unwrap_or_default());
        pieces.iter().for_each(|piece| self.changed.push_str(piece));
        self.done = range.end;
        self.is_changed = true;
    }

    /// Leaves a range out.
    pub(crate) fn cut(&mut self, range: Range<usize>) {
        self.replace(range, &[]);
    }

    /// What has become of the text: the same slice where nothing has.
    pub(crate) fn finish(self) -> &'t str {
        if !self.is_changed {
            return self.text;
        }
        self.changed.push_str(self.text.get(self.done..).unwrap_or_default());
        self.changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_the_slice_it_was() {
        let mut room = "old".to_owned();
        let text = "text";
        assert!(std::ptr::eq(Draft::of(text, &mut room).finish(), text));
    }

    #[test]
    fn changes_come_where_they_belong_and_leave_the_rest() {
        let mut room = "old".to_owned();
        let mut draft = Draft::of("abcdef", &mut room);
        draft.replace(0..0, &["<"]);
        draft.replace(1..2, &["B", "B"]);
        draft.cut(2..4);
        draft.replace(6..6, &[">"]);
        assert_eq!(draft.finish(), "<aBBef>");
    }
}
