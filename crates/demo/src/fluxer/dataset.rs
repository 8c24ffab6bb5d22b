//! How much there is, and which record lies where.
//!
//! **There is no storage**: a record is found by computing it. The one thing held is the [`Pattern`] of a block of messages.

use std::sync::Arc;

use carryall_protocol::Timestamp;

use super::message::Message;
use super::pattern::{BLOCK, Kind, Pattern};
use crate::media::Terms;
use crate::people::Account;
use crate::random::Random;
use crate::system::Size;
use crate::texts::Texts;

/// 2026-01-31T18:00:00Z: nothing in the data is later, and whether an attachment has expired is told as of then.
pub(super) const LAST_SECOND: u64 = 1_769_882_400;
const YEAR: u64 = 365 * 24 * 60 * 60;

/// What the account holds, stream by stream of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Profile,
    Settings,
    Sessions,
    Passkeys,
    Notes,
    Guilds,
    GuildMemberships,
    GuildChannels,
    Relationships,
    DmChannels,
    Messages,
    GuildMessages,
    DmMessages,
    GuildPins,
    DmPins,
    Mentions,
    SavedMessages,
    ScheduledMessages,
    Memes,
    Gifts,
    Applications,
    Authorizations,
    BetaCodes,
}

impl Stream {
    /// All of them with their ids, in the order of the catalog.
    pub(crate) const ALL: [(Self, &'static str); 23] = [
        (Self::Profile, "profile"),
        (Self::Settings, "settings"),
        (Self::Sessions, "sessions"),
        (Self::Passkeys, "passkeys"),
        (Self::Notes, "notes"),
        (Self::Guilds, "guilds"),
        (Self::GuildMemberships, "guild-memberships"),
        (Self::GuildChannels, "guild-channels"),
        (Self::Relationships, "relationships"),
        (Self::DmChannels, "dm-channels"),
        (Self::Messages, "messages"),
        (Self::GuildMessages, "guild-messages"),
        (Self::DmMessages, "dm-messages"),
        (Self::GuildPins, "guild-pins"),
        (Self::DmPins, "dm-pins"),
        (Self::Mentions, "mentions"),
        (Self::SavedMessages, "saved-messages"),
        (Self::ScheduledMessages, "scheduled-messages"),
        (Self::Memes, "memes"),
        (Self::Gifts, "gifts"),
        (Self::Applications, "applications"),
        (Self::Authorizations, "authorizations"),
        (Self::BetaCodes, "beta-codes"),
    ];
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) guilds: u64,
    pub(super) text_channels: u64,
    pub(super) dms: u64,
    /// Blocks of a thousand messages, by whomever; about 34 in 100 are the account's own, 25 mention it.
    pub(super) blocks: u64,
    /// Pins of the first channel of each guild, where it has as many messages; other channels have a few.
    pub(super) pins: u64,
    pub(super) notes: u64,
    pub(super) relationships: u64,
    pub(super) others: u64,
    /// One message in so many has attachments.
    pub(super) attached: u64,
}

impl Counts {
    #[rustfmt::skip]
    const fn of(size: Size) -> Self {
        match size {
            Size::Small => Self {
                guilds: 4, text_channels: 4, dms: 9, blocks: 2, pins: 104, notes: 240, relationships: 150, others: 12,
                attached: 5,
            },
            Size::Medium => Self {
                guilds: 10, text_channels: 8, dms: 40, blocks: 150, pins: 250, notes: 9_000, relationships: 3_000, others: 60,
                attached: 5,
            },
            Size::Large => Self {
                guilds: 30, text_channels: 12, dms: 120, blocks: 1_600, pins: 500, notes: 40_000, relationships: 10_000,
                others: 400, attached: 5,
            },
            Size::Huge => Self {
                guilds: 30, text_channels: 12, dms: 120, blocks: 740, pins: 100, notes: 4_000, relationships: 3_000,
                others: 60, attached: 310,
            },
        }
    }
}

/// Everything one account can see.
#[derive(Debug, Clone)]
pub(crate) struct Dataset {
    pub(super) seed: u64,
    pub(super) account: Account,
    pub(super) texts: Texts,
    pub(super) media: Terms,
    pub(super) counts: Counts,
    pub(super) pattern: Arc<Pattern>,
    /// The position of the message with an attachment beyond 4 GiB, where there is one; all others are then small.
    pub(super) giant: Option<u64>,
}

impl Dataset {
    pub(crate) fn new(seed: u64, account: Account, size: Size) -> Self {
        let counts = Counts::of(size);
        let data =
            Self { seed, account, texts: Texts::Awkward, media: Terms::default(), counts, pattern: Arc::default(), giant: None };
        let mut random = Random::at(&[seed, account.number, BLOCK]);
        let drawn = Pattern::draw(&mut random, data.talkative(), AUTHORS, |channel| data.is_readable(channel));
        let data = Self { pattern: Arc::new(drawn), ..data };
        let giant = (size == Size::Huge).then(|| data.newest_own()).flatten();
        Self { giant, ..data }
    }

    /// The position of a message of the account's own that is in no other list.
    fn newest_own(&self) -> Option<u64> {
        let is_alone = |of: &Message| of.kind == Kind::Own && self.is_readable(of.channel) && !of.is_pinned;
        (0..BLOCK).find(|position| self.message(*position).as_ref().is_some_and(is_alone))
    }

    /// The same records with other long texts.
    pub(crate) fn with_texts(self, texts: Texts) -> Self {
        Self { texts, ..self }
    }

    /// The same records with media of these terms.
    pub(crate) fn with_media(self, media: Terms) -> Self {
        Self { media, ..self }
    }

    /// How many messages there are, with those that are gone and those that may not be read.
    pub(super) const fn all_messages(&self) -> u64 {
        self.counts.blocks * BLOCK
    }

    /// The random run of one record.
    pub(super) fn random(&self, stream: Stream, index: u64) -> Random {
        Random::at(&[self.seed, self.account.number, stream as u64, index])
    }

    /// The moment of the message at this position of the row, newest first, no two at the same time; six years in all.
    pub(super) fn message_moment(&self, position: u64) -> Timestamp {
        let step = 6 * YEAR * 1_000 / self.all_messages();
        let jitter = Random::at(&[self.seed, self.account.number, position]).below(step);
        Timestamp::from_millis(LAST_SECOND * 1_000 - position * step - jitter)
    }
}

/// People who write.
pub(super) const AUTHORS: u64 = 100;

/// Some moment of the last four years.
pub(super) const fn some_moment(random: &mut Random) -> Timestamp {
    Timestamp::from_millis(LAST_SECOND * 1_000 - random.below(4 * YEAR * 1_000))
}
