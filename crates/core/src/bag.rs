//! The archive as a bag (RFC 8493): what makes it checkable with anyone's tools.
//!
//! The payload is everything below `data/`; its digest is the SHA-256 of `manifest-sha256.txt`, whose lines are sorted by
//! path. **It does not depend on when or in what order anything was read.**

use std::collections::BTreeSet;

use carryall_protocol::Timestamp;
use sha2::{Digest, Sha256};

use crate::archive::Entry;

/// `bagit.txt` (RFC 8493 section 2.1.1).
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Hexadecimal digits of a SHA-256.
#[must_use]
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a text, in hexadecimal.
#[must_use]
pub fn sha256_hex(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

/// A manifest (RFC 8493 section 2.1.3): a line for each entry, sorted by path. Entries without a digest are left out.
#[must_use]
pub fn manifest<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let line = |entry: &Entry| Some(format!("{}\0{}", entry.name.as_str(), hex(&entry.sha256?)));
    // One by one: collecting would bring a sort of its own into the wasm.
    let mut lines = BTreeSet::new();
    lines.extend(entries.into_iter().filter_map(line));
    let written = lines.iter().filter_map(|line| line.split_once('\0'));
    written.map(|(path, digest)| format!("{digest}  {}\n", path.replace('%', "%25"))).collect()
}

/// `bag-info.txt` (RFC 8493 section 2.2.2).
#[must_use]
pub fn info(payload: &[Entry], export: &str, finished_at: Timestamp) -> String {
    let bytes: u64 = payload.iter().map(|entry| entry.bytes).sum();
    format!(
        "Bag-Software-Agent: carryall {}\nBagging-Date: {}\nExternal-Identifier: {export}\nPayload-Oxum: {bytes}.{}\n",
        env!("CARGO_PKG_VERSION"),
        finished_at.date(),
        payload.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, bytes: u64) -> Entry {
        Entry { name: name.to_owned(), offset: 0, is_stored: false, deflated: 0, bytes, crc32: 0, sha256: Some([0xab; 32]) }
    }

    #[test]
    fn a_manifest_is_sorted_and_escapes_percent() {
        let text = manifest(&[entry("data/b.json", 1), entry("data/100%.json", 2)]);
        let digest = "ab".repeat(32);
        assert_eq!(text, format!("{digest}  data/100%25.json\n{digest}  data/b.json\n"));
    }

    #[test]
    fn the_info_counts_bytes_and_files() {
        assert!(info(&[entry("data/a", 40), entry("data/b", 2)], "e", Timestamp::default()).contains("Payload-Oxum: 42.2\n"));
    }
}
