//! What a host does beside answering.

/// One misbehaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// None.
    Honest,
    /// Pages come short while more remain.
    Short,
    /// Pages in the middle are empty, and name the next one.
    Empty,
    /// Pages in the middle have no place for records at all.
    NoData,
    /// There are very many empty pages in the middle.
    LongEmpty,
    /// Never more than seven records on a page, whatever is asked.
    Clamped,
    /// The last page comes again for ever.
    Repeats,
    /// After the end come empty pages for ever, each of which names another.
    Endless,
    /// From the middle on, a page names itself as the next one.
    SameToken,
    /// From the middle on, a page names the second one as the next.
    OldToken,
    /// The same, and the page that does so is empty.
    OldTokenOnEmpty,
    /// The total is too high.
    TotalHigh,
    /// The total is too low, as a page shows.
    TotalLow,
    /// The total is too high, and the last page comes again for ever.
    TotalHighRepeats,
    /// The total is null.
    TotalNull,
    /// The total is another one on each page.
    TotalWavers,
    /// Some records are gone: counted, and not handed out.
    Ghosts,
    /// So are all records of some pages in the middle.
    Hollow,
    /// New records come in front while the list is read.
    Inserts,
    /// Old records are deleted while the list is read.
    Deletes,
    /// Pages after the last one are refused.
    Refuses,
    /// Errors stand beside the data of some pages.
    Errors,
}

impl Mood {
    pub(crate) const ALL: [Self; 22] = [
        Self::Honest,
        Self::Short,
        Self::Empty,
        Self::NoData,
        Self::LongEmpty,
        Self::Clamped,
        Self::Repeats,
        Self::Endless,
        Self::SameToken,
        Self::OldToken,
        Self::OldTokenOnEmpty,
        Self::TotalHigh,
        Self::TotalLow,
        Self::TotalHighRepeats,
        Self::TotalNull,
        Self::TotalWavers,
        Self::Ghosts,
        Self::Hollow,
        Self::Inserts,
        Self::Deletes,
        Self::Refuses,
        Self::Errors,
    ];

    /// Whether the list itself changes while it is read: what is read then depends on when.
    pub(crate) const fn is_restless(self) -> bool {
        matches!(self, Self::Inserts | Self::Deletes)
    }
}
