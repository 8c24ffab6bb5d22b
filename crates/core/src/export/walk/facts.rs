//! What is known of a page once its records were read, and of a list once its host has claimed something.

use crate::export::clue::Clue;

/// What was found on a page that was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Records on the page.
    pub(crate) records: u64,
    /// Records that were not on the page before.
    pub(crate) further: u64,
    /// Records among them that had not been seen in the walk.
    pub(crate) fresh: u64,
    /// What the page says beside its records.
    pub(crate) clue: Clue,
    /// Every record lies before the range of time that was chosen.
    pub(crate) is_past_range: bool,
}

/// What the pages claimed about the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claims {
    /// By the first page.
    pub(crate) first: u64,
    /// By the last one.
    pub(crate) last: u64,
}

/// What becomes of a page, as its records' fingerprints tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its records are taken.
    Takes,
    /// Other pages come first; nothing of it may be written.
    Later,
    /// The host repeats itself, and nothing tells the records from those before; nothing of it may be written.
    Again,
}
