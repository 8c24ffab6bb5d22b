//! Where attachments and memes lie: `/attachments/{channel}/{attachment}/{filename}` and `/memes/{meme}/{name}`, to anybody who
//! knows the address. What has expired is not there any more.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use super::attachment::{Attachment, percent_encoded};
use super::dataset::{Dataset, Stream};
use super::message::Message;
use super::places::{Found, Kind};
use super::snowflake::Snowflake;
use super::truth::{SAVED, mentions, own_messages, pins};
use super::{OWNER, RIVAL};
use crate::host::{Options, Search};
use crate::media::{File, Shelf};
use crate::random::Random;
use crate::texts::TAGS;
use crate::truth::{Files, Question};

/// Both accounts' files.
struct Worlds([Dataset; 2]);

/// What the media host gives.
pub(crate) fn shelf(options: &Options) -> Box<dyn Shelf> {
    let world = |account| Dataset::new(options.seed, account, options.size).with_media(options.media);
    Box::new(Worlds([world(OWNER), world(RIVAL)]))
}

impl Shelf for Worlds {
    fn file(&self, path: &[&str], _: &str) -> Result<File, StatusCode> {
        let found = match path {
            ["attachments", channel, id, name] => self.0.iter().find_map(|data| attachment(data, channel, id, name)),
            ["memes", id, name] => self.0.iter().find_map(|data| meme(data, id, name)),
            _ => None,
        };
        found.ok_or(StatusCode::NOT_FOUND)
    }
}

fn attachment(data: &Dataset, channel: &str, id: &str, name: &str) -> Option<File> {
    let Found::Talkative(channel) = data.channel_by_id(Snowflake::parse(channel)?)? else { return None };
    let found = data.attachment_by_id(channel, Snowflake::parse(id)?)?;
    (!found.is_expired() && percent_encoded(found.filename) == name).then(|| found.file())
}

fn meme(data: &Dataset, id: &str, name: &str) -> Option<File> {
    let meme = data.meme(data.meme_by_id(Snowflake::parse(id)?)?);
    (percent_encoded(meme.name) == name).then(|| meme.file())
}

/// The facts of a saved medium.
pub(super) struct Meme {
    pub(super) id: Snowflake,
    pub(super) name: &'static str,
    content_type: &'static str,
    pub(super) remark: &'static str,
    pub(super) tags: Vec<&'static str>,
    pub(super) size: u64,
    /// The run that its further members are drawn from.
    pub(super) random: Random,
}

impl Meme {
    const fn file(&self) -> File {
        File::drawn(self.id.number(), self.size, self.content_type, self.id.moment())
    }
}

impl Dataset {
    /// The meme at this place.
    pub(super) fn meme(&self, index: u64) -> Meme {
        let mut random = self.random(Stream::Memes, index);
        let (name, content_type) = random.pick(&[
            ("cat.gif", "image/gif"),
            ("Straße.webp", "image/webp"),
            ("قطة.mp4", "video/mp4"),
            ("so \"true\".png", "image/png"),
        ]);
        // Before the texts, which draw as much as they are long: the media host does not know what they are like.
        let size = self.media.size(random.within(1, 8_000_000));
        let remark = self.texts.remark(&mut random);
        let tags = (0..random.below(3)).map(|_| random.pick(&TAGS)).collect();
        Meme { id: self.id(Kind::Meme, index), name, content_type, remark, tags, size, random }
    }
}

/// The files of every stream that has some.
pub(crate) fn files(question: &Question) -> BTreeMap<&'static str, Files> {
    let data = Dataset::new(question.seed, question.account, question.size).with_media(question.media);
    let of_search = question.search == Search::On;
    let guilds = data.talkative_in_guilds();
    let own = |is_told: bool, is_meant: fn(u64, u64) -> bool| {
        let found = own_messages(&data, move |channel| is_meant(channel, guilds)).filter(|_| is_told);
        of_messages(&data, found.map(|message| (message.id, message)))
    };
    let pinned = |channels| of_messages(&data, pins(&data, channels).map(|pin| (pin.message.id, pin.message)));
    let saved = (0..SAVED.min(data.saved())).filter_map(|index| data.saved_message(index)).filter(|(_, _, is_lost)| !is_lost);
    BTreeMap::from([
        ("messages", own(of_search, |_, _| true)),
        ("guild-messages", own(!of_search, |channel, guilds| channel < guilds)),
        ("dm-messages", own(!of_search, |channel, guilds| channel >= guilds)),
        ("guild-pins", pinned(0..guilds)),
        ("dm-pins", pinned(guilds..data.talkative())),
        ("mentions", of_messages(&data, mentions(&data).map(|message| (message.id, message)))),
        ("saved-messages", of_messages(&data, saved.map(|(id, message, _)| (id, message)))),
        ("memes", of_memes(&data)),
    ])
}

/// What hangs on messages and has not expired, each under the id of its record.
fn of_messages(data: &Dataset, messages: impl Iterator<Item = (Snowflake, Message)>) -> Files {
    let mut files = Files::default();
    for (id, message) in messages {
        let kept = data.attachments(&message).into_iter().filter(|attachment: &Attachment| !attachment.is_expired());
        kept.for_each(|attachment| files.add(&id.to_string(), &attachment.file()));
    }
    files
}

fn of_memes(data: &Dataset) -> Files {
    let mut files = Files::default();
    let memes = (0..data.counts.others).map(|index| data.meme(index));
    memes.for_each(|meme| files.add(&meme.id.to_string(), &meme.file()));
    files
}
