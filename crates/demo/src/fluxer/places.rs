//! Guilds and channels: which there are, what they are like, and their ids.
//!
//! A **talkative** channel is one that holds messages: the text and voice channels of guilds, then direct messages. They
//! are numbered from 0. Ids carry the number, so that a channel is found by its id.

use std::time::Duration;

use carryall_protocol::Timestamp;

use super::dataset::Dataset;
use super::snowflake::Snowflake;
use crate::random::mix;

/// 2019-03-14: no guild, channel or person here is older.
const FOUNDED: u64 = 1_552_521_600_000;
/// Ten months: all of them are there before the first message.
const FOUNDING: u64 = 300 * 24 * 60 * 60 * 1_000;

/// What has an id made of its kind and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Kind {
    Guild = 1,
    GuildChannel,
    DmChannel,
    User,
    Role,
    Passkey,
    Scheduled,
    Meme,
    Application,
}

/// A channel of a guild, by its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GuildChannel {
    pub(super) guild: u64,
    pub(super) position: u64,
}

/// A channel, as the API tells them apart by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelType {
    Text = 0,
    Dm = 1,
    Voice = 2,
    GroupDm = 3,
    Category = 4,
}

/// What an id turned out to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A channel that holds messages, by its number.
    Talkative(u64),
    /// One that only holds other channels.
    Category,
}

/// Guilds have fewer channels than this.
const GUILD_STRIDE: u64 = 64;

impl Dataset {
    /// Channels of every guild: two categories, text channels below the first, a voice channel below the second.
    pub(super) const fn channels_per_guild(&self) -> u64 {
        self.counts.text_channels + 3
    }

    /// The type of a guild's channel.
    pub(super) const fn channel_type(&self, position: u64) -> ChannelType {
        match position {
            0 => ChannelType::Category,
            position if position <= self.counts.text_channels => ChannelType::Text,
            position if position == self.counts.text_channels + 1 => ChannelType::Category,
            _ => ChannelType::Voice,
        }
    }

    /// Talkative channels of every guild.
    const fn talkative_per_guild(&self) -> u64 {
        self.counts.text_channels + 1
    }

    /// Talkative channels of guilds; direct messages have the numbers that follow.
    pub(super) const fn talkative_in_guilds(&self) -> u64 {
        self.counts.guilds * self.talkative_per_guild()
    }

    /// All talkative channels.
    pub(super) const fn talkative(&self) -> u64 {
        self.talkative_in_guilds() + self.counts.dms
    }

    /// Where a talkative channel of a guild lies; nothing for direct messages.
    pub(super) fn guild_channel(&self, talkative: u64) -> Option<GuildChannel> {
        let (guild, place) = (talkative / self.talkative_per_guild(), talkative % self.talkative_per_guild());
        let position = if place < self.counts.text_channels { place + 1 } else { place + 2 };
        (guild < self.counts.guilds).then_some(GuildChannel { guild, position })
    }

    /// The number of a guild's channel that is talkative.
    const fn talkative_number(&self, GuildChannel { guild, position }: GuildChannel) -> u64 {
        let place = if position <= self.counts.text_channels { position - 1 } else { position - 2 };
        guild * self.talkative_per_guild() + place
    }

    /// The last text channel of every other guild: it is listed, and its history may not be read.
    pub(crate) fn is_readable(&self, talkative: u64) -> bool {
        self.guild_channel(talkative).is_none_or(|of| of.guild % 2 == 1 || of.position != self.counts.text_channels)
    }

    /// The second text channel of every other guild is not safe for work.
    pub(crate) fn is_nsfw(&self, talkative: u64) -> bool {
        self.guild_channel(talkative).is_some_and(Self::is_nsfw_channel)
    }

    pub(super) const fn is_nsfw_channel(of: GuildChannel) -> bool {
        of.guild % 2 == 1 && of.position == 2
    }

    /// Every fourth direct message is a group.
    pub(super) const fn is_group(dm: u64) -> bool {
        dm % 4 == 3
    }

