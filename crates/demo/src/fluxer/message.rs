//! What is known of a message before its text is written: the facts that history, search, mentions, pins and saved messages
//! must agree on.

use std::borrow::Cow;
use std::time::Duration;

use carryall_protocol::Timestamp;

use super::dataset::Dataset;
use super::pattern::{BLOCK, Kind, Slot};
use super::snowflake::Snowflake;
use crate::newest_first::first_not;
use crate::random::Random;

/// The facts of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message {
    /// What its text is drawn from.
    pub(super) number: u64,
    pub(crate) id: Snowflake,
    /// The talkative channel.
    pub(super) channel: u64,
    pub(super) kind: Kind,
    /// Who wrote it, where it is not the account.
    pub(super) author: u64,
    /// The message it answers, in the same channel.
    pub(super) answers: Option<Snowflake>,
    pub(super) is_pinned: bool,
}

/// A pinned message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(super) message: Message,
    pub(crate) pinned_at: Timestamp,
}

/// Pins that a page holds at most; where it ends three pins have the same moment.
pub(crate) const PINS_PER_PAGE: u64 = 50;

/// Messages that arrive while the host runs have numbers beyond all others.
const FIRST_ARRIVAL: u64 = 1 << 40;

impl Message {
    /// Its message is gone: the search finds it, nobody can read it.
    pub(crate) fn is_gone(&self) -> bool {
        self.kind == Kind::Gone
    }
}

impl Dataset {
    /// The message at this position of the row.
    pub(super) fn message(&self, position: u64) -> Option<Message> {
        let Slot { channel, place, kind, author } = *self.pattern.slot(position)?;
        let in_channel = position / BLOCK * self.pattern.channel(channel).len() as u64 + place;
        let answers = self.random_of(position).one_in(4).then(|| self.older(channel, in_channel, position)).flatten();
        let is_pinned = kind != Kind::Gone && self.pin_of(channel, in_channel).is_some();
        Some(Message { number: position, id: self.message_id(position), channel, kind, author, answers, is_pinned })
    }

    /// A message that arrived while the host ran: every other one is the account's own, the rest mention it. All of them
    /// stand in the first channel.
    pub(crate) fn arrival(&self, arrival: u64, first: Timestamp) -> Message {
        let kind = if arrival.is_multiple_of(2) { Kind::Own } else { Kind::Mention };
        let id = Snowflake::at(first.after(Duration::from_secs(arrival)), self.account.number << 4);
        Message { number: FIRST_ARRIVAL + arrival, id, channel: 0, kind, author: arrival % 7, answers: None, is_pinned: false }
    }

    /// The id of the message at this position of the row; the lowest 4 bits are free for what belongs to it.
    fn message_id(&self, position: u64) -> Snowflake {
        let low = (self.random_of(position).next() << 5) | (self.account.number << 4);
        Snowflake::at(self.message_moment(position), low)
    }

    fn random_of(&self, position: u64) -> Random {
        Random::at(&[self.seed, self.account.number, BLOCK, position])
    }

    /// A message of the channel, up to four before this one.
    fn older(&self, channel: u64, in_channel: u64, position: u64) -> Option<Snowflake> {
        let run = self.history(channel);
        let older = in_channel + 1 + position % 4;
        (older < run.len()).then(|| self.message_id(run.position(older)))
    }

    /// All messages of a channel.
    pub(super) fn history(&self, channel: u64) -> Run<'_> {
        Run { data: self, places: Cow::Borrowed(self.pattern.channel(channel)) }
    }

    /// What the search finds that fits, with what is gone meanwhile.
    pub(crate) fn hits(&self, fits: impl Fn(Hit) -> bool) -> Run<'_> {
        let hit = |slot: &Slot| Hit {
            channel: slot.channel,
            author: if matches!(slot.kind, Kind::Own | Kind::Gone) { None } else { Some(slot.author) },
        };
        let places = self.pattern.places(|slot| self.is_readable(slot.channel) && fits(hit(slot)));
        Run { data: self, places: Cow::Owned(places) }
    }

    /// Messages that mention the account.
    pub(super) fn mentions(&self) -> Run<'_> {
        Run { data: self, places: Cow::Owned(self.pattern.places(|slot| slot.kind == Kind::Mention)) }
    }

    /// How many messages of the channel are pinned.
    pub(crate) fn pins(&self, channel: u64) -> u64 {
        let wished = match self.guild_channel(channel) {
            Some(of) if of.position == 1 => self.counts.pins,
            _ => channel % 5,
        };
        wished.min(self.history(channel).len())
    }

    /// Pins lie evenly over the channel's messages.
    fn pin_stride(&self, channel: u64) -> u64 {
        self.history(channel).len() / self.pins(channel).max(1)
    }

    /// Which pin the channel's message at this place is.
    fn pin_of(&self, channel: u64, in_channel: u64) -> Option<u64> {
        let stride = self.pin_stride(channel);
        let pin = in_channel.checked_div(stride)?;
        (in_channel.is_multiple_of(stride) && pin < self.pins(channel)).then_some(pin)
    }

    /// A pin of the channel, the last pinned first. The last one of a page and the next two were pinned at the same moment.
    pub(crate) fn pin(&self, channel: u64, pin: u64) -> Option<Pin> {
        let message = self.message(self.history(channel).position(pin * self.pin_stride(channel)))?;
        let tied = if pin >= PINS_PER_PAGE { pin - (pin % PINS_PER_PAGE + 1) * u64::from(pin % PINS_PER_PAGE < 2) } else { pin };
        let pinned = self.message_moment(self.history(channel).position(tied * self.pin_stride(channel)));
        Some(Pin { message, pinned_at: pinned.after(Duration::from_secs(3_600)) })
    }
}

