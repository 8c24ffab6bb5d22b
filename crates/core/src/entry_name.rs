//! Names inside an archive that are safe on every system.
//!
//! **An [`EntryName`] can only hold a safe name**: no `..`, no drive, no control or bidirectional character, none that cannot be
//! seen, none that an older system turns into a slash or a colon, no trailing dot or space, no reserved Windows name, at most 120
//! characters and 200 bytes a segment and 180 characters a path. Collisions are told by the folded form, which ignores case.
//!
//! Streams, accounts and carryall's own files are named in ASCII. Names that come with data may be in any script; their normal
//! form (NFC) and lower case come from outside, as [`Unicode`]: the tables would be 64 KB of what people download, and every
//! browser has them.

use std::fmt;

/// Characters of one segment at most.
const SEGMENT_CHARS: usize = 120;
/// Characters of a path at most: Explorer allows 260 with the folder it extracts to.
const PATH_CHARS: usize = 180;

/// Bytes of one segment at most: file systems stop at 255, and tools add endings of their own.
const SEGMENT_BYTES: usize = 200;

/// What Unicode's tables say: two pure functions.
#[derive(Clone, Copy)]
pub struct Unicode {
    /// Normal form C of a text.
    pub nfc: fn(&str) -> String,
    /// The lower case of a text.
    pub lower: fn(&str) -> String,
}

impl Default for Unicode {
    /// Knows ASCII only.
    fn default() -> Self {
        Self { nfc: str::to_owned, lower: str::to_ascii_lowercase }
    }
}

impl fmt::Debug for Unicode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unicode")
    }
}

/// There is one Unicode.
impl PartialEq for Unicode {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Unicode {}

/// The path of an archive entry, with `/` between its segments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(String);

impl EntryName {
    /// Makes a safe path of any segments in ASCII; what is unsafe, and every other script, is replaced by `_`, what is too long
    /// is cut before its extension.
    #[must_use]
    pub fn new<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::joined(segments.into_iter().map(|segment| safe(segment, SEGMENT_CHARS, is_unsafe)).collect())
    }

    /// The same for a last segment that comes with data, in any script, below a folder.
    #[must_use]
    pub fn of_data(folder: &str, name: &str, unicode: Unicode) -> Self {
        let name = (unicode.nfc)(name);
        Self::joined(folder.split('/').chain([name.as_str()]).map(|segment| safe(segment, SEGMENT_CHARS, is_harmful)).collect())
    }

    fn joined(mut segments: Vec<String>) -> Self {
        let last = segments.pop().unwrap_or_else(|| "_".to_owned());
        let mut path = String::new();
        for segment in segments {
            path.push_str(&segment);
            path.push('/');
        }
        let folders: String = path.chars().take(PATH_CHARS - 60).collect();
        let folders = if folders.len() == path.len() { path } else { format!("{}/", folders.trim_end_matches(['.', ' ', '/'])) };
        let room = PATH_CHARS.saturating_sub(folders.chars().count());
        Self(folders + &safe(&last, room.min(SEGMENT_CHARS), is_harmful))
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
fn safe(segment: &str, room: usize, is_unsafe: fn(char) -> bool) -> String {
    let text: String = segment.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
    let text = shorten(text.trim_matches(' '), room);
    let text = text.trim_end_matches(['.', ' ']);
    if text.is_empty() || text.chars().all(|c| c == '.') {
        return "_".to_owned();
    }
    if is_reserved(text) { format!("_{text}") } else { text.to_owned() }
}

fn is_unsafe(c: char) -> bool {
    !c.is_ascii() || is_harmful(c)
}

/// What is no part of a name anywhere: controls, what turns the direction of writing, what cannot be seen, and what an older
/// system takes for a slash, a backslash or a colon.
const fn is_harmful(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}' | '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2d0}' | '\u{589}' | '\u{2216}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2044}' | '\u{2060}'..='\u{206f}' | '\u{2215}' | '\u{2236}' | '\u{29f5}' | '\u{29f8}'
            | '\u{3164}' | '\u{a789}' | '\u{e000}'..='\u{f8ff}' | '\u{fe13}' | '\u{fe55}' | '\u{fe68}' | '\u{feff}' | '\u{ff0f}'
            | '\u{ff1a}' | '\u{ff3c}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}'
    )
}

