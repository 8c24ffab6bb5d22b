//! One cell of a table, and the guard that keeps it from being a formula.
//!
//! Spreadsheet programs run what begins with `=`, `+`, `-` or `@`, also in its full width and behind spaces, and drop a tab or a
//! line break before it. A `'` before such a text makes them show it. Programs that are set to another separator begin a cell
//! behind a semicolon, a tab or a line break within a text (OWASP, CSV injection): there the same `'` is put in. Numbers are no texts,
//! so they stay as they are. In JSON such a sign is written as an escape, so that it says the same.

use crate::json::scalar_text;

/// Writes a JSON value: a string as what it says, `null` as nothing, the rest by its exact text. Tells whether it was guarded.
pub(super) fn value(json: &str, row: &mut String) -> bool {
    match json.as_bytes().first() {
        None | Some(b'n') => false,
        Some(b'"') => text(&scalar_text(json).unwrap_or_default(), row),
        Some(b'[' | b'{') => {
            structure(json, row);
            false
        }
        Some(_) => {
            row.push_str(json);
            false
        }
    }
}

/// Writes a text; tells whether it was guarded.
pub(super) fn text(said: &str, row: &mut String) -> bool {
    let is_special = |byte: u8| matches!(byte, b'"' | b',' | b';' | b'\t' | b'\r' | b'\n');
    let is_quoted = said.starts_with(' ') || said.ends_with(' ') || said.bytes().any(is_special);
    if is_quoted {
        row.push('"');
    }
    let mut is_guarded = said.starts_with(['\t', '\r', '\n']);
    if is_guarded {
        row.push('\'');
    }
    let mut begins = true;
    for character in said.chars() {
        if begins && is_formula(character) {
            row.push('\'');
            is_guarded = true;
        }
        // A quotation mark may be another program's way to begin a cell.
        begins = matches!(character, ';' | '\t' | '\r' | '\n') || (begins && (character == '"' || is_blank(character)));
        match character {
            '"' => row.push_str("\"\""),
            // No spreadsheet holds it, and readers end a text there.
            '\0' => row.push(char::REPLACEMENT_CHARACTER),
            _ => row.push(character),
        }
    }
    if is_quoted {
        row.push('"');
    }
    is_guarded
}

/// Writes an array or an object, always between quotation marks. Line breaks stand between its tokens only.
fn structure(json: &str, row: &mut String) {
    row.push('"');
    let mut begins = false;
    for character in json.chars() {
        match character {
            '"' => row.push_str("\"\""),
            '\t' | '\r' | '\n' => row.push(' '),
            _ if begins && is_formula(character) => {
                row.push_str("\\u");
                let digit = |shift: u32| char::from_digit(u32::from(character) >> shift & 0xf, 16).unwrap_or('0');
                row.extend([digit(12), digit(8), digit(4), digit(0)]);
            }
            _ => row.push(character),
        }
        begins = character == ';' || (begins && (character == '"' || is_blank(character)));
    }
    row.push('"');
}

const fn is_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// What a program may drop before a formula.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{3000}' | '\u{feff}')
}
