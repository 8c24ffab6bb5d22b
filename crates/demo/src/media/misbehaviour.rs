//! Bad media servers: what overloaded, old and careless ones do to files, for as long as the host runs.
//!
//! A mode stands for all files. Most let a client that is careful come to the right file, some to none; **none is about the
//! records**, whose misbehaviours are [`crate::misbehaviour`]. Where an answer is cut the seed and the request decide.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::{HOST, HeaderMap, LOCATION};
use axum::response::{Html, IntoResponse, Response};
use clap::ValueEnum;

use super::delivery::{Delivery, Ending};
use crate::random::Random;

/// Bytes that a lying server promises beyond those there are.
const PROMISED_TOO_MANY: u64 = 1_000;

/// What becomes of all media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Every connection is closed somewhere, after one byte of the answer at least: ranges lead on.
    Drop,
    /// The first connection of each file is closed somewhere; `Range` is not known, and the whole comes instead.
    IgnoreRange,
    /// The first two connections of each file are closed somewhere; after the first the file is another one.
    ChangeEtag,
    /// 200 and a sign-in page.
    Html,
    /// `Content-Length` promises a thousand bytes that do not come; the connection is closed after those there are.
    LongLength,
    /// `Content-Length` promises half of the bytes, and no more come.
    ShortLength,
    /// The first connection of each file is closed somewhere; 206 then brings a part that begins earlier than asked for.
    WrongRange,
    /// The headers and the first bytes come, and then nothing, for ever.
    Slow,
    /// 403.
    #[value(name = "403")]
    Forbidden,
    /// 404.
    #[value(name = "404")]
    Missing,
    /// 302 to the same file at another origin: `localhost`.
    Redirect,
    /// The first connection of each file is closed somewhere; `OPTIONS` is refused, so no page may send `If-Range`.
    NoPreflight,
}

/// A mode, and what it has seen.
#[derive(Debug)]
pub(super) struct Misbehaviour {
    mode: Mode,
    seed: u64,
    /// How often each file was asked for, by its path.
    tries: Mutex<BTreeMap<String, u64>>,
}

impl Misbehaviour {
    pub(super) const fn new(mode: Mode, seed: u64) -> Self {
        Self { mode, seed, tries: Mutex::new(BTreeMap::new()) }
    }

    /// Whether a page that asks for permission is refused.
    pub(super) const fn refuses_preflight(&self) -> bool {
        matches!(self.mode, Mode::NoPreflight)
    }

    /// What is answered whatever is asked for.
    pub(super) fn instead(&self, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        match self.mode {
            Mode::Html => Some(Html("<!doctype html><title>Sign in</title><p>Sign in to go on.").into_response()),
            Mode::Forbidden => Some(StatusCode::FORBIDDEN.into_response()),
            Mode::Missing => Some(StatusCode::NOT_FOUND.into_response()),
            Mode::Redirect => elsewhere(uri, headers).map(|place| (StatusCode::FOUND, [(LOCATION, place)]).into_response()),
            _ => None,
        }
    }

    /// What becomes of a file under this path.
    pub(super) fn spoil(&self, path: &str, honest: Delivery) -> Delivery {
        let tried = self.try_of(path);
        let place: Vec<_> = [self.seed, tried].into_iter().chain(path.bytes().map(u64::from)).collect();
        self.spoilt(honest, tried, &mut Random::at(&place))
    }

    fn try_of(&self, path: &str) -> u64 {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = tries.entry(path.to_owned()).or_default();
        *tried += 1;
        *tried - 1
    }

    fn spoilt(&self, honest: Delivery, tried: u64, random: &mut Random) -> Delivery {
        match self.mode {
            Mode::Drop => cut(honest, random),
            Mode::IgnoreRange => cut_first(Delivery::honest(honest.file, None), tried, 1, random),
            Mode::ChangeEtag => cut_first(honest, tried, 2, random),
            Mode::LongLength => {
                let given = honest.given;
                Delivery { promised: given + PROMISED_TOO_MANY, ..honest }.cut_after(given)
            }
            Mode::ShortLength => Delivery { promised: honest.given / 2, given: honest.given / 2, ..honest },
            Mode::WrongRange => cut_first(begun_earlier(honest, random), tried, 1, random),
            Mode::Slow => Delivery { given: honest.given / 2, ending: Ending::Hang, ..honest },
            Mode::NoPreflight => cut_first(honest, tried, 1, random),
            Mode::Html | Mode::Forbidden | Mode::Missing | Mode::Redirect => honest,
        }
    }

    /// Whether the file of this path is still the one that it will not be for long.
    pub(super) fn is_before_its_change(&self, path: &str) -> bool {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        self.mode == Mode::ChangeEtag && !tries.contains_key(path)
    }
}

/// After one byte at least; perhaps after all of them.
fn cut(honest: Delivery, random: &mut Random) -> Delivery {
    let given = 1 + random.below(honest.given);
    honest.cut_after(given)
}

/// The first tries are cut before their end.
fn cut_first(honest: Delivery, tried: u64, first: u64, random: &mut Random) -> Delivery {
    let given = random.below(honest.given);
    if tried < first { honest.cut_after(given) } else { honest }
}

fn begun_earlier(honest: Delivery, random: &mut Random) -> Delivery {
    let earlier = |Range { start, end }: Range<u64>| start - (1 + random.below(start)).min(start)..end;
    let part = honest.part.map(earlier);
    Delivery::honest(honest.file, part)
}

/// The same address with the name of this machine instead of its number.
fn elsewhere(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let (_, port) = headers.get(HOST)?.to_str().ok()?.rsplit_once(':')?;
    Some(format!("http://localhost:{port}{}", uri.path_and_query()?))
}

#[cfg(test)]
mod tests {
    use carryall_protocol::Timestamp;

    use super::*;
    use crate::media::file::File;

    fn honest(part: Option<Range<u64>>) -> Delivery {
        Delivery::honest(File::drawn(7, 10_000, "image/png", Timestamp::from_secs(1_000)), part)
    }

    #[test]
    fn whoever_asks_for_the_rest_comes_to_the_end_of_a_file_that_is_always_dropped() {
        for seed in 0..50 {
            let server = Misbehaviour::new(Mode::Drop, seed);
            let (mut at, mut tries) = (0, 0);
            while at < 10_000 {
                let delivery = server.spoil("/a", honest(Some(at..10_000)));
                assert!(delivery.given > 0 && (delivery.ending == Ending::Cut) == (delivery.given < delivery.promised));
                (at, tries) = (at + delivery.given, tries + 1);
            }
            assert!((2..60).contains(&tries), "{tries}");
        }
    }

    #[test]
    fn a_wrong_part_begins_earlier_and_the_rest_is_as_it_says() {
        let mut random = Random::at(&[1]);
        for start in 1..200 {
            let wrong = begun_earlier(honest(Some(start..10_000)), &mut random);
            let part = wrong.part.unwrap();
            assert!(part.start < start && part.end == 10_000 && wrong.given == 10_000 - part.start);
        }
        assert_eq!(begun_earlier(honest(Some(0..5)), &mut random).part, Some(0..5));
    }

    #[test]
    fn each_file_has_its_own_tries() {
        let server = Misbehaviour::new(Mode::IgnoreRange, 7);
        let is_cut = |path| server.spoil(path, honest(None)).ending == Ending::Cut;
        assert_eq!(["/a", "/b", "/a", "/b"].map(is_cut), [true, true, false, false]);
    }
}
