//! What an export of Fluxer must hold, after the catalog's transformations, stream by stream.
//!
//! Own messages come by one of two ways: by the search, or, where it is switched off, by every channel's history. **Both
//! give the same messages; the truth tells them of the streams of the way that is taken**, and nothing of the other's.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dataset::{Dataset, Stream};
use super::message::{Message, Pin};
use super::pattern::Kind;
use super::places::GuildChannel;
use crate::host::Search;
use crate::json::{Json, Secrets};
use crate::truth::{Digest, Question};

/// Saved messages that the API gives.
pub(super) const SAVED: u64 = 100;

/// The digest of every stream, told record by record from one buffer.
pub(crate) fn digests(question: &Question) -> BTreeMap<&'static str, Digest> {
    let data = Dataset::new(question.seed, question.account, question.size).with_texts(question.texts).with_media(question.media);
    let mut tally = Tally { json: Json::new(Secrets::Removed), digest: Digest::default() };
    let mut told = |(stream, id)| {
        tell(&data, stream, question.search, &mut tally);
        (id, std::mem::take(&mut tally.digest))
    };
    Stream::ALL.into_iter().map(&mut told).collect()
}

/// One stream's digest under way.
struct Tally {
    json: Json,
    digest: Digest,
}

impl Tally {
    fn add(&mut self, write: impl FnOnce(&mut Json)) {
        self.json.clear();
        write(&mut self.json);
        self.digest.add(self.json.as_bytes());
    }

    fn each(&mut self, count: u64, write: impl Fn(u64, &mut Json)) {
        (0..count).for_each(|index| self.add(|json| write(index, json)));
    }

    fn messages(&mut self, data: &Dataset, messages: impl Iterator<Item = Message>) {
        messages.for_each(|message| self.add(|json| data.write_message(&message, json)));
    }

    fn pins(&mut self, data: &Dataset, channels: Range<u64>) {
        pins(data, channels).for_each(|pin| self.add(|json| data.write_pin(&pin, json)));
    }
}

fn tell(data: &Dataset, stream: Stream, search: Search, tally: &mut Tally) {
    let counts = &data.counts;
    match stream {
        Stream::Profile => tally.add(|json| data.write_profile(json)),
        Stream::Settings => tally.add(|json| data.write_settings(json)),
        Stream::Sessions => tally.each(data.sessions(), |index, json| data.write_session(index, json)),
        Stream::Passkeys => tally.each(data.passkeys(), |index, json| data.write_passkey(index, json)),
        Stream::Notes => tally.each(counts.notes, |index, json| entry(data, index, json)),
        Stream::Guilds => tally.each(counts.guilds, |guild, json| data.write_guild(guild, json)),
        Stream::GuildMemberships => tally.each(counts.guilds, |guild, json| membership(data, guild, json)),
        Stream::GuildChannels => tally.each(counts.guilds * data.channels_per_guild(), |index, json| {
            let (guild, position) = (index / data.channels_per_guild(), index % data.channels_per_guild());
            data.write_guild_channel(GuildChannel { guild, position }, json);
        }),
        Stream::Relationships => tally.each(counts.relationships, |index, json| data.write_relationship(index, json)),
        Stream::DmChannels => tally.each(counts.dms, |dm, json| data.write_dm(dm, json)),
        Stream::Messages if search == Search::On => tally.messages(data, own_messages(data, |_| true)),
        Stream::GuildMessages if search == Search::Off => {
            tally.messages(data, own_messages(data, |channel| channel < data.talkative_in_guilds()));
        }
        Stream::DmMessages if search == Search::Off => {
            tally.messages(data, own_messages(data, |channel| channel >= data.talkative_in_guilds()));
        }
        Stream::Messages | Stream::GuildMessages | Stream::DmMessages => {}
        Stream::GuildPins => tally.pins(data, 0..data.talkative_in_guilds()),
        Stream::DmPins => tally.pins(data, data.talkative_in_guilds()..data.talkative()),
        Stream::Mentions => tally.messages(data, mentions(data)),
        Stream::SavedMessages => tally.each(SAVED.min(data.saved()), |index, json| data.write_saved(index, json)),
        Stream::ScheduledMessages => tally.each(counts.others, |index, json| data.write_scheduled(index, json)),
        Stream::Memes => tally.each(counts.others, |index, json| data.write_meme(index, json)),
        Stream::Gifts => tally.each(counts.others, |index, json| data.write_gift(index, json)),
        Stream::Applications => tally.each(counts.others, |index, json| data.write_application(index, json)),
        Stream::Authorizations => tally.each(counts.others, |index, json| data.write_authorization(index, json)),
        Stream::BetaCodes => tally.each(data.beta_codes(), |index, json| data.write_beta_code(index, json)),
    }
}

/// A member of the map of notes as a record of its own.
fn entry(data: &Dataset, index: u64, json: &mut Json) {
    json.item(|json| {
        json.plain("key", format_args!("{}", data.note_key(index)));
        data.write_note(index, "value", json);
    });
}

/// The catalog adds which guild a membership belongs to.
fn membership(data: &Dataset, guild: u64, json: &mut Json) {
    json.item(|json| {
        data.membership_members(guild, json);
        json.plain("guild_id", format_args!("{}", data.guild_id(guild)));
    });
}

/// The account's own messages in these channels: what is gone or may not be read, nobody gets.
pub(super) fn own_messages(data: &Dataset, is_meant: impl Fn(u64) -> bool) -> impl Iterator<Item = Message> {
    messages(data).filter(move |of| of.kind == Kind::Own && data.is_readable(of.channel) && is_meant(of.channel))
}

/// The messages that mention the account.
pub(super) fn mentions(data: &Dataset) -> impl Iterator<Item = Message> {
    messages(data).filter(|of| of.kind == Kind::Mention)
}

fn messages(data: &Dataset) -> impl Iterator<Item = Message> {
    (0..data.all_messages()).filter_map(|position| data.message(position))
}

/// The pins of these channels, where they may be read.
pub(super) fn pins(data: &Dataset, channels: Range<u64>) -> impl Iterator<Item = Pin> {
    let readable = channels.filter(|channel| data.is_readable(*channel));
    readable.flat_map(move |channel| (0..data.pins(channel)).filter_map(move |pin| data.pin(channel, pin)))
}
