//! A file of a media host. **Its bytes are drawn from a number**, a word at a time, so that any piece of it is made without the
//! others and gigabytes of them cost no memory.

use std::ops::Range;

use axum::body::Bytes;
use carryall_protocol::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::random::mix;

/// Bytes drawn at a time.
const CHUNK: u64 = 64 << 10;
const WORD: u64 = size_of::<u64>() as u64;
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
/// Bytes before the samples of a WAV.
const WAV_HEAD: u64 = 44;
/// Samples a second, of one byte each.
const WAV_RATE: u32 = 8_000;

/// A file: some bytes of its format, then drawn ones.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(super) content_type: &'static str,
    pub(super) modified: Timestamp,
    pub(super) size: u64,
    head: Bytes,
    seed: u64,
}

impl File {
    /// Nothing but drawn bytes.
    pub(crate) const fn drawn(seed: u64, size: u64, content_type: &'static str, modified: Timestamp) -> Self {
        Self { content_type, modified, size, head: Bytes::new(), seed: mix(seed) }
    }

    /// A sound that any player takes: one channel, 8,000 samples a second of 8 bits each, an even number of them.
    pub(crate) fn wav(seed: u64, samples: u32, modified: Timestamp) -> Self {
        let samples = samples.next_multiple_of(2);
        let head = Bytes::from(wav_head(samples));
        Self { head, ..Self::drawn(seed, WAV_HEAD + u64::from(samples), "audio/wav", modified) }
    }

    /// Nothing but this text.
    pub(crate) const fn text(text: &'static str, content_type: &'static str, modified: Timestamp) -> Self {
        let size = text.len() as u64;
        Self { content_type, modified, size, head: Bytes::from_static(text.as_bytes()), seed: 0 }
    }

    /// Its size in bytes.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// What stood under its address before: as many bytes, others.
    pub(super) fn before(&self) -> Self {
        Self { head: Bytes::new(), seed: !self.seed, modified: Timestamp::from_secs(self.modified.as_secs() - 1), ..self.clone() }
    }

    /// Its strong validator (RFC 9110 section 8.8.3).
    pub(super) fn etag(&self) -> String {
        format!("\"{:016x}-{:x}\"", self.seed ^ self.modified.as_secs(), self.size)
    }

    /// The first bytes of this range, as many as are drawn at a time; none where there are none.
    pub(super) fn piece(&self, range: &Range<u64>) -> Bytes {
        let end = range.end.min(self.size).min(range.start.saturating_add(CHUNK));
        if range.start >= end {
            return Bytes::new();
        }
        let first = range.start / WORD;
        let mut bytes = vec![0; to_usize((end.div_ceil(WORD) - first) * WORD)];
        for (word, place) in (first..).zip(bytes.as_chunks_mut().0) {
            *place = mix(self.seed.wrapping_add(word.wrapping_mul(STEP))).to_le_bytes();
        }
        let before = to_usize(range.start % WORD);
        let head = self.head.get(to_usize(range.start)..).unwrap_or_default();
        bytes.iter_mut().skip(before).zip(head).for_each(|(byte, known)| *byte = *known);
        Bytes::from(bytes).slice(before..before + to_usize(end - range.start))
    }

    /// The SHA-256 of all of it, in hexadecimal digits. Takes a second or two a gigabyte.
    pub(crate) fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < self.size {
            let piece = self.piece(&(at..self.size));
            hash.update(&piece);
            at += piece.len() as u64;
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// RIFF, one `fmt ` chunk of linear PCM, one `data` chunk.
fn wav_head(samples: u32) -> Vec<u8> {
    let (pcm, channels, bytes, bits) = (1_u16, 1_u16, 1_u16, 8_u16);
    [
        &b"RIFF"[..],
        &(36 + samples).to_le_bytes(),
        b"WAVEfmt ",
        &16_u32.to_le_bytes(),
        &pcm.to_le_bytes(),
        &channels.to_le_bytes(),
        &WAV_RATE.to_le_bytes(),
        &(WAV_RATE * u32::from(bytes)).to_le_bytes(),
        &bytes.to_le_bytes(),
        &bits.to_le_bytes(),
        b"data",
        &samples.to_le_bytes(),
    ]
    .concat()
}

/// What is asked for at once is far below 2^32; places beyond are in no head.
fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(file: &File) -> Vec<u8> {
        let mut all = Vec::new();
        while (all.len() as u64) < file.size {
            all.extend_from_slice(&file.piece(&(all.len() as u64..file.size)));
        }
        all
    }

    #[test]
    fn any_piece_is_the_same_as_in_the_whole() {
        let long = File::drawn(7, 3 * CHUNK + 5, "image/png", Timestamp::from_secs(1_000));
        let sound = File::wav(7, 1_001, Timestamp::from_secs(1_000));
        for file in [long, sound] {
            let all = whole(&file);
            assert_eq!(all.len() as u64, file.size());
            for start in (0..60).chain(CHUNK - 9..CHUNK + 9).chain(file.size() - 9..file.size() + 2) {
                for length in [0, 1, 7, 8, 9, 50, CHUNK] {
                    let end = (start + length).min(file.size());
                    let expected = all.get(to_usize(start)..to_usize(end)).unwrap_or_default();
                    assert_eq!(&file.piece(&(start..start + length))[..], expected, "{start}, {length}");
                }
            }
        }
    }

    #[test]
    fn files_do_not_share_their_bytes() {
        let of = |seed| whole(&File::drawn(seed, 800, "image/png", Timestamp::from_secs(1_000)));
        let words = |file: Vec<u8>| file.as_chunks::<8>().0.iter().copied().collect::<std::collections::BTreeSet<_>>();
        let (one, next, again) = (words(of(8)), words(of(9)), words(of(8)));
        assert_eq!((one.len(), one.intersection(&next).count()), (100, 0));
        assert_eq!(one, again);
    }

    #[test]
    fn a_recording_is_a_wav_of_its_length() {
        let all = whole(&File::wav(3, 999, Timestamp::from_secs(1_000)));
        assert_eq!((&all[..4], &all[8..16], &all[36..40]), (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..]));
        let number = |at: usize| u32::from_le_bytes(all[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((number(4) + 8, number(40) + 44, number(24)), (all.len(), all.len(), 8_000));
    }

    #[test]
    fn what_stood_there_before_has_other_bytes_and_another_validator() {
        let file = File::wav(3, 999, Timestamp::from_secs(1_000));
        let before = file.before();
        assert_eq!(before.size(), file.size());
        assert_ne!((whole(&before), before.etag()), (whole(&file), file.etag()));
    }

    #[test]
    fn the_hash_is_that_of_all_bytes() {
        let file = File::text("abc", "text/plain", Timestamp::from_secs(0));
        assert_eq!(file.sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
