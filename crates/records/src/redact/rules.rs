//! What a catalog adds to the secrets, takes back from them, and keeps.

use carryall_protocol::catalog::Stream;
use carryall_protocol::pointer::Pointer;

use crate::json::Name;
use crate::places::Places;

/// The rules of one stream, by place.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    removed: Option<Places>,
    readmitted: Option<Places>,
    kept: Option<Places>,
}

impl Rules {
    pub(super) fn of(stream: &Stream) -> Self {
        let places = |pointers: &[Pointer]| {
            let mut places = Places::default();
            pointers.iter().for_each(|pointer| places.add(pointer, 0));
            (!pointers.is_empty()).then_some(places)
        };
        Self {
            removed: places(&stream.remove_fields),
            readmitted: places(&stream.readmit_fields),
            kept: places(&stream.keep_fields),
        }
    }

    /// Whether more is removed than secrets.
    pub(super) const fn remove_more(&self) -> bool {
        self.removed.is_some() || self.kept.is_some()
    }

    /// What holds for the whole record.
    pub(super) fn top(&self) -> At<'_> {
        At {
            removed: self.removed.as_ref(),
            readmitted: self.readmitted.as_ref(),
            kept: self.kept.as_ref().map_or(Kept::All, Kept::at),
        }
    }
}

/// What the rules say about one place and those below.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'r> {
    removed: Option<&'r Places>,
    readmitted: Option<&'r Places>,
    pub(super) kept: Kept<'r>,
}

/// How much of a value stays.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kept<'r> {
    /// All of it.
    All,
    /// What is at the places below.
    Below(&'r Places),
    /// Nothing.
    Nothing,
}

impl<'r> Kept<'r> {
    fn at(place: &'r Places) -> Self {
        if place.is_named() { Self::All } else { Self::Below(place) }
    }
}

impl<'r> At<'r> {
    /// What they say about a member.
    pub(super) fn below(self, name: Name<'_>) -> Self {
        if let Self { removed: None, readmitted: None, kept: Kept::All } = self {
            return self;
        }
        let said = name.said();
        let kept = match self.kept {
            Kept::Below(places) => places.below(&said).map_or(Kept::Nothing, Kept::at),
            kept => kept,
        };
        let below = |places: &'r Places| places.below(&said);
        Self { removed: self.removed.and_then(below), readmitted: self.readmitted.and_then(below), kept }
    }

    /// Whether the catalog removes what is here.
    pub(super) fn is_removed(self) -> bool {
        self.removed.is_some_and(Places::is_named)
    }

    /// Whether what is here is data, whatever its name.
    pub(super) fn is_readmitted(self) -> bool {
        self.readmitted.is_some_and(Places::is_named)
    }
}
