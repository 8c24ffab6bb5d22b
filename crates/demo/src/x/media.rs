//! Pictures and videos: facts, addresses and files.
//!
//! Addresses hold a stem that was drawn. **A stem carries its own check**, so the media host knows those that were told from those
//! that were guessed, without a list. Pages of other origins may read none of its headers beside those they always may.

use std::collections::BTreeMap;
use std::fmt;

use axum::http::StatusCode;
use carryall_protocol::Timestamp;

use super::dataset::{Dataset, LAST_SECOND, Stream};
use super::identity::Who;
use super::message::Events;
use super::post::Place;
use super::{CAFE, RIVAL};
use crate::host::Options;
use crate::media::{File, Origin, Shelf, Terms};
use crate::random::{Random, mix};
use crate::truth::{Files, Question};

/// Where pictures lie.
pub(super) const PICTURES: &str = "https://pbs.twimg.example";
/// Where videos lie.
const VIDEOS: &str = "https://video.twimg.example";

/// Bits a second of a video's variants.
pub(super) const RATES: [u64; 2] = [632_000, 2_176_000];

const PLAYLIST: &str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=632000\n632000.mp4?tag=12\n\
                        #EXT-X-STREAM-INF:BANDWIDTH=2176000\n2176000.mp4?tag=12\n";

/// A picture, a video or an endless short one.
#[derive(Debug, Clone)]
pub(super) struct Medium {
    pub(super) key: String,
    pub(super) kind: &'static str,
    run: u64,
    origin: Origin,
}

/// The name of a medium in addresses: 40 bits that were drawn, 24 that follow from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stem(u64);

impl Stem {
    const fn of(drawn: u64) -> Self {
        let drawn = drawn >> 24;
        Self((drawn << 24) | (mix(drawn) >> 40))
    }

