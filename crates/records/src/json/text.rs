//! Where a string ends, and what it says (RFC 8259, section 7).

use std::borrow::Cow;

/// Bytes looked at together.
const WORD: usize = 8;
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Where a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// The place after its closing quote.
    pub(super) after: usize,
    pub(super) has_escapes: bool,
}

/// The end of a string whose content begins at `at`; nothing where it has none, or where it holds a control character or an escape
/// that JSON does not know.
pub(super) fn end(bytes: &[u8], mut at: usize) -> Option<End> {
    let mut has_escapes = false;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(End { after: at + 1, has_escapes }),
            b'\\' => at = escape_end(bytes, at + 1)?,
            _ => return None,
        }
        has_escapes = true;
    }
}

/// The next quote, backslash or control character, or the end.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<WORD>) {
        let special = specials(u64::from_le_bytes(*word));
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += WORD;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len())
}

/// A word whose lowest set bit stands in the first byte that is a quote, a backslash or a control character.
const fn specials(word: u64) -> u64 {
    let quote = word ^ (LOW * b'"' as u64);
    let backslash = word ^ (LOW * b'\\' as u64);
    let zeros = quote.wrapping_sub(LOW) & !quote | backslash.wrapping_sub(LOW) & !backslash;
    (zeros | word.wrapping_sub(LOW * 0x20) & !word) & HIGH
}

/// After a backslash: the place after the escape.
fn escape_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => bytes.get(at + 1..at + 5)?.iter().all(u8::is_ascii_hexdigit).then_some(at + 5),
        _ => None,
    }
}

/// A string's content, or a number's text: what an id is made of. Nothing for anything else.
pub fn scalar_text(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => Some(unescaped(value.get(1..value.len().checked_sub(1)?)?)),
        b'-' | b'0'..=b'9' => Some(value.into()),
        _ => None,
    }
}

/// What a string's content says; half a surrogate pair says U+FFFD.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        said.push_str(plain);
        let (character, after) = character(escape);
        said.push(character);
        rest = after;
    }
    said.push_str(rest);
    Cow::Owned(said)
}

/// The first character that a string's content says, and what follows it.
#[inline(never)] // three callers, none of them on every record's way
pub(crate) fn first(raw: &str) -> Option<(char, &str)> {
    if let Some(escape) = raw.strip_prefix('\\') {
        return Some(character(escape));
    }
    let mut characters = raw.chars();
    Some((characters.next()?, characters.as_str()))
}

/// A text as a JSON string, with its quotes: as serde_json writes it.
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_quoted(text, &mut json);
    json
}

/// Adds a text as a JSON string.
#[inline(never)] // many callers, none of them on every record's way
pub fn push_quoted(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' => {
                let digit = |shift: u32| char::from_digit(u32::from(character) >> shift & 0xf, 16).unwrap_or('0');
                json.push_str("\\u00");
                json.extend([digit(4), digit(0)]);
            }
            _ => json.push(character),
        }
    }
    json.push('"');
}

/// The character of an escape without its backslash, and what follows it.
fn character(escape: &str) -> (char, &str) {
    let mut characters = escape.chars();
    let simple = match characters.next() {
        Some('u') => return code_point(characters.as_str()),
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        other => other.unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    (simple, characters.as_str())
}

/// The character that four digits mean, or eight as a surrogate pair.
fn code_point(digits: &str) -> (char, &str) {
    let Some((high, after)) = unit(digits) else { return (char::REPLACEMENT_CHARACTER, digits) };
    if let (0xD800..0xDC00, Some((low @ 0xDC00..0xE000, after))) = (high, after.strip_prefix("\\u").and_then(unit)) {
        let point = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), after);
    }
    (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), after)
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_is_a_text_or_a_number_and_nothing_else() {
        let text = |json: &'static str| scalar_text(json);
        assert_eq!(text(r#""a\/b""#).as_deref(), Some("a/b"));
        assert_eq!(text("9223372036854775808").as_deref(), Some("9223372036854775808"));
        assert_eq!(text("null"), None);
        assert_eq!(text("[1]"), None);
    }

    #[test]
    fn half_a_pair_says_the_replacement_character() {
        assert_eq!(unescaped(r"a\ud83d\ude00\ud83d!\ude00\ud83dA"), "a😀\u{fffd}!\u{fffd}\u{fffd}A");
    }

    proptest! {
        #[test]
        fn a_string_says_what_serde_reads(said in any::<String>(), escape in any::<bool>()) {
            let mut json = serde_json::to_string(&said).unwrap();
            if escape {
                let units = said.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
                json = format!("\"{}\"", units.collect::<String>());
            }
            let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap();
            let whole = End { after: json.len(), has_escapes: inside.contains('\\') };
            prop_assert_eq!(end(json.as_bytes(), 1), Some(whole));
            prop_assert_eq!(unescaped(inside), said);
        }

        #[test]
        fn a_quoted_text_is_what_serde_json_writes(said in any::<String>(), marks in "[\\x00-\\x23\\\\]{0,9}") {
            let said = said + &marks;
            prop_assert_eq!(quoted(&said), serde_json::to_string(&said).unwrap());
        }

        #[test]
        fn a_string_says_its_characters_one_after_the_other(said in any::<String>()) {
            let json = serde_json::to_string(&said).unwrap().replace('/', "\\/");
            let mut raw = json.get(1..json.len() - 1).unwrap();
            let mut found = String::new();
            while let Some((character, rest)) = first(raw) {
                found.push(character);
                raw = rest;
            }
            prop_assert_eq!(found, said);
        }

        #[test]
        fn words_find_what_bytes_find(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0u8..0x30, Just(b'\\')], 0..40)) {
            let expected = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(bytes.len());
            prop_assert_eq!(plain_end(&bytes, 0), expected);
        }
    }
}
