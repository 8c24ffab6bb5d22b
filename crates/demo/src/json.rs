//! Compact JSON, written straight into bytes.
//!
//! The host must decide every byte of a record (key order, `12.50`, `\u2028`), and the truth must be the same bytes less
//! the secrets; so records are written by hand, not through a value. **Drawing a secret never moves the record's random
//! run**: the text without secrets is the text with them, less whole members.

use std::fmt;
use std::io::Write;

use carryall_protocol::Timestamp;

use crate::random::mix;

/// What every secret value begins with, so that a test can search an archive for it.
pub const SECRET_MARK: &str = "SECRET-";

/// Whether secret members are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// As the API serves them.
    Served,
    /// As they must be in an export: not at all.
    Removed,
}

/// Compact JSON under construction.
pub(crate) struct Json {
    text: Vec<u8>,
    secrets: Secrets,
    secret_state: u64,
}

impl Json {
    pub(crate) fn new(secrets: Secrets) -> Self {
        Self::with_capacity(secrets, 4096)
    }

    pub(crate) fn with_capacity(secrets: Secrets, bytes: usize) -> Self {
        Self { text: Vec::with_capacity(bytes), secrets, secret_state: 0 }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.text
    }

    /// Empties the text and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    /// An object that stands alone or in a list; its secrets depend on `secret_seed` alone.
    pub(crate) fn record(&mut self, secret_seed: u64, members: impl FnOnce(&mut Self)) {
        self.secret_state = mix(secret_seed);
        self.item(members);
    }

    /// A list that stands alone.
    pub(crate) fn array(&mut self, items: impl FnOnce(&mut Self)) {
        self.text.push(b'[');
        items(self);
        self.text.push(b']');
    }

    /// An object in a list.
    pub(crate) fn item(&mut self, members: impl FnOnce(&mut Self)) {
        self.separate();
        self.text.push(b'{');
        members(self);
        self.text.push(b'}');
    }

    /// `"key":{..}`
    pub(crate) fn object(&mut self, key: &str, members: impl FnOnce(&mut Self)) {
        self.key(key);
        self.text.push(b'{');
        members(self);
        self.text.push(b'}');
    }

    /// `"key":[..]`
    pub(crate) fn list(&mut self, key: &str, items: impl FnOnce(&mut Self)) {
        self.key(key);
        self.text.push(b'[');
        items(self);
        self.text.push(b']');
    }

    /// `"key":"..."`, the parts joined and escaped as little as JSON demands.
    pub(crate) fn text(&mut self, key: &str, parts: &[&str]) {
        self.key(key);
        self.quoted(parts);
    }

    /// A text in a list.
    pub(crate) fn text_item(&mut self, text: &str) {
        self.separate();
        self.quoted(&[text]);
    }

    /// A number in a list.
    pub(crate) fn number_item(&mut self, number: u64) {
        self.separate();
        self.format(format_args!("{number}"));
    }

