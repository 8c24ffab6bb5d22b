//! Short links in a text become what they lead to.
//!
//! Links are compared by what they say, however they are escaped (`https:\/\/t.co\/x`), and the full one comes as its own text has
//! it: both are contents of JSON strings. **A full link is never looked through again**, and where one short link begins
//! with another the longer one counts.

use std::borrow::Cow;

use carryall_protocol::catalog::{LinkExpansion, Stream};

use super::spot::{Spot, spots};
use crate::draft::Draft;
use crate::json::{first, lookup, scalar_text};
use crate::places::Places;
use crate::redact::{Unsearchable, is_secret};

/// Bytes of a short link at most.
const SHORT_BYTES: usize = 2048;

/// Links that are tried at the places of one record's texts at most, together: a tenth of a second.
const TRIES: usize = 1 << 24;

/// The links of one stream's records.
#[derive(Debug, Clone)]
pub(super) struct Links {
    /// Two rules for each expansion: its text, and the objects that know its links.
    places: Places,
    text: String,
}

/// A short link by what it says, and what it leads to as it is written.
struct Link<'a> {
    short: Cow<'a, str>,
    full: &'a str,
}

impl Links {
    /// Those of a stream; nothing where it has none. What stands in a secret is no link: it would come back in the text.
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let mut places = Places::default();
        for (at, rule) in stream.expand_links.iter().enumerate() {
            let mut way = rule.from.tokens().iter().chain(rule.full.tokens());
            if !way.any(|name| is_secret(name, "")) {
                places.add(&rule.text, 2 * at);
                places.add(&rule.from, 2 * at + 1);
            }
        }
        places.any().map(|places| Self { places, text: String::new() })
    }

    /// Where a record is put together.
    pub(super) const fn room(&mut self) -> &mut String {
        &mut self.text
    }

    /// The record with its links expanded; as it is where none is to be.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where it is too deep, becomes too large, or has links and texts without end.
    pub(super) fn expand<'a>(&'a mut self, record: &'a str, rules: &[LinkExpansion]) -> Result<&'a str, Unsearchable> {
        let spots = spots(record, &self.places)?;
        let known: Vec<_> = rules.iter().enumerate().map(|(expansion, rule)| links(&spots, expansion, rule)).collect();
        let mut draft = Draft::of(record, &mut self.text);
        let mut tries = TRIES;
        for spot in &spots {
            let expansions = spot.rules.iter().filter(|rule| **rule % 2 == 0).filter_map(|rule| known.get(rule / 2));
            let links: Vec<_> = expansions.flatten().collect();
            if !links.is_empty() {
                expand_text(spot, &links, &mut tries, &mut draft)?;
            }
        }
        draft.finish()
    }
}

/// The links of an expansion, which objects at the spots know.
fn links<'a>(spots: &[Spot<'_, 'a>], expansion: usize, rule: &LinkExpansion) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    for spot in spots.iter().filter(|spot| spot.rules.contains(&(2 * expansion + 1))) {
        let short = lookup(spot.value, rule.short.tokens()).filter(|short| short.starts_with('"')).and_then(scalar_text);
        let full = lookup(spot.value, rule.full.tokens()).and_then(content);
        if let (Some(short), Some(full)) = (short.filter(|short| (1..=SHORT_BYTES).contains(&short.len())), full) {
            links.push(Link { short, full });
        }
    }
    links
}

fn expand_text(text: &Spot<'_, '_>, links: &[&Link<'_>], tries: &mut usize, draft: &mut Draft<'_>) -> Result<(), Unsearchable> {
    // Even a text without any of them is looked through for each.
    *tries = tries.checked_sub(links.len()).ok_or(Unsearchable)?;
    let mut rest = content(text.value).unwrap_or_default();
    // After the content there is its closing quote.
    let at = |rest: &str| text.range.end - 1 - rest.len();
    // A link begins with its first character or with an escape.
    let mut marks: Vec<char> = links.iter().filter_map(|link| link.short.chars().next()).collect();
    marks.push('\\');
    while let Some((_, mark)) = rest.find(marks.as_slice()).and_then(|at| rest.split_at_checked(at))
        && let Some((_, next)) = first(mark)
    {
        rest = mark;
        *tries = tries.checked_sub(links.len()).ok_or(Unsearchable)?;
        let found = longest(rest, links);
        if let Some((link, after)) = found {
            draft.replace(at(rest)..at(after), &[link.full]);
        }
        rest = found.map_or(next, |(_, after)| after);
    }
    Ok(())
}

/// The longest short link that a text begins with, and what follows it.
fn longest<'l, 't>(text: &'t str, links: &[&'l Link<'l>]) -> Option<(&'l Link<'l>, &'t str)> {
    let found = links.iter().filter_map(|link| Some((*link, after(text, &link.short)?)));
    found.min_by_key(|(_, after)| after.len())
}

/// What follows this in a text that begins by saying it.
fn after<'t>(text: &'t str, said: &str) -> Option<&'t str> {
    said.chars().try_fold(text, |text, expected| first(text).filter(|(found, _)| *found == expected).map(|(_, after)| after))
}