/// What is looked at to tell whether the search finds a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// The talkative channel.
    pub(crate) channel: u64,
    /// Who wrote it, where it was not the account.
    pub(crate) author: Option<u64>,
}

/// Messages of one sort, newest first: the same places of every block.
pub(crate) struct Run<'a> {
    data: &'a Dataset,
    places: Cow<'a, [u64]>,
}

impl Run<'_> {
    pub(crate) fn len(&self) -> u64 {
        self.places.len() as u64 * self.data.counts.blocks
    }

    /// Where in the row the message at this index lies.
    fn position(&self, index: u64) -> u64 {
        let length = self.places.len() as u64;
        let place = usize::try_from(index % length.max(1)).unwrap_or_default();
        index.checked_div(length).unwrap_or_default() * BLOCK + self.places.get(place).copied().unwrap_or_default()
    }

    /// The message at this index.
    pub(crate) fn at(&self, index: u64) -> Option<Message> {
        (index < self.len()).then(|| self.data.message(self.position(index))).flatten()
    }

    /// The index of the newest message that is older than the one with this id.
    pub(crate) fn first_below(&self, id: Snowflake) -> u64 {
        first_not(self.len(), |index| self.data.message_id(self.position(index)) >= id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fluxer::OWNER;
    use crate::system::Size;

    fn data() -> Dataset {
        Dataset::new(7, OWNER, Size::Small)
    }

    #[test]
    fn ids_fall_strictly_and_have_18_digits_and_19() {
        let data = data();
        let ids: Vec<_> = (0..data.all_messages()).map(|position| data.message(position).unwrap().id).collect();
        assert!(ids.is_sorted_by(|newer, older| newer > older));
        let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        assert!(!texts.is_sorted_by(|newer, older| newer > older), "as texts they have another order");
        assert!(texts.iter().any(|text| text.len() == 18) && texts.iter().any(|text| text.len() == 19));
    }

    #[test]
    fn a_message_is_the_same_in_every_list_that_holds_it() {
        let data = data();
        let mut seen = 0;
        for channel in 0..data.talkative() {
            let run = data.history(channel);
            for index in 0..run.len() {
                let message = run.at(index).unwrap();
                assert_eq!((message.channel, message.is_gone()), (channel, false));
                assert_eq!(run.first_below(message.id), index + 1);
                seen += 1;
            }
        }
        let gone = data.pattern.places(|slot| slot.kind == Kind::Gone).len() as u64 * data.counts.blocks;
        assert_eq!(seen + gone, data.all_messages());
        let mentions = data.mentions();
        assert!((0..mentions.len()).all(|index| data.is_readable(mentions.at(index).unwrap().channel)));
    }

    #[test]
    fn whole_pages_of_hits_are_gone() {
        let hits = data();
        let hits = hits.hits(|hit| hit.author.is_none());
        let pages: Vec<bool> =
            (0..hits.len() / 25).map(|page| (0..25).all(|at| hits.at(page * 25 + at).unwrap().is_gone())).collect();
        assert!(pages.contains(&true) && !pages.ends_with(&[true]));
    }

    #[test]
    fn three_pins_share_their_moment_where_a_page_ends() {
        let data = data();
        assert!(data.pins(0) > 2 * PINS_PER_PAGE, "{}", data.pins(0));
        let pins: Vec<_> = (0..data.pins(0)).map(|pin| data.pin(0, pin).unwrap()).collect();
        assert!(pins.is_sorted_by(|newer, older| newer.pinned_at >= older.pinned_at));
        let ties: Vec<_> = (1..pins.len()).filter(|at| pins[*at].pinned_at == pins[at - 1].pinned_at).collect();
        assert_eq!(ties, [50, 51, 100, 101]);
        assert!(pins.iter().all(|pin| pin.message.is_pinned && pin.message.id.moment() < pin.pinned_at));
    }
}
