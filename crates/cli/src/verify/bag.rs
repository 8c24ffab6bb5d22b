//! The archive as a bag (RFC 8493), by the entries' digests: **the manifests cover exactly what is there**.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

use super::content::{self, Content, Damage};
use super::finding::{Check, Findings, count};
use super::zip::{Entry, Zip};

/// `bagit.txt` (section 2.1.1).
const DECLARATION: &[u8] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The manifest of the payload.
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Bytes of a describing file at most, where it is held.
const SMALL_BYTES: u64 = 1 << 20;
/// Bytes of a manifest's line at most: a digest and a name, each of its characters escaped.
const LINE_BYTES: u64 = 1 << 10;

/// Checks declaration, counts and both manifests.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn check(zip: &Zip<'_>, findings: &mut Findings) -> io::Result<()> {
    match content::small(zip, "bagit.txt", SMALL_BYTES)? {
        Ok(text) if text == DECLARATION => {}
        Ok(_) => findings.wrong(Check::Bag, "bagit.txt does not declare a bag of version 1.0 in UTF-8"),
        Err(why) => findings.wrong(Check::Bag, why),
    }
    check_oxum(zip, findings)?;
    check_manifest(zip, MANIFEST, Entry::is_payload, findings)?;
    check_manifest(zip, TAG_MANIFEST, |entry| !entry.is_payload() && entry.name != TAG_MANIFEST, findings)?;
    let payload = zip.entries.iter().filter(|entry| entry.is_payload()).count() as u64;
    let (payload, tags) = (count(payload, "file", "files"), zip.entries.len() as u64 - payload);
    findings.conclude(
        Check::Bag,
        format!("the manifests list {payload} of data and {tags} about them, each with its SHA-256, and no other"),
    );
    Ok(())
}

/// The payload's bytes and files, as `bag-info.txt` counts them (section 2.2.2).
fn check_oxum(zip: &Zip<'_>, findings: &mut Findings) -> io::Result<()> {
    let text = match content::small(zip, "bag-info.txt", SMALL_BYTES)? {
        Ok(text) => text,
        Err(why) => {
            findings.wrong(Check::Bag, why);
            return Ok(());
        }
    };
    let payload = zip.entries.iter().filter(|entry| entry.is_payload());
    let (bytes, files) = payload.fold((0_u64, 0), |(bytes, files), entry| (bytes.saturating_add(entry.bytes), files + 1));
    let expected = format!("Payload-Oxum: {bytes}.{files}");
    if !text.split(|byte| *byte == b'\n').any(|line| line == expected.as_bytes()) {
        findings.wrong(Check::Bag, format!("bag-info.txt does not say {expected}"));
    }
    Ok(())
}

/// A manifest lists each file it covers once, sorted by path, with its digest (section 2.1.3).
fn check_manifest(zip: &Zip<'_>, name: &str, covers: fn(&Entry) -> bool, findings: &mut Findings) -> io::Result<()> {
    let Some(manifest) = zip.entry(name) else {
        findings.wrong(Check::Bag, format!("{name} is missing"));
        return Ok(());
    };
    let mut covered: HashMap<&str, &Entry> =
        zip.entries.iter().filter(|entry| covers(entry)).map(|entry| (entry.name.as_str(), entry)).collect();
    let mut lines = BufReader::new(Content::of(zip.source, manifest));
    let mut last = String::new();
    loop {
        let mut line = Vec::new();
        match lines.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                findings.wrong(Check::Bag, format!("{name}: {}", Damage::of(error)?));
                return Ok(());
            }
        }
        let Some((digest, path)) = read_line(&line) else {
            findings.wrong(Check::Bag, format!("{name}: {:?} is no line of a manifest", String::from_utf8_lossy(&line)));
            continue;
        };
        if path <= last {
            findings.wrong(Check::Bag, format!("{name} is not sorted by path at {path}"));
        }
        match covered.remove(path.as_str()) {
            // A file without a digest is damaged, which was told.
            Some(entry) if entry.sha256.is_none_or(|sha256| sha256 == digest) => {}
            Some(_) => findings.wrong(Check::Bag, format!("{path} is not what {name} says: its SHA-256 is another")),
            None => findings.wrong(Check::Bag, format!("{name} lists {path}, which is not there, or not for it to list")),
        }
        last = path;
    }
    let mut unlisted: Vec<&str> = covered.into_keys().collect();
    unlisted.sort_unstable();
    unlisted.iter().for_each(|path| findings.wrong(Check::Bag, format!("{path} is there, and {name} does not list it")));
    Ok(())
}

/// A line's digest and path.
fn read_line(line: &[u8]) -> Option<([u8; 32], String)> {
    let (digest, path) = str::from_utf8(line).ok()?.strip_suffix('\n')?.split_once("  ")?;
    Some((digest_of(digest)?, unescaped(path)?))
}

/// A SHA-256 from 64 hexadecimal digits in lower case.
pub(crate) fn digest_of(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut digest = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(digest)
}

/// A path as it is: of a manifest, only the percent sign and line ends are escaped (section 2.1.3).
fn unescaped(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let escaped = [("25", '%'), ("0D", '\r'), ("0d", '\r'), ("0A", '\n'), ("0a", '\n')];
        let (rest, c) = escaped.into_iter().find_map(|(code, c)| Some((part.strip_prefix(code)?, c)))?;
        plain.push(c);
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_digest_two_spaces_and_a_path() {
        let digest = "0123456789abcdef".repeat(4);
        let read = |line: &str| read_line(line.as_bytes()).map(|(digest, path)| (digest[..3].to_vec(), path));
        assert_eq!(
            read(&format!("{digest}  data/100%25  %0A.json\n")),
            Some((vec![0x01, 0x23, 0x45], "data/100%  \n.json".to_owned()))
        );
        for line in [format!("{digest} data/a\n"), format!("{digest}  data/a"), format!("{digest}  a%zz\n"), "ab  a\n".to_owned()]
        {
            assert_eq!(read(&line), None, "{line:?}");
        }
        assert_eq!(read(&format!("{}  a\n", digest.to_uppercase())), None);
    }
}
