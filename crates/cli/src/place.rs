//! Where in a file a JSON Pointer leads: line and column, as editors count them.

use std::fmt;

use carryall_protocol::pointer::Pointer;
use carryall_records::json::Scanner;

/// A place in a text; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place of a byte.
    pub(crate) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }

    pub(crate) const fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }

    /// Where a pointer leads in text that is JSON: to the name of a member, to an element; as far as there is something.
    pub(crate) fn find(text: &str, pointer: &str) -> Self {
        let pointer = Pointer::new(pointer).unwrap_or_default();
        let mut scanner = Scanner::new(text);
        scanner.peek();
        let mut at = scanner.at();
        for token in pointer.tokens() {
            match step(&mut scanner, token) {
                Some(found) => at = found,
                None => break,
            }
        }
        Self::of(text, at)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Goes to the value that a token names, and says where that begins.
fn step(scanner: &mut Scanner<'_>, token: &str) -> Option<usize> {
    if scanner.eat(b'{') {
        let mut member = scanner.first_member().ok()?;
        while let Some(name) = member {
            if name.is(token) {
                scanner.peek();
                return Some(name.at());
            }
            scanner.value().ok()?;
            member = scanner.next_member().ok()?;
        }
    } else if scanner.eat(b'[') {
        let wanted: usize = token.parse().ok()?;
        let mut is_there = scanner.first_element();
        for at in 0.. {
            scanner.peek();
            if !is_there || at == wanted {
                return is_there.then(|| scanner.at());
            }
            scanner.value().ok()?;
            is_there = scanner.next_element().ok()?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_a_name_or_an_element_or_as_far_as_there_is_something() {
        let text = "{\n  \"a\": [1, {\"ä/b\": 2,\n    \"c\": 3}]\n}";
        for (pointer, place) in [
            ("", "1:1"),
            ("/a", "2:3"),
            ("/a/1", "2:12"),
            ("/a/1/ä~1b", "2:13"),
            ("/a/1/c", "3:5"),
            ("/a/1/x", "2:12"),
            ("/a/7/x", "2:3"),
        ] {
            assert_eq!(Place::find(text, pointer).to_string(), place, "{pointer}");
        }
    }
}
