//! What an export must hold, told by the host itself.
//!
//! The truth is counted from the generator, without its secrets, not from any answer of the API and not by any code of
//! the exporter: two ways that must meet. A **canonical record** is its exact compact JSON text: the record as served,
//! same order, same number texts, less its secret members at any depth. **Nothing is held**: a stream is told record by
//! record, whatever its size.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::host::{Deletion, Search};
use crate::media::{File, Terms};
use crate::people::Account;
use crate::system::{Size, System};
use crate::texts::Texts;

/// A digest of a set of records that does not depend on their order: the sum of the SHA-256 of each record's text, as
/// 256-bit big-endian numbers, modulo 2^256. Shown as 64 hexadecimal digits; in JSON `{"records":2,"digest":".."}`.
///
/// ```
/// use carryall_demo::truth::Digest;
///
/// let (mut one, mut other) = (Digest::default(), Digest::default());
/// one.add(br#"{"id":1}"#);
/// one.add(br#"{"id":2}"#);
/// other.add(br#"{"id":2}"#);
/// other.add(br#"{"id":1}"#);
/// assert_eq!(one, other);
/// assert_eq!((one.records(), one.to_string().len()), (2, 64));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    records: u64,
    /// Least significant first.
    limbs: [u64; 4],
}

impl Digest {
    /// Adds one record's canonical text.
    pub fn add(&mut self, record: &[u8]) {
        let hash: [u8; 32] = Sha256::digest(record).into();
        let (words, _) = hash.as_chunks::<8>();
        let mut carry = false;
        for (limb, word) in self.limbs.iter_mut().zip(words.iter().rev()) {
            (*limb, carry) = limb.carrying_add(u64::from_be_bytes(*word), carry);
        }
        self.records += 1;
    }

    /// How many records were added.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }
}

/// The media files of a stream: how many, how many bytes, and a digest that does not depend on their order: the sum, as of
/// [`Digest`], of the SHA-256 of each one's text. **The text of a file** is the SHA-256 of its bytes in lower-case hexadecimal
/// digits with the primary key of its record right behind it (`ba78..15ad1398765432109876543`); the key is empty where the stream
/// has none. In JSON `{"files":2,"bytes":1041,"digest":".."}`. A file that hangs on two records counts twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    digest: Digest,
    bytes: u64,
}

impl Files {
    /// Adds a file by what is known of it.
    pub fn add_known(&mut self, key: &str, sha256: &str, bytes: u64) {
        self.digest.add(format!("{sha256}{key}").as_bytes());
        self.bytes += bytes;
    }

    pub(crate) fn add(&mut self, key: &str, file: &File) {
        self.add_known(key, &file.sha256(), file.size());
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.digest.records
    }

    /// Their bytes together.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Serialize for Files {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Files", 3)?;
        object.serialize_field("files", &self.count())?;
        object.serialize_field("bytes", &self.bytes)?;
        object.serialize_field("digest", &self.digest.to_string())?;
        object.end()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lowest, low, high, highest] = self.limbs;
        write!(f, "{highest:016x}{high:016x}{low:016x}{lowest:016x}")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Digest", 2)?;
        object.serialize_field("records", &self.records)?;
        object.serialize_field("digest", &self.to_string())?;
        object.end()
    }
}

/// What is asked of the truth.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The system.
    pub system: System,
    /// The seed of its data.
    pub seed: u64,
    /// How much there is.
    pub size: Size,
    /// What its long texts are like.
    pub texts: Texts,
    /// Whose.
    pub account: Account,
    /// Which contact the server deletes while it is read.
    pub deletion: Deletion,
    /// Whether the server has a search.
    pub search: Search,
    /// What the server's media are like.
    pub media: Terms,
    /// Whether the export is a later one from the same server process, which has deleted its contact already.
    pub again: bool,
}

impl Question {
    /// The first account's first export from a server with default options.
    #[must_use]
    pub fn new(system: System, seed: u64, size: Size) -> Self {
        let (account, media) = (system.people()[0].account, Terms::default());
        let (texts, deletion, search) = (Texts::Awkward, Deletion::Read, Search::On);
        Self { system, seed, size, texts, account, deletion, search, media, again: false }
    }
}

/// What an export must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// The system.
    pub system: System,
    /// The seed of its data.
    pub seed: u64,
    /// How much there is.
    pub size: Size,
    /// The account's id.
    pub account: &'static str,
    /// By stream id of the catalog.
    pub streams: BTreeMap<&'static str, Digest>,
    /// The files of the streams that have some, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<BTreeMap<&'static str, Files>>,
}

impl Truth {
    /// Counts and digests everything asked about: seconds for a large account.
    ///
    /// ```
    /// use carryall_demo::truth::{Question, Truth};
    /// use carryall_demo::{Size, System};
    ///
    /// let truth = Truth::tell(&Question::new(System::Talkif, 7, Size::Small));
    /// assert_eq!(truth.streams["account"].records(), 1);
    /// ```
    #[must_use]
    pub fn tell(question: &Question) -> Self {
        let Question { system, seed, size, account, .. } = *question;
        Self { system, seed, size, account: account.id, streams: system.digests(question), media: None }
    }

    /// The same with the files of its media. Every byte of them is drawn and hashed: a second or two a gigabyte, so for most
    /// accounts [`Terms::largest`] should be set.
    #[must_use]
    pub fn with_media(self, question: &Question) -> Self {
        Self { media: Some(self.system.files(question)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_of_one_record_is_its_sha_256() {
        let mut digest = Digest::default();
        assert_eq!(digest.to_string(), "0".repeat(64));
        digest.add(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_sum_beyond_256_bits_wraps_around() {
        let mut digest = Digest { records: 0, limbs: [u64::MAX; 4] };
        digest.add(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ac");
    }

    #[test]
    fn a_digest_counts_repeated_records() {
        let (mut once, mut twice) = (Digest::default(), Digest::default());
        once.add(b"abc");
        twice.add(b"abc");
        twice.add(b"abc");
        assert_ne!(once, twice);
        assert_eq!(serde_json::to_value(&once).unwrap()["records"], 1);
    }
}
