//! The ends of an export that leave no archive.

use thiserror::Error;

/// Why an export cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExportError {
    /// The person cancelled it.
    #[error("the export was cancelled")]
    Cancelled,
    /// The host refuses the person's credentials, fresh ones too.
    #[error("the session has ended; sign in again and continue the export")]
    SessionEnded,
    /// Not one page could be read.
    #[error("nothing could be read; check the connection and try again")]
    NothingReceived,
}

impl ExportError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::SessionEnded => "session_ended",
            Self::NothingReceived => "nothing_received",
        }
    }
}
