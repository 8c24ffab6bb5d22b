//! What a host answers to one request. How its body becomes records is the business of [`carryall_records::page`].

use thiserror::Error;

pub use carryall_records::page::{PageError, Record, Slices, slice};

/// What the host answered to one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Retry-After`, where it could be read.
    pub retry_after: Option<String>,
    /// The body as received, at most [`PAGE_BYTES`](crate::limits::PAGE_BYTES).
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The connection could not be made, or broke.
    #[error("the connection failed")]
    Connection,
    /// The body passed the limit while it streamed; the rest was not read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The page could not provide credentials.
    #[error("the page could not provide credentials")]
    Unauthorized,
    /// The address lies outside what the page allows.
    #[error("the address is not one this page allows")]
    Forbidden,
}

impl FetchError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connection => "connection_failed",
            Self::TooLarge { .. } => "page_too_large",
            Self::Unauthorized => "session_ended",
            Self::Forbidden => "address_not_allowed",
        }
    }
}
