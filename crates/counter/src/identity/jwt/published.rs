//! The keys the host publishes: a JWK Set (RFC 7517, section 5).
//!
//! Fetched with the first token, after ten minutes, and where a token names a key that is not known; tried at most once
//! in thirty seconds, whoever asks. **A host that cannot be reached does not sign everybody out**: its known keys serve for
//! an hour.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use carryall_protocol::Timestamp;
use jsonwebtoken::Header;
use serde_json::Value;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tracing::warn;
use url::Url;

use super::super::fetch::{FetchError, Resource};
use super::super::{IdentityError, unavailable};
use super::key::Key;
use crate::clock::Clock;
use crate::config::ConfigError;

/// After how long the keys are fetched again.
const FRESH: Duration = Duration::from_secs(600);

/// How long known keys serve while the host does not answer.
const USABLE: Duration = Duration::from_secs(3600);

/// The least time between two tries.
const PAUSE: Duration = Duration::from_secs(30);

/// How many keys are kept at most.
const MAX_KEYS: usize = 32;

/// The keys published at one address.
pub(super) struct Published {
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
}

struct Shelf {
    resource: Resource,
    kept: Mutex<Kept>,
    fetching: Arc<AsyncMutex<()>>,
}

/// What was fetched, and when.
#[derive(Clone, Default)]
struct Kept {
    keys: Arc<[Key]>,
    fetched_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

impl Published {
    /// Those at this address; none is fetched yet.
    pub(super) fn at(url: &Url, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let resource = Resource::at(url, "identity.jwt.jwks_url")?;
        let shelf = Shelf { resource, kept: Mutex::default(), fetching: Arc::default() };
        Ok(Self { shelf: Arc::new(shelf), clock })
    }

    /// The keys a token with this header may be checked with.
    pub(super) async fn fitting(&self, header: &Header) -> Result<Vec<Key>, IdentityError> {
        let now = self.clock.now();
        let kept = self.shelf.kept().clone();
        let found = kept.fitting(header, now);
        if !found.is_empty() && within(kept.fetched_at, FRESH, now) {
            return Ok(found);
        }
        self.refresh(now, found.is_empty()).await;
        let kept = self.shelf.kept().clone();
        let found = kept.fitting(header, now);
        let told = within(kept.fetched_at, USABLE, now) && kept.fetched_at >= kept.tried_at;
        match found.is_empty() {
            false => Ok(found),
            true if told => Err(IdentityError::Unauthenticated),
            true => Err(unavailable("the host's keys are not known")),
        }
    }

    /// Fetches them, unless that was just tried. Whoever has keys to go on with does not wait for another's fetching.
    async fn refresh(&self, now: Timestamp, wait: bool) {
        let fetching = Arc::clone(&self.shelf.fetching);
        let turn = if wait { Some(fetching.lock_owned().await) } else { fetching.try_lock_owned().ok() };
        let paused = within(self.shelf.kept().tried_at, PAUSE, now);
        if let Some(turn) = turn.filter(|_| !paused) {
            // In a task of its own: a caller who goes away must neither undo the fetching nor repeat it.
            let _ = tokio::spawn(Arc::clone(&self.shelf).fetch(turn, now)).await;
        }
    }
}

impl Shelf {
    async fn fetch(self: Arc<Self>, turn: OwnedMutexGuard<()>, now: Timestamp) {
        let answer = self.resource.get(HeaderMap::new()).await;
        let mut kept = self.kept();
        kept.tried_at = Some(now);
        match answer.and_then(|answer| keys(&answer)) {
            Ok(keys) => (kept.keys, kept.fetched_at) = (keys, Some(now)),
            Err(error) => warn!(%error, "the host's keys cannot be fetched"),
        }
        drop(kept);
        drop(turn);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Whoever panicked left whole values behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn fitting(&self, header: &Header, now: Timestamp) -> Vec<Key> {
        let usable = within(self.fetched_at, USABLE, now);
        self.keys.iter().filter(|key| usable && key.fits(header)).cloned().collect()
    }
}

/// Whether a moment was, and less than so long ago. One in the future (the clock was set back) was not.
fn within(moment: Option<Timestamp>, span: Duration, now: Timestamp) -> bool {
    moment.is_some_and(|moment| moment <= now && now < moment.after(span))
}

fn keys(set: &Value) -> Result<Arc<[Key]>, FetchError> {
    let no_set = || FetchError::Failed("they are no JWK Set: expected an object with `keys`".to_owned());
    let keys = set.get("keys").and_then(Value::as_array).ok_or_else(no_set)?;
    Ok(keys.iter().filter_map(Key::from_jwk).take(MAX_KEYS).collect())
}