    /// The id of the thing of this kind with this number.
    pub(super) fn id(&self, kind: Kind, number: u64) -> Snowflake {
        let low = ((kind as u64) << 18) | (self.account.number << 17) | number;
        let moment = Timestamp::from_millis(FOUNDED).after(Duration::from_millis(mix(low) % FOUNDING));
        Snowflake::at(moment, low)
    }

    /// The number of the thing of this kind with this id, in this account's world.
    fn number(&self, kind: Kind, id: Snowflake) -> Option<u64> {
        let number = id.low() & ((1 << 17) - 1);
        (self.id(kind, number) == id).then_some(number)
    }

    /// The meme with this id.
    pub(super) fn meme_by_id(&self, id: Snowflake) -> Option<u64> {
        self.number(Kind::Meme, id).filter(|meme| *meme < self.counts.others)
    }

    pub(super) fn guild_id(&self, guild: u64) -> Snowflake {
        self.id(Kind::Guild, guild)
    }

    /// The guild with this id.
    pub(crate) fn guild_by_id(&self, id: Snowflake) -> Option<u64> {
        self.number(Kind::Guild, id).filter(|guild| *guild < self.counts.guilds)
    }

    pub(super) fn guild_channel_id(&self, of: GuildChannel) -> Snowflake {
        self.id(Kind::GuildChannel, of.guild * GUILD_STRIDE + of.position)
    }

    /// The id of a talkative channel.
    pub(super) fn channel_id(&self, talkative: u64) -> Snowflake {
        match self.guild_channel(talkative) {
            Some(of) => self.guild_channel_id(of),
            None => self.id(Kind::DmChannel, talkative - self.talkative_in_guilds()),
        }
    }

    /// The channel with this id.
    pub(crate) fn channel_by_id(&self, id: Snowflake) -> Option<Found> {
        if let Some(dm) = self.number(Kind::DmChannel, id).filter(|dm| *dm < self.counts.dms) {
            return Some(Found::Talkative(self.talkative_in_guilds() + dm));
        }
        let number = self.number(Kind::GuildChannel, id)?;
        let of = GuildChannel { guild: number / GUILD_STRIDE, position: number % GUILD_STRIDE };
        let known = of.guild < self.counts.guilds && of.position < self.channels_per_guild();
        known.then(|| match self.channel_type(of.position) {
            ChannelType::Category => Found::Category,
            _ => Found::Talkative(self.talkative_number(of)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fluxer::{OWNER, RIVAL};
    use crate::system::Size;

    #[test]
    fn every_channel_is_found_by_its_id_in_its_own_world_only() {
        let (data, other) = (Dataset::new(7, OWNER, Size::Small), Dataset::new(7, RIVAL, Size::Small));
        for channel in 0..data.talkative() {
            let id = data.channel_id(channel);
            assert_eq!(data.channel_by_id(id), Some(Found::Talkative(channel)));
            assert_eq!(other.channel_by_id(id), None);
            assert_eq!(data.channel_by_id(id.plus(1 << 22)), None);
        }
        for position in [0, data.counts.text_channels + 1] {
            let id = data.guild_channel_id(GuildChannel { guild: 1, position });
            assert_eq!(data.channel_by_id(id), Some(Found::Category));
        }
        assert_eq!(data.guild_by_id(data.guild_id(3)), Some(3));
        assert_eq!(data.guild_by_id(data.guild_id(data.counts.guilds)), None);
    }

    #[test]
    fn some_channels_cannot_be_read_and_some_are_not_safe_for_work() {
        let data = Dataset::new(7, OWNER, Size::Small);
        let all = || 0..data.talkative();
        assert_eq!(all().filter(|channel| !data.is_readable(*channel)).count(), 2);
        assert_eq!(all().filter(|channel| data.is_nsfw(*channel)).count(), 2);
        assert!(all().all(|channel| data.is_readable(channel) || !data.is_nsfw(channel)));
    }
}
