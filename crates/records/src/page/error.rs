//! Why a body is no page.

use thiserror::Error;

use crate::json::NotJson;
use crate::limits::PAGE_RECORDS;

/// Why a body is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PageError {
    /// The body is not UTF-8.
    #[error("the answer is not UTF-8")]
    NotUtf8,
    /// The body is not JSON, or ends early.
    #[error("the answer is not JSON")]
    NotJson,
    /// There is nothing at the records' place.
    #[error("the answer has no records where the catalog says")]
    RecordsMissing,
    /// What is there is no array.
    #[error("what the catalog calls records is not an array")]
    RecordsNotArray,
    /// There are errors where the records should be.
    #[error("the answer tells of errors and has no records")]
    HostErrors,
    /// There are more records than one page may have.
    #[error("the answer has more than {PAGE_RECORDS} records")]
    TooManyRecords,
}

impl PageError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "page_not_utf8",
            Self::NotJson => "page_not_json",
            Self::RecordsMissing => "records_missing",
            Self::RecordsNotArray => "records_not_array",
            Self::HostErrors => "host_errors",
            Self::TooManyRecords => "too_many_records",
        }
    }
}

impl From<NotJson> for PageError {
    fn from(_: NotJson) -> Self {
        Self::NotJson
    }
}
