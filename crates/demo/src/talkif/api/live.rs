//! What changes while the host runs: calls arrive, a contact vanishes. Everything else is the dataset.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use carryall_protocol::Timestamp;

use super::Api;
use crate::host::{Deletion, Options};
use crate::problem::Problem;
use crate::session::{Caller, now};
use crate::talkif::call::CallFacts;
use crate::talkif::dataset::{Dataset, Stream};
use crate::talkif::{PRACTICE, READ_AND_DELETED, RIVAL};

/// How far ahead of the server's start arrivals are dated. An export is bounded by the moment it began: dated like this,
/// an arrival is newer than any export's beginning on the day the server runs, also than a second export's, so the
/// truth stays the truth. Nobody who freezes their end sees one; everybody else does.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// The host's state, and its manners.
pub(super) struct Live {
    accounts: [Arc<Changes>; 2],
    datasets: [Dataset; 2],
    started: Timestamp,
    pub(super) page_limit: u64,
    pub(super) deletion: Deletion,
    pub(super) recording_lifetime: Duration,
}

/// What has happened to one account.
#[derive(Default)]
struct Changes {
    arrivals: AtomicU64,
    deleted: OnceLock<u64>,
}

impl Live {
    /// Nothing has happened yet.
    pub(super) fn new(options: &Options) -> Self {
        let dataset =
            |account| Dataset::new(options.seed, account, options.size).with_texts(options.texts).with_media(options.media);
        let Options { page_limit, deletion, recording_lifetime, .. } = *options;
        let datasets = [dataset(PRACTICE), dataset(RIVAL)];
        Self { accounts: Default::default(), datasets, started: now(), page_limit, deletion, recording_lifetime }
    }
}

/// The caller's own account: for handlers to take as an argument, so that none can reach another's.
pub(super) struct Account {
    pub(super) data: Dataset,
    changes: Arc<Changes>,
    started: Timestamp,
}

impl FromRequestParts<Api> for Account {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, api).await?;
        let number = usize::try_from(caller.person.account.number).unwrap_or_default();
        let (data, changes) = (api.live.datasets[number], Arc::clone(&api.live.accounts[number]));
        Ok(Self { data, changes, started: api.live.started })
    }
}

impl Account {
    /// A call arrives; then all calls, newest first.
    pub(super) fn calls(&self) -> Calls {
        let arrivals = self.changes.arrivals.fetch_add(1, Ordering::Relaxed) + 1;
        Calls { data: self.data, arrivals, first_arrival: self.started.after(AHEAD) }
    }

    /// The contacts as somebody sees them who asks for those from `offset` on. The first who asks for more than a first
    /// page makes one vanish.
    pub(super) fn contacts(&self, offset: u64, deletion: Deletion) -> Contacts {
        let all = self.data.count(Stream::Contacts);
        let victim = match deletion {
            Deletion::None => None,
            Deletion::Read => Some(READ_AND_DELETED.min(offset.saturating_sub(1))),
            Deletion::Unread => Some(all - 1),
        };
        if let Some(victim) = victim.filter(|_| offset > 0) {
            self.changes.deleted.get_or_init(|| victim);
        }
        let deleted = self.changes.deleted.get().copied();
        Contacts { total: all - u64::from(deleted.is_some()), deleted }
    }
}

/// Contacts, perhaps less one.
pub(super) struct Contacts {
    pub(super) total: u64,
    deleted: Option<u64>,
}

impl Contacts {
    /// Which contact stands at this position now.
    pub(super) fn index(&self, position: u64) -> u64 {
        position + u64::from(self.deleted.is_some_and(|deleted| position >= deleted))
    }
}

/// Calls, newest first: arrivals, then the dataset's.
pub(super) struct Calls {
    data: Dataset,
    arrivals: u64,
    first_arrival: Timestamp,
}

impl Calls {
    pub(super) fn total(&self) -> u64 {
        self.arrivals + self.data.count(Stream::Calls)
    }

    /// The call at this position.
    pub(super) fn at(&self, position: u64) -> CallFacts {
        match self.arrivals.checked_sub(position + 1) {
            Some(arrival) => self.data.arrival_facts(arrival, self.first_arrival.after(Duration::from_secs(arrival))),
            None => self.data.call_facts(position - self.arrivals),
        }
    }
}