    /// `"key":"..."` in ASCII alone, as many servers write it: everything else as `\uXXXX`.
    pub(crate) fn ascii(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text.push(b'"');
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte @ (b' '..=b'!' | b'#'..=b'[' | b']'..=b'~')) => self.text.push(byte),
                _ => self.format(format_args!("\\u{unit:04x}")),
            }
        }
        self.text.push(b'"');
    }

    /// `"key":"..."` around what needs no escape: ids, numbers as texts.
    pub(crate) fn plain(&mut self, key: &str, text: fmt::Arguments<'_>) {
        self.key(key);
        self.text.push(b'"');
        self.format(text);
        self.text.push(b'"');
    }

    /// `"key":` before any JSON whose exact text matters: numbers, escapes of one's own choice.
    pub(crate) fn raw(&mut self, key: &str, json: fmt::Arguments<'_>) {
        self.key(key);
        self.format(json);
    }

    pub(crate) fn number(&mut self, key: &str, number: u64) {
        self.raw(key, format_args!("{number}"));
    }

    /// `"key":12.50`, with both decimals whatever they are.
    pub(crate) fn money(&mut self, key: &str, cents: u64) {
        self.raw(key, format_args!("{}.{:02}", cents / 100, cents % 100));
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key);
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.key(key);
        self.text.extend_from_slice(b"null");
    }

    pub(crate) fn moment(&mut self, key: &str, moment: Timestamp) {
        self.plain(key, format_args!("{moment}"));
    }

    /// A member that no export may hold.
    pub(crate) fn secret(&mut self, key: &str) {
        if self.secrets == Secrets::Served {
            self.key(key);
            self.secret_value();
        }
    }

    /// The same without a value: it goes all the same, for its name.
    pub(crate) fn secret_null(&mut self, key: &str) {
        if self.secrets == Secrets::Served {
            self.null(key);
        }
    }

    /// An object that no export may hold, with all that is in it.
    pub(crate) fn secret_object(&mut self, key: &str, members: impl FnOnce(&mut Self)) {
        if self.secrets == Secrets::Served {
            self.object(key, members);
        }
    }

    /// A list that no export may hold.
    pub(crate) fn secret_list(&mut self, key: &str, length: usize) {
        if self.secrets == Secrets::Served {
            self.list(key, |json| {
                for _ in 0..length {
                    json.separate();
                    json.secret_value();
                }
            });
        }
    }

    fn secret_value(&mut self) {
        self.secret_state = self.secret_state.wrapping_add(1);
        let (high, low) = (mix(self.secret_state), mix(!self.secret_state));
        self.format(format_args!("\"{SECRET_MARK}{high:016x}{low:016x}\""));
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.text.push(b'"');
        self.text.extend_from_slice(key.as_bytes());
        self.text.extend_from_slice(b"\":");
    }

    fn separate(&mut self) {
        if !matches!(self.text.last(), None | Some(b'{' | b'[')) {
            self.text.push(b',');
        }
    }

    fn quoted(&mut self, parts: &[&str]) {
        self.text.push(b'"');
        for part in parts {
            self.escaped(part.as_bytes());
        }
        self.text.push(b'"');
    }

    fn escaped(&mut self, mut text: &[u8]) {
        while let Some(at) = text.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            let (run, rest) = text.split_at(at);
            self.text.extend_from_slice(run);
            match rest.first() {
                Some(b'\n') => self.text.extend_from_slice(b"\\n"),
                Some(b'\t') => self.text.extend_from_slice(b"\\t"),
                Some(byte @ (b'"' | b'\\')) => self.text.extend_from_slice(&[b'\\', *byte]),
                Some(byte) => self.format(format_args!("\\u{byte:04x}")),
                None => {}
            }
            text = rest.get(1..).unwrap_or_default();
        }
        self.text.extend_from_slice(text);
    }

    fn format(&mut self, arguments: fmt::Arguments<'_>) {
        // Writing into a Vec cannot fail, and `Display` of a number or a text does not.
        self.text.write_fmt(arguments).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(secrets: Secrets) -> String {
        let mut json = Json::new(secrets);
        json.record(7, |json| {
            json.secret("password");
            json.text("name", &["a\"b", "\\\n\u{1}\u{2028}é"]);
            json.ascii("ascii", "é\u{1f600}\"x");
            json.object("mfa", |json| json.secret("totpSecret"));
            json.money("price", 1250);
            json.list("codes", |json| {
                json.text_item("x");
                json.item(|json| json.secret_list("backupCodes", 2));
            });
            json.secret_null("token");
        });
        String::from_utf8(json.into_bytes()).unwrap()
    }

    #[test]
    fn secrets_go_with_their_commas_wherever_they_stand() {
        let expected = [
            r#"{"name":"a\"b\\\n\u0001"#,
            "\u{2028}é",
            r#"","ascii":"\u00e9\ud83d\ude00\u0022x","mfa":{},"price":12.50,"codes":["x",{}]}"#,
        ];
        assert_eq!(sample(Secrets::Removed), expected.concat());
    }

    #[test]
    fn what_is_served_is_json_and_every_secret_is_marked() {
        let text = sample(Secrets::Served);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(value["password"].as_str().unwrap().starts_with(SECRET_MARK));
        assert_eq!(value["name"], "a\"b\\\n\u{1}\u{2028}é");
        assert_eq!(value["ascii"], "é\u{1f600}\"x");
        assert_eq!(text.matches(SECRET_MARK).count(), 4);
    }
}
