//! What a page says beside its records: where the next one is, how many there are, whether more follow.

use std::borrow::Cow;
use std::cmp::Ordering;

use carryall_protocol::catalog::{Aggregate, Comparison, MomentFormat, Paginator, PaginatorKind};
use carryall_protocol::pointer::Pointer;
use carryall_records::json::{lookup, scalar_text};
use carryall_records::moment;

use crate::page::Page;

/// The places of a body that a paginator looks at, in the order in which [`Clue::of`] takes them.
pub(super) fn places(paginator: &Paginator) -> Vec<&Pointer> {
    [&paginator.total, &paginator.has_more, &paginator.token].into_iter().flatten().collect()
}

/// What a page says beside its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clue {
    /// Records there are, as claimed.
    pub(super) total: Option<u64>,
    /// Whether more follow.
    pub(super) has_more: Option<bool>,
    /// The value at the token's place, its exact text.
    pub(super) token: Option<String>,
    /// The `Link` header.
    pub(super) link: Option<String>,
    /// The key to go on from.
    pub(super) key: Option<String>,
}

impl Clue {
    /// Reads what was found at the [`places`] and what the headers say.
    pub(super) fn of(paginator: &Paginator, page: &Page, found: &[Option<&str>]) -> Self {
        let mut found = found.iter().copied();
        let mut next = |place: &Option<Pointer>| place.as_ref().and_then(|_| found.next().flatten());
        let (total, has_more, token) = (next(&paginator.total), next(&paginator.has_more), next(&paginator.token));
        let header = |name: &Option<String>| page.header(&name.as_ref()?.to_ascii_lowercase()).map(str::trim);
        let total = total.and_then(scalar_text).and_then(|total| total.parse().ok());
        let token_header = header(&paginator.token_header).map(quoted);
        Self {
            total: total.or_else(|| header(&paginator.total_header)?.parse().ok()),
            has_more: has_more.and_then(truth),
            token: token.map(str::to_owned).or(token_header),
            link: (paginator.kind == PaginatorKind::LinkHeader).then(|| page.header("link").unwrap_or_default().to_owned()),
            key: None,
        }
    }

    /// Whether the page says that or where more follow.
    pub(super) fn leads_on(&self) -> bool {
        let names = |text: &Option<String>| text.as_ref().is_some_and(|text| !matches!(text.as_str(), "" | "null" | "\"\""));
        self.has_more == Some(true) || names(&self.token) || names(&self.link)
    }

    /// The token as a text; nothing where there is none, or an empty one.
    pub(super) fn token_text(&self) -> Option<Cow<'_, str>> {
        scalar_text(self.token.as_ref()?).filter(|text| !text.is_empty())
    }

    /// A member of the token, which is an object; its exact text.
    pub(super) fn token_member(&self, name: &str) -> Option<&str> {
        lookup(self.token.as_ref()?, std::slice::from_ref(&name.to_owned()))
    }

    /// Takes a record's key where it is further along than those before it.
    pub(super) fn pass(&mut self, paginator: &Paginator, record: &str) {
        let Some(pointer) = &paginator.record_key else { return };
        let Some(key) = lookup(record, pointer.tokens()).and_then(scalar_text) else { return };
        let is_further = self.key.as_ref().is_none_or(|known| {
            let order = compare(paginator.compare, &key, known);
            match paginator.aggregate {
                Aggregate::Last => true,
                Aggregate::Min => order == Ordering::Less,
                Aggregate::Max => order == Ordering::Greater,
            }
        });
        if is_further {
            self.key = Some(key.into_owned());
        }
    }
}

fn truth(value: &str) -> Option<bool> {
    match value {
        "true" | "1" => Some(true),
        "false" | "0" | "null" => Some(false),
        _ => None,
    }
}

/// A header's value as a JSON text; what JSON would have to escape is in no header that is a token.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['"', '\\'], ""))
}

/// How two keys compare.
pub(super) fn compare(comparison: Comparison, one: &str, other: &str) -> Ordering {
    match comparison {
        Comparison::Integer => integers(one, other),
        Comparison::Time => moments(one).cmp(&moments(other)).then_with(|| one.cmp(other)),
        Comparison::Text => one.cmp(other),
    }
}

fn moments(key: &str) -> Option<carryall_protocol::Timestamp> {
    moment::read(&format!("\"{key}\""), MomentFormat::Rfc3339)
}

/// Whole numbers of any length, in decimal.
fn integers(one: &str, other: &str) -> Ordering {
    match (one.strip_prefix('-'), other.strip_prefix('-')) {
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => natural(other, one),
        (None, None) => natural(one, other),
    }
}

fn natural(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_as_what_they_are() {
        use Ordering::{Equal, Greater, Less};
        for (comparison, one, other, order) in [
            (Comparison::Integer, "9", "10", Less),
            (Comparison::Integer, "18446744073709551616", "9223372036854775808", Greater),
            (Comparison::Integer, "007", "7", Equal),
            (Comparison::Integer, "-8", "7", Less),
            (Comparison::Integer, "-8", "-7", Less),
            (Comparison::Text, "9", "10", Greater),
            (Comparison::Time, "2026-02-28T13:00:00+02:00", "2026-02-28T12:00:00Z", Less),
        ] {
            assert_eq!(compare(comparison, one, other), order, "{one} and {other}");
        }
    }
}
