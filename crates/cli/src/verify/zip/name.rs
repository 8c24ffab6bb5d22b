//! Names that mean the same on every system.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// Characters and bytes of a segment, and characters of a path; one more where a `_` was put before.
const SEGMENT_CHARS: usize = 121;
const SEGMENT_BYTES: usize = 201;
const PATH_CHARS: usize = 181;

/// Why a name is not safe to unpack; nothing where it is.
pub(crate) fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("is empty");
    }
    if name.contains(is_deceptive) {
        return Some("has a character that cannot be seen, turns the direction of writing, or looks like a slash or a colon");
    }
    if !is_nfc(name) {
        return Some("is not in normal form C: some systems would write it otherwise");
    }
    if name.chars().count() > PATH_CHARS {
        return Some("is longer than 180 characters");
    }
    if name.starts_with('/') {
        return Some("begins at the root of the disk");
    }
    name.split('/').find_map(segment_fault)
}

/// The form by which two names are the same on some system.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase().nfc().collect()
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2044}' | '\u{2060}'..='\u{206f}'
                | '\u{2215}' | '\u{2236}' | '\u{feff}' | '\u{ff0f}' | '\u{ff1a}' | '\u{ff3c}' | '\u{fff0}'..='\u{ffff}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}

fn segment_fault(segment: &str) -> Option<&'static str> {
    match segment {
        "" => Some("has an empty segment"),
        "." | ".." => Some("leads out of its folder"),
        _ if segment.contains(['\\', ':', '*', '?', '"', '<', '>', '|']) => Some("has a character that Windows gives a meaning"),
        _ if segment.ends_with(['.', ' ']) => Some("ends in a dot or a space"),
        _ if segment.chars().count() > SEGMENT_CHARS => Some("has a segment longer than 120 characters"),
        _ if segment.len() > SEGMENT_BYTES => Some("has a segment longer than 200 bytes"),
        _ if is_device(segment) => Some("is one that Windows keeps for a device"),
        _ => None,
    }
}

fn is_device(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_digit =
        |n: &str| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "\u{b9}" | "\u{b2}" | "\u{b3}");
    let numbered = |device: &str| stem.strip_prefix(device).is_some_and(is_digit);
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use carryall_core::entry_name::{EntryName, Unicode};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_could_do_harm_are_told() {
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "data/../../x",
            "data/./x",
            "data//x",
            "data/",
            "C:x",
            "data\\x",
            "a\u{202e}b",
            "tab\t",
            "data/con",
            "NUL.txt",
            "lpt1 .json",
            "com\u{b9}",
            "data/x.",
            "data/x ",
            "a?b",
            "a\u{ff0f}b",
            "e\u{301}",
            "a\u{200b}",
            "\u{fffd}",
        ] {
            assert!(fault(name).is_some(), "{name:?}");
        }
        for name in ["x/".repeat(100), "x".repeat(130), "漢".repeat(70)] {
            assert!(fault(&name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn names_that_carryall_writes_are_good() {
        for name in [
            "data/users.json",
            "Your archive.html",
            "data/media/a b.jpg",
            "_",
            "data/console.json",
            "data/media/النور.mp4",
            "👩\u{200d}🚀.png",
        ] {
            assert_eq!(fault(name), None, "{name:?}");
        }
    }

    #[test]
    fn twins_are_the_same_folded() {
        assert_eq!(folded("data/MEDIA/ÄÉ.jpg"), folded("data/media/äe\u{301}.jpg"));
    }

    proptest! {
        #[test]
        fn whatever_name_carryall_makes_of_data_is_good(name in any::<String>()) {
            let unicode = Unicode { nfc: |text| text.nfc().collect(), lower: str::to_lowercase };
            let name = EntryName::of_data("data/media/x", &name, unicode);
            prop_assert_eq!(fault(name.as_str()), None, "{:?}", name.as_str());
        }
    }
}
