//! Facts of what happens in conversations: messages, and people who come to groups and leave them.
//!
//! All events are one row, newest first; every 25th is a change of a group. **The same kind can be asked for alone**, so
//! the place of an event among its kind and among all lead to each other.

use carryall_protocol::Timestamp;

use super::dataset::{Dataset, EVENTS_PER_CHANGE, Stream, some_moment};
use super::identity::{Who, snowflake};
use super::media::Medium;
use super::post::link;
use super::style::Link;
use crate::random::Random;

/// Which events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Events {
    All,
    Messages,
    Changes,
}

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) id: u64,
    pub(super) kind: &'static str,
    pub(super) conversation: String,
    pub(super) sender: Who,
    pub(super) sent_at: Timestamp,
    pub(super) said: &'static str,
    pub(super) link: Option<Link>,
    pub(super) media: Vec<Medium>,
    /// Who came or left.
    pub(super) participant: Option<Who>,
}

const CONVERSATIONS: u64 = 24;

impl Dataset {
    /// How many events of the kind the API hands out.
    pub(super) fn event_count(&self, events: Events) -> u64 {
        let (messages, changes) = (self.count(Stream::DirectMessages), self.count(Stream::GroupChanges));
        match events {
            Events::All => messages + changes,
            Events::Messages => messages,
            Events::Changes => changes,
        }
    }

    /// The event at this place among those of its kind.
    pub(super) fn event(&self, events: Events, place: u64) -> Event {
        let messages = EVENTS_PER_CHANGE - 1;
        let index = match events {
            Events::All => place,
            Events::Messages => place + place / messages,
            Events::Changes => place * EVENTS_PER_CHANGE + messages,
        };
        let sent_at = self.newest_first(Stream::DirectMessages, index);
        let mut random = Random::at(&[self.random(Stream::DirectMessages, index).next()]);
        let id = snowflake(sent_at, self.account.number << 8 | 0xd);
        if index % EVENTS_PER_CHANGE == messages {
            self.change(id, sent_at, &mut random)
        } else {
            self.message(id, sent_at, &mut random)
        }
    }

    fn message(&self, id: u64, sent_at: Timestamp, random: &mut Random) -> Event {
        let conversation = random.below(CONVERSATIONS);
        let peer =
            if is_group(conversation) { self.acquaintance(random.below(40) * 2) } else { self.acquaintance(conversation * 2) };
        Event {
            id,
            kind: "MessageCreate",
            conversation: self.conversation_id(conversation),
            sender: if random.one_in(2) { Who::Owner } else { peer },
            sent_at,
            said: self.texts.said(random),
            link: random.one_in(5).then(|| link(id, random)),
            media: if random.one_in(9) { self.media_at(id, random) } else { Vec::new() },
            participant: None,
        }
    }

    fn change(&self, id: u64, sent_at: Timestamp, random: &mut Random) -> Event {
        Event {
            id,
            kind: random.pick(&["ParticipantsJoin", "ParticipantsLeave"]),
            conversation: self.conversation_id(random.below(CONVERSATIONS / 4) * 4 + 3),
            sender: self.acquaintance(random.below(40) * 2),
            sent_at,
            said: "",
            link: None,
            media: Vec::new(),
            participant: Some(self.acquaintance(random.below(40) * 2)),
        }
    }

    /// A group has an id of its own; a conversation of two is named for both, the smaller id first.
    fn conversation_id(&self, conversation: u64) -> String {
        if is_group(conversation) {
            let mut random = Random::at(&[self.seed, self.account.number, conversation]);
            return snowflake(some_moment(&mut random), conversation).to_string();
        }
        let mut ids = [self.id_of(Who::Owner), self.id_of(self.acquaintance(conversation * 2))];
        ids.sort_unstable_by_key(|id| (id.len(), id.clone()));
        ids.join("-")
    }
}

const fn is_group(conversation: u64) -> bool {
    conversation % 4 == 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Size;
    use crate::x::CAFE;

    #[test]
    fn messages_and_changes_together_are_all_events() {
        let data = Dataset::new(7, CAFE, Size::Small);
        let ids = |events| (0..data.event_count(events)).map(|place| data.event(events, place).id).collect::<Vec<_>>();
        let mut both = [ids(Events::Messages), ids(Events::Changes)].concat();
        both.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(both, ids(Events::All));
        let kinds = |events| (0..data.event_count(events)).map(|place| data.event(events, place).kind).collect::<Vec<_>>();
        assert!(kinds(Events::Messages).iter().all(|kind| *kind == "MessageCreate"));
        assert!(kinds(Events::Changes).iter().all(|kind| kind.starts_with("Participants")));
    }
}