    fn parse(text: &str) -> Option<Self> {
        let stem = u64::from_str_radix(text, 16).ok().map(Self)?;
        (Self::of(stem.0) == stem && stem.to_string() == text).then_some(stem)
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Dataset {
    /// One to four pictures, or one video, of what has this id.
    pub(super) fn media_at(&self, id: u64, random: &mut Random) -> Vec<Medium> {
        let (kind, prefix, count) = match random.below(6) {
            0 => ("video", 7, 1),
            1 => ("animated_gif", 16, 1),
            _ => ("photo", 3, random.within(1, 4)),
        };
        let origin = self.media.origin;
        (1..=count).map(|number| Medium { key: format!("{prefix}_{}", id + number), kind, run: random.next(), origin }).collect()
    }
}

impl Medium {
    /// Width and height, and the run that further members are drawn from.
    pub(super) fn drawn(&self) -> (u64, u64, Random) {
        let mut random = Random::at(&[self.run]);
        let (width, height, _) = (random.within(300, 4_096), random.within(300, 4_096), random.next());
        (width, height, random)
    }

    fn stem(&self) -> Stem {
        let mut random = Random::at(&[self.run]);
        random.next();
        random.next();
        Stem::of(random.next())
    }

    /// The address of a photo.
    pub(super) fn picture(&self) -> String {
        format!("{}/media/{}.jpg", self.origin.or(PICTURES), self.stem())
    }

    /// The address of the still of a video.
    pub(super) fn preview(&self) -> String {
        format!("{}/preview/{}.jpg", self.origin.or(PICTURES), self.stem())
    }

    /// The address of a video at this rate.
    pub(super) fn video(&self, rate: u64) -> String {
        format!("{}/{}/{rate}.mp4?tag=12", self.origin.or(VIDEOS), self.stem())
    }

    /// The address of the list of a video's variants.
    pub(super) fn playlist(&self) -> String {
        format!("{}/{}/pl.m3u8", self.origin.or(VIDEOS), self.stem())
    }

    /// The photo, or the video at its best.
    fn file(&self, terms: Terms) -> File {
        match self.kind {
            "photo" => picture(terms, self.stem(), "media"),
            _ => video(terms, self.stem(), RATES[1]),
        }
    }
}

fn picture(terms: Terms, stem: Stem, folder: &str) -> File {
    let most = if folder == "media" { 900_000 } else { 60_000 };
    drawn(terms, stem.0 ^ most, most, "image/jpeg")
}

fn video(terms: Terms, Stem(stem): Stem, rate: u64) -> File {
    drawn(terms, stem ^ rate, rate * 5, "video/mp4")
}

/// A tenth of `most` bytes at least.
fn drawn(terms: Terms, seed: u64, most: u64, content_type: &'static str) -> File {
    let mut random = Random::at(&[seed]);
    let size = terms.size(random.within(most / 10, most));
    File::drawn(random.next(), size, content_type, Timestamp::from_secs(LAST_SECOND - random.below(1 << 26)))
}

/// What the media host gives, whoever's it is.
struct Pictures([Dataset; 2]);

/// What the media host gives.
pub(crate) fn shelf(options: &Options) -> Box<dyn Shelf> {
    let world = |account| Dataset::new(options.seed, account, options.size).with_media(options.media);
    Box::new(Pictures([world(CAFE), world(RIVAL)]))
}

impl Shelf for Pictures {
    fn file(&self, path: &[&str], query: &str) -> Result<File, StatusCode> {
        let terms = self.0[0].media;
        let jpg = |name: &str| Stem::parse(name.strip_suffix(".jpg")?);
        let found = match path {
            ["profile_images", id, "normal.jpg"] => self.portrait(id, "profile_images"),
            ["profile_banners", id] => self.portrait(id, "profile_banners"),
            [folder @ ("media" | "preview"), name] => jpg(name).map(|stem| picture(terms, stem, folder)),
            [stem, "pl.m3u8"] => Stem::parse(stem).map(|_| playlist()),
            [stem, name] if query == "tag=12" => rate(name).and_then(|rate| Some(video(terms, Stem::parse(stem)?, rate))),
            _ => None,
        };
        found.ok_or(StatusCode::NOT_FOUND)
    }

    fn exposed(&self) -> Option<&'static str> {
        None
    }
}

impl Pictures {
    fn portrait(&self, id: &str, folder: &str) -> Option<File> {
        self.0.iter().find_map(|data| data.portrait(id, folder))
    }
}

impl Dataset {
    /// The picture or the banner of somebody.
    fn portrait(&self, id: &str, folder: &str) -> Option<File> {
        let most = if folder == "profile_images" { 80_000 } else { 400_000 };
        self.is_somebody(id).then(|| drawn(self.media, mix(id.parse().unwrap_or_default()) ^ most, most, "image/jpeg"))
    }
}

fn rate(name: &str) -> Option<u64> {
    RATES.into_iter().find(|rate| name.strip_suffix(".mp4").is_some_and(|name| name == rate.to_string()))
}

const fn playlist() -> File {
    File::text(PLAYLIST, "application/x-mpegURL", Timestamp::from_secs(LAST_SECOND))
}

/// The files of every stream that has some: photos, videos at their best, and the account's own two pictures.
pub(crate) fn files(question: &Question) -> BTreeMap<&'static str, Files> {
    let data = Dataset::new(question.seed, question.account, question.size).with_media(question.media);
    let [mut tweets, mut messages, mut profile] = [Files::default(), Files::default(), Files::default()];
    for post in (0..data.count(Stream::Tweets)).map(|index| data.post(Place::Own(index))) {
        post.media.iter().for_each(|medium| tweets.add(&post.id.to_string(), &medium.file(data.media)));
    }
    for event in (0..data.count(Stream::DirectMessages)).map(|index| data.event(Events::Messages, index)) {
        event.media.iter().for_each(|medium| messages.add(&event.id.to_string(), &medium.file(data.media)));
    }
    for folder in ["profile_images", "profile_banners"] {
        data.portrait(&data.id_of(Who::Owner), folder).iter().for_each(|file| profile.add("", file));
    }
    BTreeMap::from([("tweets", tweets), ("direct-messages", messages), ("profile", profile)])
}
