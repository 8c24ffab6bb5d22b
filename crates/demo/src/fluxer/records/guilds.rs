//! Guilds, the account's membership in each, their channels, and direct messages.

use crate::fluxer::dataset::{Dataset, Stream, some_moment};
use crate::fluxer::places::{ChannelType, GuildChannel, Kind};
use crate::fluxer::snowflake::Snowflake;
use crate::json::Json;
use crate::random::Random;

const GUILD_NAMES: [&str; 8] =
    ["Chess & Tea", "Wandergruppe Süd", "نادي القراءة", "מועדון השחמט", "将棋部", "=SUM(friends)", "CON", "\"Null\" \\ void"];
const CHANNEL_NAMES: [&str; 6] = ["general", "photos", "café", "الأخبار", "雑談", "off-topic"];

impl Dataset {
    pub(in crate::fluxer) fn write_guild(&self, guild: u64, json: &mut Json) {
        let mut random = self.random(Stream::Guilds, guild);
        json.record(0, |json| {
            json.plain("id", format_args!("{}", self.guild_id(guild)));
            json.text("name", &[random.pick(&GUILD_NAMES)]);
            json.null("icon");
            if guild == 0 {
                json.text("owner_id", &[self.account.id]);
            } else {
                json.plain("owner_id", format_args!("{}", self.user_id(guild)));
            }
            json.plain("permissions", format_args!("{}", random.next()));
            json.list("features", |json| json.text_item("INVITE_SPLASH"));
            json.number("nsfw_level", guild % 2);
            json.number("member_count", random.within(2, 90_000));
            json.moment("joined_at", some_moment(&mut random));
        });
    }

    /// The account's membership, as the API gives it: it does not say of which guild.
    pub(in crate::fluxer) fn membership_members(&self, guild: u64, json: &mut Json) {
        let mut random = self.random(Stream::GuildMemberships, guild);
        json.object("user", |json| self.self_members(json));
        if random.one_in(2) {
            json.text("nick", &[random.pick(&["K.", "قطة", "=1+1", "the\ttab"])]);
        } else {
            json.null("nick");
        }
        json.list("roles", |json| {
            for role in 0..random.below(4) {
                json.text_item(&self.id(Kind::Role, guild * 8 + role).to_string());
            }
        });
        json.moment("joined_at", some_moment(&mut random));
        json.boolean("mute", false);
        json.boolean("deaf", false);
        json.null("communication_disabled_until");
    }

    pub(in crate::fluxer) fn write_guild_channel(&self, of: GuildChannel, json: &mut Json) {
        let id = self.guild_channel_id(of);
        let mut random = Random::at(&[self.seed, id.number()]);
        let kind = self.channel_type(of.position);
        json.record(0, |json| {
            json.plain("id", format_args!("{id}"));
            json.plain("guild_id", format_args!("{}", self.guild_id(of.guild)));
            json.text("name", &[if kind == ChannelType::Category { "Räume" } else { random.pick(&CHANNEL_NAMES) }]);
            json.number("type", kind as u64);
            json.number("position", of.position);
            match kind {
                ChannelType::Category => json.null("parent_id"),
                _ => json.plain("parent_id", format_args!("{}", self.guild_channel_id(self.category_of(of)))),
            }
            json.text("topic", &[self.texts.remark(&mut random)]);
            json.boolean("nsfw", Self::is_nsfw_channel(of));
            json.number("rate_limit_per_user", random.below(3) * 5);
            json.list("permission_overwrites", |json| overwrite(self.guild_id(of.guild), &mut random, json));
        });
    }

    const fn category_of(&self, GuildChannel { guild, position }: GuildChannel) -> GuildChannel {
        let below_first = position <= self.counts.text_channels;
        GuildChannel { guild, position: if below_first { 0 } else { self.counts.text_channels + 1 } }
    }

    pub(in crate::fluxer) fn write_dm(&self, dm: u64, json: &mut Json) {
        let mut random = self.random(Stream::DmChannels, dm);
        let kind = if Self::is_group(dm) { ChannelType::GroupDm } else { ChannelType::Dm };
        let channel = self.talkative_in_guilds() + dm;
        json.record(0, |json| {
            json.plain("id", format_args!("{}", self.channel_id(channel)));
            json.number("type", kind as u64);
            json.list("recipients", |json| {
                for recipient in 0..if Self::is_group(dm) { 4 } else { 1 } {
                    json.item(|json| self.user_members(dm * 4 + recipient, json));
                }
            });
            if Self::is_group(dm) {
                json.text("name", &["Geburtstag 🎂"]);
                json.text("owner_id", &[self.account.id]);
            }
            match self.history(channel).at(0) {
                Some(last) => json.plain("last_message_id", format_args!("{}", last.id)),
                None => json.null("last_message_id"),
            }
            json.boolean("muted", random.one_in(4));
        });
    }
}

fn overwrite(guild: Snowflake, random: &mut Random, json: &mut Json) {
    json.item(|json| {
        json.plain("id", format_args!("{guild}"));
        json.number("type", 0);
        json.plain("allow", format_args!("{}", random.next()));
        json.text("deny", &["0"]);
    });
}
