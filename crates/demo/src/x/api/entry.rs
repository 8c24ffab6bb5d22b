//! What stands at a position of a list.

use std::ops::Range;
use std::time::Duration;

use carryall_protocol::Timestamp;

use super::beside::Beside;
use crate::json::Json;
use crate::x::dataset::{Dataset, Stream};
use crate::x::identity::Who;
use crate::x::message::{Event, Events};
use crate::x::post::{Place, Post};
use crate::x::style::Style;

/// Which list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row {
    /// The account's own posts, newest first: arrivals, then the dataset's.
    Posts {
        /// How many have arrived.
        arrivals: u64,
        /// When the first of them did.
        first: Timestamp,
    },
    /// The people on a created list.
    Members(u64),
    Events(Events),
    Of(Stream),
}

/// A list within the bounds asked for.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    pub(super) data: Dataset,
    pub(super) row: Row,
    pub(super) found: Range<u64>,
    pub(super) route: &'static str,
}

/// One record with the facts that several parts of the answer share.
pub(super) enum Entry {
    Post(Post),
    Person(Who),
    List(Stream, u64),
    Event(Event),
    Plain(Stream, u64),
}

impl Row {
    /// When the post at this position was written.
    pub(super) fn written_at(self, data: &Dataset, position: u64) -> Timestamp {
        match self.place(position) {
            Place::Arrival(_, moment) => moment,
            Place::Own(index) => data.newest_first(Stream::Tweets, index),
            _ => Timestamp::default(),
        }
    }

    fn place(self, position: u64) -> Place {
        let Self::Posts { arrivals, first } = self else { return Place::Own(position) };
        match arrivals.checked_sub(position + 1) {
            Some(arrival) => Place::Arrival(arrival, first.after(Duration::from_secs(arrival))),
            None => Place::Own(position - arrivals),
        }
    }

    fn at(self, data: &Dataset, position: u64) -> Entry {
        match self {
            Self::Posts { .. } => Entry::Post(data.post(self.place(position))),
            Self::Members(list) => Entry::Person(data.member_at(list, position)),
            Self::Events(events) => Entry::Event(data.event(events, position)),
            Self::Of(Stream::Likes) => Entry::Post(data.post(Place::Liked(position))),
            Self::Of(Stream::Bookmarks) => Entry::Post(data.post(Place::Bookmarked(position))),
            Self::Of(stream @ (Stream::Followers | Stream::Following | Stream::Blocks | Stream::Mutes)) => {
                Entry::Person(data.person_at(stream, position))
            }
            Self::Of(stream @ (Stream::ListsCreated | Stream::ListsSubscribed | Stream::ListsMember)) => {
                Entry::List(stream, position)
            }
            Self::Of(stream) => Entry::Plain(stream, position),
        }
    }
}

impl Entries {
    /// How many there are.
    pub(super) const fn total(&self) -> u64 {
        self.found.end - self.found.start
    }

    /// Those from a position on, `size` at most.
    pub(super) fn slice(&self, position: u64, size: u64) -> Vec<Entry> {
        let first = self.found.start + position.min(self.total());
        (first..self.found.end.min(first + size)).map(|position| self.row.at(&self.data, position)).collect()
    }
}

impl Entry {
    /// Writes its members.
    pub(super) fn write(&self, data: &Dataset, style: &Style<'_>, json: &mut Json) {
        match self {
            Self::Post(post) => data.write_post(post, style, json),
            Self::Person(who) => data.write_user(*who, style, json),
            Self::List(stream, index) => data.write_list(*stream, *index, style, json),
            Self::Event(event) => data.write_event(event, style, json),
            Self::Plain(stream, index) => data.write(*stream, *index, style, json),
        }
    }

    /// Names what may lie beside it.
    pub(super) fn name(&self, data: &Dataset, beside: &mut Beside<'_>) {
        match self {
            Self::Post(post) => {
                beside.person(post.author, "author_id");
                post.reference.iter().for_each(|reference| beside.post(data, reference));
                post.media.iter().for_each(|medium| beside.medium(medium));
            }
            Self::List(stream, index) => beside.person(data.list_owner(*stream, *index), "owner_id"),
            Self::Event(event) => {
                beside.person(event.sender, "sender_id");
                event.media.iter().for_each(|medium| beside.medium(medium));
            }
            Self::Person(_) | Self::Plain(..) => {}
        }
    }

    /// What its secrets depend on.
    pub(super) const fn secret_seed(&self) -> u64 {
        if let Self::Plain(stream, index) = self { *index + ((*stream as u64) << 32) } else { 0 }
    }
}
