//! What changes while the host runs: messages arrive, and the search has to index first. Everything else is the dataset.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use carryall_protocol::Timestamp;

use crate::fluxer::dataset::Dataset;
use crate::fluxer::message::{Message, Run};
use crate::fluxer::snowflake::Snowflake;
use crate::fluxer::{OWNER, RIVAL};
use crate::host::{Options, Search};
use crate::newest_first::first_not;
use crate::session::{Caller, now};

/// How far ahead of the server's start arrivals are dated. An export is bounded by the moment it began: dated like this, an
/// arrival is newer than any export's beginning on the day the server runs, also than a second export's, so the truth stays
/// the truth. Nobody who freezes their end sees one; everybody else does.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// Searches that an account makes before its messages are indexed.
const SEARCHES_WHILE_INDEXING: u64 = 2;

/// The host's state.
pub(super) struct Live {
    worlds: [Dataset; 2],
    pub(super) search: Search,
    changes: [Arc<Changes>; 2],
    started: Timestamp,
}

/// What has happened to one account.
#[derive(Default)]
struct Changes {
    arrivals: AtomicU64,
    searches: AtomicU64,
}

impl Live {
    /// Nothing has happened yet.
    pub(super) fn new(options: &Options) -> Self {
        let world =
            |account| Dataset::new(options.seed, account, options.size).with_texts(options.texts).with_media(options.media);
        let worlds = [world(OWNER), world(RIVAL)];
        Self { worlds, search: options.search, changes: Default::default(), started: now() }
    }
}

/// The caller's own account: for handlers to take as an argument, so that none can reach another's.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) data: Dataset,
    changes: Arc<Changes>,
    first_arrival: Timestamp,
}

/// Which of the arrivals a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrivals {
    /// None of them.
    None,
    /// All of them.
    All,
    /// The account's own.
    Own,
    /// Those that mention it.
    Mentions,
}

impl Account {
    pub(super) fn of(live: &Live, caller: &Caller) -> Self {
        let number = usize::from(caller.person.account.number != 0);
        let (data, changes) = (live.worlds[number].clone(), Arc::clone(&live.changes[number]));
        Self { data, changes, first_arrival: live.started.after(AHEAD) }
    }

    /// Whether the search can answer by now.
    pub(super) fn is_indexed(&self) -> bool {
        self.changes.searches.fetch_add(1, Ordering::Relaxed) >= SEARCHES_WHILE_INDEXING
    }

    /// A message arrives: the next who asks will see it.
    pub(super) fn message_arrives(&self) {
        self.changes.arrivals.fetch_add(1, Ordering::Relaxed);
    }

    /// These messages, and before them the arrivals of this sort.
    pub(super) fn thread<'a>(&'a self, run: Run<'a>, arrivals: Arrivals) -> Thread<'a> {
        let all = self.changes.arrivals.load(Ordering::Relaxed);
        let new = match arrivals {
            Arrivals::None => 0,
            Arrivals::All => all,
            Arrivals::Own => all.div_ceil(2),
            Arrivals::Mentions => all / 2,
        };
        Thread { account: self, run, arrivals, new }
    }
}

/// Messages, newest first: arrivals, then the dataset's.
pub(super) struct Thread<'a> {
    account: &'a Account,
    run: Run<'a>,
    arrivals: Arrivals,
    new: u64,
}

impl Thread<'_> {
    pub(super) fn len(&self) -> u64 {
        self.new + self.run.len()
    }

    /// The message at this position.
    pub(super) fn at(&self, position: u64) -> Option<Message> {
        match self.new.checked_sub(position + 1) {
            Some(place) => Some(self.arrival(place)),
            None => self.run.at(position - self.new),
        }
    }

    fn arrival(&self, place: u64) -> Message {
        let arrival = match self.arrivals {
            Arrivals::None | Arrivals::All => place,
            Arrivals::Own => place * 2,
            Arrivals::Mentions => place * 2 + 1,
        };
        self.account.data.arrival(arrival, self.account.first_arrival)
    }

    /// The position of the newest message that is older than the one with this id.
    pub(super) fn first_below(&self, id: Snowflake) -> u64 {
        let new = first_not(self.new, |position| self.arrival(self.new - 1 - position).id >= id);
        if new < self.new { new } else { self.new + self.run.first_below(id) }
    }

    /// How many are newer than the one with this id.
    pub(super) fn above(&self, id: Snowflake) -> u64 {
        self.first_below(id.plus(1))
    }
}
