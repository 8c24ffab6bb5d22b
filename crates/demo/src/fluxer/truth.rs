//! What an export of Fluxer must hold, after the catalog's transformations, stream by stream.
//!
//! Own messages come by one of two ways: by the search, or, where it is switched off, by every channel's history. **Both
//! give the same messages; the truth tells them of the streams of the way that is taken**, and nothing of the other's.

use std::collections::BTreeMap;

use super::dataset::{Dataset, Stream};
use super::message::Message;
use super::pattern::Kind;
use super::places::GuildChannel;
use crate::host::Search;
use crate::json::{Json, Secrets};
use crate::truth::{Digest, Question};

/// Saved messages that the API gives.
const SAVED: u64 = 100;

/// The digest of every stream, told record by record from one buffer.
pub(crate) fn digests(question: &Question) -> BTreeMap<&'static str, Digest> {
    let data = Dataset::new(question.seed, question.account, question.size).with_texts(question.texts);
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
        Stream::Messages if search == Search::On => own(data, |_| true, tally),
        Stream::GuildMessages if search == Search::Off => own(data, |channel| channel < data.talkative_in_guilds(), tally),
        Stream::DmMessages if search == Search::Off => own(data, |channel| channel >= data.talkative_in_guilds(), tally),
        Stream::Messages | Stream::GuildMessages | Stream::DmMessages => {}
        Stream::GuildPins => pins(data, 0..data.talkative_in_guilds(), tally),
        Stream::DmPins => pins(data, data.talkative_in_guilds()..data.talkative(), tally),
        Stream::Mentions => messages(data, |of| of.kind == Kind::Mention, tally),
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
fn own(data: &Dataset, is_meant: impl Fn(u64) -> bool, tally: &mut Tally) {
    messages(data, |of| of.kind == Kind::Own && data.is_readable(of.channel) && is_meant(of.channel), tally);
}

fn messages(data: &Dataset, is_told: impl Fn(&Message) -> bool, tally: &mut Tally) {
    for message in (0..data.all_messages()).filter_map(|position| data.message(position)).filter(is_told) {
        tally.add(|json| data.write_message(&message, json));
    }
}

fn pins(data: &Dataset, channels: std::ops::Range<u64>, tally: &mut Tally) {
    for channel in channels.filter(|channel| data.is_readable(*channel)) {
        for pin in (0..data.pins(channel)).filter_map(|pin| data.pin(channel, pin)) {
            tally.add(|json| data.write_pin(&pin, json));
        }
    }
}
