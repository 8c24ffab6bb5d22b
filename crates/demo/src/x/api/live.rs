//! What changes while the host runs: posts arrive, and windows are used up. Everything else is the dataset.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use carryall_protocol::Timestamp;

use super::Api;
use super::asked::Asked;
use super::entry::{Entries, Row};
use super::limits::Windows;
use super::refusal::Refusal;
use super::resources::Resource;
use crate::host::Options;
use crate::newest_first::between;
use crate::session::{Caller, now};
use crate::x::dataset::{Dataset, Stream};
use crate::x::{CAFE, RIVAL};

/// How far ahead of the server's start arrivals are dated: later than the beginning of any export on the day the server
/// runs. Nobody who freezes their end sees one; everybody else does.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a window is on X.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The host's state, and its manners.
pub(super) struct Live {
    arrivals: [Arc<AtomicU64>; 2],
    datasets: [Dataset; 2],
    started: Timestamp,
    page_limit: u64,
    pub(super) windows: Windows,
}

impl Live {
    /// Nothing has happened yet.
    pub(super) fn new(options: &Options) -> Self {
        let dataset =
            |account| Dataset::new(options.seed, account, options.size).with_texts(options.texts).with_media(options.media);
        Self {
            arrivals: Default::default(),
            datasets: [dataset(CAFE), dataset(RIVAL)],
            started: now(),
            page_limit: options.page_limit,
            windows: Windows::new(options.limit_window.unwrap_or(WINDOW), options.faults),
        }
    }
}

/// The caller's own account: for handlers to take as an argument, so that none can reach another's.
pub(super) struct Account {
    pub(super) data: Dataset,
    pub(super) page_limit: u64,
    arrivals: Arc<AtomicU64>,
    started: Timestamp,
}

impl FromRequestParts<Api> for Account {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, api).await?;
        let number = usize::try_from(caller.person.account.number).unwrap_or_default();
        let (data, arrivals) = (api.live.datasets[number], Arc::clone(&api.live.arrivals[number]));
        Ok(Self { data, page_limit: api.live.page_limit, arrivals, started: api.live.started })
    }
}

impl Account {
    /// What the resource lists, within the moments asked for. A post arrives first, where posts are listed.
    pub(super) fn entries(&self, resource: &'static Resource, list: u64, asked: &Asked) -> Entries {
        let data = self.data;
        let (row, found) = match resource.stream {
            Stream::Tweets => {
                let arrivals = self.arrivals.fetch_add(1, Ordering::Relaxed) + 1;
                let row = Row::Posts { arrivals, first: self.started.after(AHEAD) };
                let all = arrivals + data.count(Stream::Tweets);
                (row, between(all, |position| row.written_at(&data, position), asked.moments()))
            }
            Stream::ListMembers => (Row::Members(list), 0..data.members(list)),
            Stream::DirectMessages => (Row::Events(asked.events), 0..data.event_count(asked.events)),
            stream => (Row::Of(stream), 0..data.count(stream)),
        };
        Entries { data, row, found, route: resource.route }
    }
}
