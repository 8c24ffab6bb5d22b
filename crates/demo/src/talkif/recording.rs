//! Recordings of calls: a WAV each, at the media host, under an address that is signed and soon good no more.
//!
//! `/recordings/{call}.wav?expires={seconds}&signature={hex}`: the signature is an HMAC-SHA256 of the rest under a key that lives
//! as long as the process. **The host's clock decides**; who has the address needs nothing else.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::StatusCode;
use carryall_protocol::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::call::CallFacts;
use super::dataset::{Dataset, Stream};
use super::{PRACTICE, RIVAL};
use crate::host::Options;
use crate::media::{File, Origin, Shelf};
use crate::random::Random;
use crate::session::now;
use crate::truth::{Files, Question};

/// Where recordings lie: another host than the API's.
const MEDIA_ORIGIN: &str = "https://recordings.talkif.example";

static KEY: LazyLock<[u8; 32]> = LazyLock::new(rand::random);

/// Where a recording lies, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address {
    pub(super) call: u64,
    /// In whole seconds.
    pub(super) expires_at: Timestamp,
}

impl Address {
    /// It with its signature.
    pub(super) fn signed(self, origin: Origin) -> String {
        let signature: String = self.mac().finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}{}&signature={signature}", origin.or(MEDIA_ORIGIN), self.unsigned())
    }

    /// The address of this path and this query, if it was signed here, expired or not.
    fn opened(path: &[&str], query: &str) -> Option<Self> {
        let ["recordings", name] = path else { return None };
        let (expires, signature) = query.strip_prefix("expires=")?.split_once("&signature=")?;
        let expires_at = Timestamp::from_secs(expires.parse().ok()?);
        let address = Self { call: name.strip_suffix(".wav")?.parse().ok()?, expires_at };
        address.mac().verify_slice(&bytes(signature)?).ok()?;
        (address.unsigned() == format!("/recordings/{name}?expires={expires}")).then_some(address)
    }

    fn unsigned(self) -> String {
        format!("/recordings/{}.wav?expires={}", self.call, self.expires_at.as_secs())
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    fn mac(self) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_slice()).expect("any length will do");
        mac.update(self.unsigned().as_bytes());
        mac
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if rest.is_empty() && hex.bytes().all(|digit| digit.is_ascii_hexdigit()) { pairs.iter().map(byte).collect() } else { None }
}

/// Both accounts' recordings.
struct Worlds([Dataset; 2]);

/// What the media host gives.
pub(crate) fn shelf(options: &Options) -> Box<dyn Shelf> {
    let world = |account| Dataset::new(options.seed, account, options.size).with_media(options.media);
    Box::new(Worlds([world(PRACTICE), world(RIVAL)]))
}

impl Shelf for Worlds {
    fn file(&self, path: &[&str], query: &str) -> Result<File, StatusCode> {
        let address = Address::opened(path, query).filter(|address| now() < address.expires_at).ok_or(StatusCode::FORBIDDEN)?;
        let recorded = |data: &Dataset| data.call_by_id(&address.call.to_string()).map(|call| data.recording(&call));
        self.0.iter().find_map(recorded).ok_or(StatusCode::NOT_FOUND)
    }
}

impl Dataset {
    /// The sound of a call: some seconds of it, whatever its length.
    fn recording(&self, call: &CallFacts) -> File {
        let samples = self.media.size(Random::at(&[self.seed, call.id]).within(2_000, 60_000));
        File::wav(call.id, u32::try_from(samples).unwrap_or(u32::MAX / 2), call.started_at)
    }
}

/// The recordings of the calls that are exported.
pub(crate) fn files(question: &Question) -> BTreeMap<&'static str, Files> {
    let data = Dataset::new(question.seed, question.account, question.size).with_media(question.media);
    let calls = (0..data.count(Stream::Calls)).map(|index| data.call_facts(index));
    let mut files = Files::default();
    calls
        .filter(|call| !call.scrubbed && call.is_recorded())
        .for_each(|call| files.add(&call.id.to_string(), &data.recording(&call)));
    BTreeMap::from([("call-recordings", files)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(url: &str) -> Option<Address> {
        let (path, query) = url.strip_prefix("https://recordings.talkif.example/")?.split_once('?')?;
        Address::opened(&path.split('/').collect::<Vec<_>>(), query)
    }

    #[test]
    fn an_address_changed_anywhere_is_refused() {
        let url = Address { call: 7_302, expires_at: Timestamp::from_secs(1_900_000_000) }.signed(Origin::Example);
        assert_eq!(opened(&url).unwrap().call, 7_302);
        for at in "https://recordings.talkif.example/".len()..url.len() {
            let mut forged = url.clone().into_bytes();
            forged[at] = if forged[at] == b'1' { b'2' } else { b'1' };
            assert!(opened(&String::from_utf8(forged).unwrap()).is_none(), "changed at {at}");
        }
        for forged in
            [url.replace("/7302", "/+7302"), url.replace("/7302", "/07302"), format!("{url}0"), url.replace("=19", "=+19")]
        {
            assert!(opened(&forged).is_none(), "{forged}");
        }
    }
}
