//! What a catalog says in so many words: a type no longer knows whether a field stood there or had its default.

use carryall_records::json::{Scanner, lookup};

/// The elements of the array at a member of an object's text.
pub(super) fn elements<'a>(text: &'a str, member: &str) -> Vec<&'a str> {
    let mut elements = Vec::new();
    let mut scanner = Scanner::new(lookup(text, &[member.to_owned()]).unwrap_or_default());
    let mut another = scanner.eat(b'[') && scanner.first_element();
    while another {
        elements.extend(scanner.value());
        another = scanner.next_element() == Ok(true);
    }
    elements
}

/// The names of an object's members that are not null.
pub(super) fn names(text: &str, member: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut scanner = Scanner::new(lookup(text, &[member.to_owned()]).unwrap_or_default());
    let mut name = if scanner.eat(b'{') { scanner.first_member() } else { Ok(None) };
    while let Ok(Some(member)) = name {
        let is_null = scanner.value() == Ok("null");
        names.extend((!is_null).then(|| member.said().into_owned()));
        name = scanner.next_member();
    }
    names
}
