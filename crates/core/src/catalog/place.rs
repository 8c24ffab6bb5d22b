//! Places in the text of a catalog. A type no longer knows whether a field stood there or had its default; the text does.

use carryall_records::json::{Scanner, scalar_text};

/// The value of a member, unless it is null.
pub(super) fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    children(text).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The members of an object by their names, or the elements of an array by their places; not those that are null.
pub(super) fn children(text: &str) -> Vec<(String, &str)> {
    let mut children = Vec::new();
    let mut scanner = Scanner::new(text);
    if scanner.eat(b'[') {
        let mut another = scanner.first_element();
        while another {
            let Ok(value) = scanner.value() else { break };
            children.push((children.len().to_string(), value));
            another = scanner.next_element() == Ok(true);
        }
    } else if scanner.eat(b'{') {
        let mut name = scanner.first_member();
        while let Ok(Some(member)) = name {
            let Ok(value) = scanner.value() else { break };
            children.push((member.said().into_owned(), value));
            name = scanner.next_member();
        }
    }
    children.retain(|(_, value)| *value != "null");
    children
}

/// Looks at every value of a place.
pub(super) fn visit(text: &str, place: &str, at: &mut String, look: &mut dyn FnMut(&str, &str, &str)) {
    let (first, rest) = place.split_once('/').unwrap_or((place, ""));
    for (name, value) in children(text) {
        if first == "*" || first == name {
            let before = go_in(at, &name);
            if rest.is_empty() {
                look(at, &name, value);
            } else {
                visit(value, rest, at, look);
            }
            at.truncate(before);
        }
    }
}

/// Looks at every text, however deep.
pub(super) fn texts(text: &str, at: &mut String, look: &mut dyn FnMut(&str, &str)) {
    if text.starts_with('"') {
        look(at, &scalar_text(text).unwrap_or_default());
    }
    for (name, value) in children(text) {
        let before = go_in(at, &name);
        texts(value, at, look);
        at.truncate(before);
    }
}

/// Adds a token to a JSON Pointer, and answers with its length before.
pub(super) fn go_in(at: &mut String, name: &str) -> usize {
    let before = at.len();
    at.push('/');
    at.push_str(&name.replace('~', "~0").replace('/', "~1"));
    before
}
