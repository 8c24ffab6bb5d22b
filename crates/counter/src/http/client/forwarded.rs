//! `Forwarded` (RFC 7239), as far as it names clients.
//!
//! **A value that breaks the grammar names nobody at all**: a client could open a quote in its own part that swallows what
//! the proxy wrote behind it.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

use super::address;

/// Whom every element names, in order; nothing where it is not by an address.
pub(super) fn named(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(header::FORWARDED).iter();
    let read = values.map(|value| Reader { rest: value.as_bytes() }.elements());
    read.collect::<Option<Vec<_>>>().unwrap_or_default().concat()
}

/// What of a value is still to be read.
struct Reader<'v> {
    rest: &'v [u8],
}

impl Reader<'_> {
    /// All elements, if the whole value keeps to the grammar.
    fn elements(mut self) -> Option<Vec<Option<IpAddr>>> {
        let mut elements = Vec::new();
        loop {
            elements.push(self.element()?);
            self.skip_space();
            if self.rest.is_empty() {
                return Some(elements);
            }
            self.take(b',').then_some(())?;
        }
    }

    /// One element: pairs with semicolons between them.
    fn element(&mut self) -> Option<Option<IpAddr>> {
        let mut client = None;
        loop {
            self.skip_space();
            let name = self.token().to_ascii_lowercase();
            let is_whole = !name.is_empty() && self.take(b'=');
            let value = if self.take(b'"') { self.quoted()? } else { self.token() };
            if !is_whole || (name == b"for" && client.is_some()) {
                return None;
            }
            if name == b"for" {
                client = Some(address(&value));
            }
            self.skip_space();
            if !self.take(b';') {
                return Some(client.flatten());
            }
        }
    }

    /// The characters of a token (RFC 9110, section 5.6.2), and the colon that some proxies leave without quotes.
    fn token(&mut self) -> Vec<u8> {
        let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(byte);
        let length = self.rest.iter().position(|byte| !is_token(byte)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        token.to_vec()
    }

    /// What stands before the closing quote.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            match first {
                b'"' => return Some(text),
                b'\\' => {
                    let (escaped, rest) = self.rest.split_first()?;
                    self.rest = rest;
                    text.push(*escaped);
                }
                other => text.push(*other),
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let rest = self.rest.strip_prefix(&[byte]);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(values: &[&str]) -> Vec<Option<IpAddr>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::FORWARDED, HeaderValue::from_str(value).unwrap());
        }
        named(&headers)
    }

    #[test]
    fn one_who_breaks_the_grammar_hides_nobody() {
        for broken in [
            "for=\"x, for=192.0.2.1",
            "for=\"x, for=\"[2001:db8::1]\"",
            "for=\"x\"y, for=192.0.2.1",
            "for=1.2.3.4;for=192.0.2.1",
            "for, for=192.0.2.1",
            ", for=192.0.2.1",
            "for=192.0.2.1;",
            "for=\"x\\",
        ] {
            assert_eq!(read(&[broken]), [], "{broken}");
            assert_eq!(read(&["for=192.0.2.1", broken]), [], "{broken}");
        }
    }

    #[test]
    fn a_comma_in_quotes_parts_nothing() {
        let one = Some("192.0.2.1".parse().unwrap());
        assert_eq!(read(&["for=\"192.0.2.1\";host=\"a, for=6.6.6.6\""]), [one]);
        assert_eq!(read(&["for = 192.0.2.1"]), [], "no space around the equals sign");
        assert_eq!(read(&["for=192.0.2.1 , for=\"\\1\\92.0.2.1\""]), [one, one]);
    }
}
