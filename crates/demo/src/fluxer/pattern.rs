//! Which message lies where. All messages of a world are one row, newest first, made of blocks of a thousand that are all
//! cut to the same pattern: each place of a block says in which channel the message stands and who wrote it.
//!
//! **So every list is an arithmetic one**: the n-th message of a channel, of somebody's own, of the mentions is found
//! without counting the others.

use crate::random::Random;

/// Messages of a block.
pub(super) const BLOCK: u64 = 1_000;

/// Places of a block where hits of the search stand whose message is gone, one behind the other: more than two pages.
const GONE_RUN: std::ops::Range<u64> = 300..352;

/// What a place of a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A message of the account's own.
    Own,
    /// One that was deleted; the search does not know it yet.
    Gone,
    /// One that mentions the account.
    Mention,
    /// Anything else.
    Other,
}

/// A place of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The talkative channel.
    pub(super) channel: u64,
    /// Its place among the block's messages of that channel.
    pub(super) place: u64,
    pub(super) kind: Kind,
    /// Who wrote it, where it is not the account.
    pub(super) author: u64,
}

/// A block's places, and those of each channel.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    slots: Vec<Slot>,
    /// By talkative channel: the places of its messages, in order. Those that are gone are not among them.
    channels: Vec<Vec<u64>>,
}

impl Pattern {
    /// Draws a pattern over this many channels, of which some are readable, with this many authors.
    pub(super) fn draw(random: &mut Random, channels: u64, authors: u64, is_readable: impl Fn(u64) -> bool) -> Self {
        let mut pattern = Self { slots: Vec::new(), channels: (0..channels).map(|_| Vec::new()).collect() };
        for at in 0..BLOCK {
            // The smaller of two draws: the first channels are the busy ones.
            let drawn = random.below(channels).min(random.below(channels));
            let kind = if GONE_RUN.contains(&at) { Kind::Gone } else { kind(random) };
            let hidden = matches!(kind, Kind::Gone | Kind::Mention) && !is_readable(drawn);
            pattern.push(if hidden { 0 } else { drawn }, kind, random.below(authors));
        }
        pattern
    }

    fn push(&mut self, channel: u64, kind: Kind, author: u64) {
        let at = self.slots.len() as u64;
        let mut place = 0;
        if let Some(places) = self.channels.get_mut(index(channel)).filter(|_| kind != Kind::Gone) {
            place = places.len() as u64;
            places.push(at);
        }
        self.slots.push(Slot { channel, place, kind, author });
    }

    /// The places of a channel's messages.
    pub(super) fn channel(&self, channel: u64) -> &[u64] {
        self.channels.get(index(channel)).map_or(&[], Vec::as_slice)
    }

    /// The places that fit.
    pub(super) fn places(&self, fits: impl Fn(&Slot) -> bool) -> Vec<u64> {
        (0..).zip(&self.slots).filter(|(_, slot)| fits(slot)).map(|(at, _)| at).collect()
    }

    /// The place of the message at this position of the row.
    pub(super) fn slot(&self, position: u64) -> Option<&Slot> {
        self.slots.get(index(position % BLOCK))
    }
}

const fn kind(random: &mut Random) -> Kind {
    match random.below(100) {
        0..36 => Kind::Own,
        36..38 => Kind::Gone,
        38..63 => Kind::Mention,
        _ => Kind::Other,
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
