//! What every walk of a stream goes by.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Paginator, Stream};

use crate::address::Home;

/// What every walk of a stream goes by.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) paginator: Paginator,
    /// Records are told apart by a key of theirs.
    pub(crate) has_key: bool,
    pub(crate) home: Home,
    /// The end of what time windows ask for.
    pub(crate) until: Timestamp,
    /// The beginning of it, where the person chose one.
    pub(crate) since: Option<Timestamp>,
}

impl Rules {
    pub(crate) fn of(stream: &Stream, home: Home, until: Timestamp, since: Option<Timestamp>) -> Self {
        Self { paginator: stream.paginator.clone(), has_key: stream.primary_key.is_some(), home, until, since }
    }
}
