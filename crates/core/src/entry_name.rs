//! Names inside an archive that are safe on every system.
//!
//! **An [`EntryName`] can only hold a safe name**: visible ASCII and spaces, no `..`, no drive, no trailing dot or space, no
//! reserved Windows name, at most 120 characters a segment and 180 a path. Collisions are told by [`EntryName::folded`],
//! which ignores case.
//!
//! Streams, accounts and carryall's own files are named in ASCII, which is NFC and has one lower case on every system. Names
//! in other scripts would need Unicode's tables (64 KB of what people download); they become `_`.

use std::fmt;

/// Characters of one segment at most.
const SEGMENT_CHARS: usize = 120;
/// Characters of a path at most: Explorer allows 260 with the folder it extracts to.
const PATH_CHARS: usize = 180;

/// The path of an archive entry, with `/` between its segments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(String);

impl EntryName {
    /// Makes a safe path of any segments; what is unsafe is replaced by `_`, what is too long is cut before its extension.
    #[must_use]
    pub fn new<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut segments: Vec<String> = segments.into_iter().map(|segment| safe(segment, SEGMENT_CHARS)).collect();
        let last = segments.pop().unwrap_or_else(|| "_".to_owned());
        let mut path = String::new();
        for segment in segments {
            path.push_str(&segment);
            path.push('/');
        }
        let folders: String = path.chars().take(PATH_CHARS - 60).collect();
        let folders = if folders.len() == path.len() { path } else { format!("{}/", folders.trim_end_matches(['.', ' ', '/'])) };
        let room = PATH_CHARS.saturating_sub(folders.chars().count());
        Self(folders + &safe(&last, room.min(SEGMENT_CHARS)))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which two names are the same on a system that ignores case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One segment made safe, at most `room` characters.
fn safe(segment: &str, room: usize) -> String {
    let text: String = segment.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
    let text = shorten(text.trim_matches(' '), room);
    let text = text.trim_end_matches(['.', ' ']);
    if text.is_empty() || text.chars().all(|c| c == '.') {
        return "_".to_owned();
    }
    if is_reserved(text) { format!("_{text}") } else { text.to_owned() }
}

const fn is_unsafe(c: char) -> bool {
    !matches!(c, ' '..='~') || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Cuts in the stem, so that the extension survives.
fn shorten(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let extension =
        text.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| (1..=10).contains(&extension.chars().count()));
    match extension {
        Some(extension) => {
            let stem: String = text.chars().take(room.saturating_sub(extension.chars().count() + 1)).collect();
            format!("{}.{extension}", stem.trim_end_matches(['.', ' ']))
        }
        None => text.chars().take(room).collect(),
    }
}

/// Names that Windows keeps for devices, with any extension.
fn is_reserved(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|n| matches!(n.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_safe_ones() {
        for (segment, expected) in [
            ("..", "_"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("C:\\Windows", "C__Windows"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("lpt1", "_lpt1"),
            ("lpt¹", "lpt_"),
            ("a. .", "a"),
            ("", "_"),
            ("   ", "_"),
            ("photo\u{202e}gpj.exe", "photo_gpj.exe"),
            ("e\u{301}t\u{e9}.json", "e_t_.json"),
            ("tab\there\0", "tab_here_"),
        ] {
            assert_eq!(EntryName::new([segment]).as_str(), expected, "{segment:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = EntryName::new(["data", &format!("{}.json", "x".repeat(300))]);
        assert_eq!(name.as_str().chars().count(), "data/".len() + 120);
        assert!(name.as_str().ends_with(".json"));
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_safe_name(segments in prop::collection::vec(any::<String>(), 0..5)) {
            let name = EntryName::new(segments.iter().map(String::as_str));
            let text = name.as_str();
            prop_assert!(!text.is_empty() && text.chars().count() <= PATH_CHARS);
            for segment in text.split('/') {
                prop_assert!(!segment.is_empty() && segment != "." && segment != "..", "{:?}", text);
                prop_assert!(!segment.ends_with(['.', ' ']) && !is_reserved(segment), "{:?}", text);
                prop_assert!(!segment.chars().any(is_unsafe) && segment.chars().count() <= SEGMENT_CHARS + 1, "{:?}", text);
                prop_assert!(segment.is_ascii(), "{:?}", text);
            }
        }
    }
}
