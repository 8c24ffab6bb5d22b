//! What is said in one language, and which placeholders each text needs.

use serde::Serialize;
use toml::{Table, Value};

/// Filled in for every text that has it: the web app whose data is exported.
const EVERYWHERE: &str = "host";

/// What is wrong with a language's file.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The key, "confirmation.until".
    pub(crate) key: String,
    /// What is wrong, and what is expected.
    pub(crate) expected: String,
}

/// Which way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A table of a language's file: its texts, each with the placeholders that must stand in it.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident = $table:literal { $($key:ident [$($placeholder:literal)*])+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize)]
        pub(crate) struct $name {
            $(pub(crate) $key: String,)+
        }

        impl $name {
            fn read(file: &mut Table) -> Result<Self, Fault> {
                let mut table = take_table(file, $table)?;
                let texts = Self {
                    $($key: take_text(&mut table, concat!($table, ".", stringify!($key)), stringify!($key), &[$($placeholder),*])?,)+
                };
                nothing_left(&table, concat!($table, "."))?;
                Ok(texts)
            }
        }
    };
}

texts! {
    /// The mail that confirms.
    Confirmation = "confirmation" {
        subject []
        requested ["requested_at" "code"]
        how []
        button []
        until ["confirm_by"]
        not_me ["settings"]
        not_me_link []
    }
}

texts! {
    /// The mail that says that an export is ready.
    Ready = "ready" {
        subject []
        lies ["browser"]
        until ["available_until"]
        button []
        not_me ["settings"]
        unknown_browser []
    }
}

texts! {
    /// The confirmation page.
    Page = "page" {
        noscript []
        ask_title [] ask_text [] ask_note [] ask_button [] ask_busy [] not_me []
        deny_title [] deny_text [] deny_note [] deny_button [] deny_busy [] was_me []
        code []
        confirmed_title [] confirmed_text []
        denied_title [] denied_text []
        back [] secure []
        broken_title [] broken_text []
        wrong_title [] wrong_text []
        late_title [] late_text []
        used_title [] used_text []
        too_late_title [] too_late_text []
        down_title [] down_text []
        again []
    }
}

/// All that is said in one language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// Which way it is written.
    pub(crate) direction: Direction,
    /// The mail that confirms.
    pub(crate) confirmation: Confirmation,
    /// The mail that says that an export is ready.
    pub(crate) ready: Ready,
    /// The confirmation page.
    pub(crate) page: Page,
}

impl Words {
    /// Reads a language's file.
    pub(super) fn read(mut file: Table) -> Result<Self, Fault> {
        let direction = match file.remove("dir").as_ref().and_then(Value::as_str) {
            Some("ltr") => Direction::Ltr,
            Some("rtl") => Direction::Rtl,
            _ => return Err(fault("dir", "expected \"ltr\" or \"rtl\", the way the language is written")),
        };
        let words = Self {
            direction,
            confirmation: Confirmation::read(&mut file)?,
            ready: Ready::read(&mut file)?,
            page: Page::read(&mut file)?,
        };
        nothing_left(&file, "")?;
        Ok(words)
    }
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Words as they stand.
    Words(&'t str),
    /// The name of what is filled in.
    Placeholder(&'t str),
}

/// A text, cut at its placeholders. A brace that opens or closes none is a piece by that name, which no text may have.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(Piece::Words(before));
        pieces.push(Piece::Placeholder(name));
        rest = behind;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|piece| *piece != Piece::Words(""));
    pieces
}

fn take_table(file: &mut Table, name: &str) -> Result<Table, Fault> {
    match file.remove(name) {
        Some(Value::Table(table)) => Ok(table),
        _ => Err(fault(name, format!("expected a table [{name}] with texts"))),
    }
}

fn take_text(table: &mut Table, key: &str, name: &str, needed: &[&str]) -> Result<String, Fault> {
    let with = needed.iter().map(|name| format!(" with {{{name}}}")).collect::<String>();
    match table.remove(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => check(text, key, needed),
        _ => Err(fault(key, format!("expected a text{with}"))),
    }
}

fn check(text: String, key: &str, needed: &[&str]) -> Result<String, Fault> {
    let mut missing = needed.to_vec();
    for piece in pieces(&text) {
        match piece {
            Piece::Placeholder(name) if needed.contains(&name) || name == EVERYWHERE => missing.retain(|other| *other != name),
            Piece::Placeholder(name) => {
                let known = needed.iter().chain(&[EVERYWHERE]).map(|name| format!("{{{name}}}")).collect::<Vec<_>>();
                return Err(fault(key, format!("{{{name}}} is not known here; expected only {}", known.join(", "))));
            }
            Piece::Words(words) if words.contains('}') => return Err(fault(key, "a brace closes that was not opened")),
            Piece::Words(_) => {}
        }
    }
    match missing.first() {
        Some(missing) => Err(fault(key, format!("expected {{{missing}}} in it"))),
        None if text.contains(['\n', '\r']) => Err(fault(key, "expected one line")),
        None => Ok(text),
    }
}

fn nothing_left(table: &Table, prefix: &str) -> Result<(), Fault> {
    match table.keys().next() {
        Some(key) => Err(fault(format!("{prefix}{key}"), "is not known; the keys are those of en.toml")),
        None => Ok(()),
    }
}

fn fault(key: impl Into<String>, expected: impl Into<String>) -> Fault {
    Fault { key: key.into(), expected: expected.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_placeholders() {
        let cut = [Piece::Words("Hi "), Piece::Placeholder("host"), Piece::Words("!")];
        assert_eq!(pieces("Hi {host}!"), cut);
        assert_eq!(pieces("{a}{b}"), [Piece::Placeholder("a"), Piece::Placeholder("b")]);
        assert_eq!(pieces("plain"), [Piece::Words("plain")]);
    }

    #[test]
    fn a_text_needs_its_placeholders_and_takes_no_others() {
        let told = |text: &str| check(text.to_owned(), "k", &["code"]).map_err(|fault| fault.expected);
        assert!(told("{code} at {host}").is_ok());
        assert!(told("no code").unwrap_err().contains("{code}"));
        assert!(told("{code} {cod}").unwrap_err().starts_with("{cod} is not known here; expected only {code}, {host}"));
        assert!(told("{code} {").unwrap_err().starts_with("{} is not known"));
        assert!(told("{code} }").unwrap_err().contains("brace"));
        assert!(told("{code}\nb").unwrap_err().contains("one line"));
    }
}