/// What stands between the quotes of a string.
fn content(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn expanded(rules: serde_json::Value, record: &str) -> String {
        let stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "expand_links": rules});
        let stream = serde_json::from_value(stream).unwrap();
        let links = Links::of(&stream);
        links.map_or(record.to_owned(), |mut links| links.expand(record, &stream.expand_links).unwrap().to_owned())
    }

    fn tweet(record: &str) -> String {
        let rule = |from: &str| json!({"text": "/text", "from": from, "short": "/url", "full": "/to/url"});
        expanded(json!([rule("/urls"), rule("/media")]), record)
    }

    #[test]
    fn a_short_link_becomes_the_full_one_however_it_is_escaped() {
        let full = r#"https:\/\/x.org/?q=\"é\u00e9"#;
        let urls = format!(r#""urls":[{{"url":"https:\/\/t.co\/a","to":{{"url":"{full}"}}}}]"#);
        let text = r#"see https://t.co/a \n https:\/\/t.co\u002fa, \ud83d\ude00https://t.co/b"#;
        let expected = format!(r#"see {full} \n {full}, \ud83d\ude00https://t.co/b"#);
        let record = |text: &str| format!(r#"{{"text":"{text}", {urls}}}"#);
        assert_eq!(tweet(&record(text)), record(&expected));
    }

    #[test]
    fn the_longer_of_two_links_counts_and_a_full_one_is_not_looked_through() {
        let links = r#""urls":[{"url":"t/a","to":{"url":"t/a t/ab"}}],"media":[{"url":"t/ab","to":{"url":"!"}}]"#;
        let record = |text: &str| format!(r#"{{{links},"text":"{text}"}}"#);
        assert_eq!(tweet(&record("t/a t/ab t/")), record("t/a t/ab ! t/"));
    }

    #[test]
    fn what_is_no_link_changes_nothing() {
        for urls in
            [r#"[{"url":"","to":{"url":"x"}}]"#, r#"[{"url":"a","to":{"url":7}}, 5]"#, r#"[{"url":1,"to":{"url":"x"}}]"#, "[]"]
        {
            let record = format!(r#"{{"text":"a 1","urls":{urls}}}"#);
            assert_eq!(tweet(&record), record);
        }
    }

    #[test]
    fn links_and_texts_without_end_are_refused() {
        let record = |text: &str, full: &str, links: usize| {
            let links = vec![format!(r#"{{"url":"xy","to":{{"url":"{full}"}}}}"#); links].join(",");
            format!(r#"{{"text":"{text}","urls":[{links}]}}"#)
        };
        let long = "x".repeat(100_000);
        for (record, is_expanded) in [
            (record(&long, "z", 100), true),
            (record(&long, "z", 1_000), false),
            (record(&"xy".repeat(100), &long, 1), true),
            (record(&"xy".repeat(300), &long, 1), false),
        ] {
            let rules = json!([{"text": "/text", "from": "/urls", "short": "/url", "full": "/to/url"}]);
            let stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "expand_links": rules});
            let stream: Stream = serde_json::from_value(stream).unwrap();
            assert_eq!(Links::of(&stream).unwrap().expand(&record, &stream.expand_links).is_ok(), is_expanded);
        }
    }

    #[test]
    fn a_secret_does_not_come_back_as_a_link() {
        let rules = |full: &str| json!([{"text": "/text", "from": "/a", "short": "/b", "full": full}]);
        let record = r#"{"text":"x","a":{"b":"x","token":"hunter2","c":"d"}}"#;
        assert_eq!(expanded(rules("/token"), record), record);
        assert_eq!(expanded(rules("/c"), record), record.replacen("\"x", "\"d", 1));
    }

    #[test]
    fn texts_and_links_without_end_are_refused() {
        let rules = json!([{"text": "/texts", "from": "/urls", "short": "/url", "full": "/url"}]);
        let stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "expand_links": rules});
        let stream: Stream = serde_json::from_value(stream).unwrap();
        let expands = |texts: usize, links: usize| {
            let urls: Vec<_> = (0..links).map(|link| json!({"url": format!("t/{link}")})).collect();
            let record = json!({"texts": vec![""; texts], "urls": urls}).to_string();
            Links::of(&stream).unwrap().expand(&record, &stream.expand_links).is_ok()
        };
        assert!(expands(0, 90_000) && expands(10, 90_000) && !expands(5_000, 5_000));
    }
}
