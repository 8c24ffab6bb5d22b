//! What a file is called in the archive: its record's key, its own id, the name it had.

use carryall_records::attachment::Attachment;

use crate::entry_name::{EntryName, Unicode};

/// `<record>-<id>-<name>` below a folder; beyond the first of its name with a number. What identifies it among the record's files may be
/// left out.
pub(super) fn entry(folder: &str, lead: (&str, Option<&str>), wanted: &Attachment, number: u32, unicode: Unicode) -> EntryName {
    let (record, id) = lead;
    let own = wanted.name.clone().unwrap_or_else(|| basename(wanted.url.as_deref().unwrap_or_default()));
    let mut name = String::new();
    if number > 1 {
        name.push_str(&number.to_string());
        name.push('~');
    }
    for lead in [Some(record), id].into_iter().flatten().filter(|lead| !lead.is_empty()) {
        // Keys may be long texts: the name is what people look for.
        name.extend(lead.chars().take(40));
        name.push('-');
    }
    EntryName::of_data(folder, &(name + &own), unicode)
}

/// The last segment of an address.
pub(super) fn basename(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let last = path.rsplit('/').next().unwrap_or_default();
    decoded(last).unwrap_or_else(|| last.to_owned())
}

/// What stands behind percent signs (RFC 3986 section 2.1); nothing where that is no UTF-8.
fn decoded(segment: &str) -> Option<String> {
    let mut pieces = segment.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_of_an_address_is_a_name() {
        for (url, name) in [
            ("https://m.example/a/b%20c.png?x=/y#z/", "b c.png"),
            ("https://m.example", ""),
            ("https://m.example/a/", ""),
            ("/a/%2e%2E%2f%c3%a9.jpg", "../é.jpg"),
            ("/a/%ff.jpg", "%ff.jpg"),
            ("/a/100%.jpg", "100%.jpg"),
        ] {
            assert_eq!(basename(url), name);
        }
    }

    #[test]
    fn a_name_says_whose_file_it_is() {
        let wanted = Attachment {
            rule: 0,
            url: Some("https://m.example/p/photo.jpg".to_owned()),
            id: Some("7".to_owned()),
            name: None,
            size: None,
            media_type: None,
            expires: None,
        };
        let name = |record: &str, number| {
            entry("data/x", (record, wanted.id.as_deref()), &wanted, number, Unicode::default()).to_string()
        };
        assert_eq!((name("12", 1).as_str(), name("", 3).as_str()), ("data/x/12-7-photo.jpg", "data/x/3~7-photo.jpg"));
    }
}