/// Cuts in the stem, so that the extension survives.
fn shorten(text: &str, room: usize) -> String {
    if text.chars().count() <= room && text.len() <= SEGMENT_BYTES {
        return text.to_owned();
    }
    let extension =
        text.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| (1..=10).contains(&extension.chars().count()));
    match extension {
        Some(extension) => {
            let room = room.saturating_sub(extension.chars().count() + 1);
            let stem = cut(text, room, SEGMENT_BYTES.saturating_sub(extension.len() + 1));
            format!("{}.{extension}", stem.trim_end_matches(['.', ' ']))
        }
        None => cut(text, room, SEGMENT_BYTES).to_owned(),
    }
}

/// The beginning of a text, at most so many characters and bytes of it.
fn cut(text: &str, chars: usize, bytes: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(chars);
    text.get(..ends.take_while(|end| *end <= bytes).last().unwrap_or(0)).unwrap_or_default()
}

/// Names that Windows keeps for devices, with any extension.
fn is_reserved(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    // Windows takes the small raised digits for digits.
    let is_digit = |n: &str| matches!(n.as_bytes(), [b'0'..=b'9']) || matches!(n, "\u{b9}" | "\u{b2}" | "\u{b3}");
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(is_digit);
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
    fn names_that_come_with_data_keep_their_script_and_lose_what_harms() {
        for (name, expected) in [
            ("النور.mp4", "النور.mp4"),
            ("e\u{301}t\u{e9}.json", "\u{e9}t\u{e9}.json"),
            ("photo\u{202e}gpj.exe", "photo_gpj.exe"),
            ("a\u{ff0f}b\u{2215}c\u{ff1a}d", "a_b_c_d"),
            ("COM\u{b9}.txt", "_COM\u{b9}.txt"),
            ("zero\u{200b}width\u{feff}", "zero_width_"),
            ("..\\..\\x", ".._.._x"),
            ("👩\u{200d}🚀.png", "👩\u{200d}🚀.png"),
            ("", "_"),
            ("…. .", "…"),
        ] {
            let nfc = |text: &str| text.replace("e\u{301}", "\u{e9}");
            let unicode = Unicode { nfc, ..Unicode::default() };
            assert_eq!(EntryName::of_data("data/media", name, unicode).as_str(), format!("data/media/{expected}"), "{name:?}");
        }
        let long = format!("{}.jpeg", "漢".repeat(300));
        let name = EntryName::of_data("data", &long, Unicode::default());
        assert!(name.as_str().len() <= "data/".len() + SEGMENT_BYTES && name.as_str().ends_with("漢.jpeg"), "{name}");
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
                prop_assert!(!segment.chars().any(is_unsafe) && segment.len() <= SEGMENT_BYTES + 1 && segment.chars().count() <= SEGMENT_CHARS + 1, "{:?}", text);
                prop_assert!(segment.is_ascii(), "{:?}", text);
            }
        }

        #[test]
        fn any_text_that_comes_with_data_becomes_a_safe_name(name in any::<String>()) {
            let name = EntryName::of_data("data/media/x", &name, Unicode::default());
            let (folder, segment) = name.as_str().rsplit_once('/').unwrap();
            prop_assert_eq!(folder, "data/media/x");
            prop_assert!(!segment.is_empty() && !segment.ends_with(['.', ' ']) && !is_reserved(segment), "{:?}", segment);
            prop_assert!(!segment.chars().any(is_harmful) && segment.len() <= SEGMENT_BYTES + 1, "{:?}", segment);
        }
    }
}
