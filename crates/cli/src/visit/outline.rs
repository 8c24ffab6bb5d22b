//! The outline of an answer: where its lists are, what its members are called. **No value leaves it**, and no name that could be
//! data: only those that look as if a programmer had chosen them.

use std::collections::HashSet;

use serde_json::Value;

/// Levels that are looked at.
const DEPTH: usize = 3;
/// Names that are told at most.
const NAMES: usize = 8;
/// An object with more members is a map, and its names are data.
const MAP: usize = 40;

/// A page without its values.
pub(crate) struct Outline(Value);

impl Outline {
    /// Nothing where the body is no JSON.
    pub(crate) fn of(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().map(Self)
    }

    /// The places of lists, the longest first.
    pub(crate) fn lists(&self) -> Vec<String> {
        let mut lists = Vec::new();
        collect(&self.0, "", DEPTH, &mut |place, value| {
            lists.extend(value.as_array().map(|list| (list.len(), place.to_owned())));
        });
        lists.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.len().cmp(&other.1.len())));
        lists.into_iter().map(|(_, place)| place).collect()
    }

    /// Whether an object stands at a place.
    pub(crate) fn is_object(&self, place: &str) -> bool {
        self.0.pointer(place).is_some_and(Value::is_object)
    }

    /// The places of what names a next page, as APIs use to call it.
    pub(crate) fn leads_on(&self) -> Vec<String> {
        const WORDS: [&str; 10] = [
            "next",
            "nextcursor",
            "nexttoken",
            "nextpagetoken",
            "nextpage",
            "nextlink",
            "cursor",
            "endcursor",
            "continuationtoken",
            "odatanextlink",
        ];
        self.named(&WORDS, |value| value.is_object() || value.as_str().is_some_and(|text| !text.is_empty()))
    }

    /// The places of what claims that more follows than `records`.
    pub(crate) fn claims_more(&self, records: u64) -> Vec<String> {
        let mut more = self.named(&["hasmore", "hasnext", "hasnextpage"], |value| value == &Value::Bool(true));
        more.extend(self.named(&["total", "totalcount", "count"], |value| value.as_u64().is_some_and(|total| total > records)));
        more
    }

    fn named(&self, words: &[&str], fits: impl Fn(&Value) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.0, "", DEPTH, &mut |place, value| {
            let name: String = place.rsplit('/').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
            if words.contains(&name.to_ascii_lowercase().as_str()) && fits(value) {
                found.push(place.to_owned());
            }
        });
        found
    }

    /// The names of the top level.
    pub(crate) fn names(&self) -> Vec<&str> {
        names(&self.0)
    }
}

/// The places of what looks like an id and differs from record to record.
pub(crate) fn keys(records: &[&str]) -> Vec<String> {
    let records: Vec<Value> = records.iter().filter_map(|record| serde_json::from_str(record).ok()).collect();
    let is_key = |name: &&str| ["id", "uuid", "key", "sid"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let differs = |name: &&str| {
        let values: HashSet<String> = records.iter().filter_map(|record| Some(record.get(name)?.to_string())).collect();
        values.len() == records.len()
    };
    let first = records.first().map(names).unwrap_or_default();
    first.into_iter().filter(is_key).filter(differs).map(|name| format!("/{name}")).collect()
}

fn names(value: &Value) -> Vec<&str> {
    members(value).map(|(name, _)| name).take(NAMES).collect()
}

/// The members of an object with names that can be told; none of one with so many that it is a map.
fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().filter(|object| object.len() <= MAP);
    object.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| is_chosen(name))
}

/// A name that a programmer would choose, and hardly an id or a person.
fn is_chosen(name: &str) -> bool {
    let is_word = name.len() <= 30 && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@');
    let digits = name.chars().filter(char::is_ascii_digit).count();
    is_word
        && digits <= 2
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-@.".contains(c))
        && !name.get(1..).unwrap_or_default().contains('@')
}

/// Looks at every value above the records.
fn collect(value: &Value, place: &str, depth: usize, look: &mut dyn FnMut(&str, &Value)) {
    look(place, value);
    for (name, value) in members(value).filter(|_| depth > 0) {
        collect(value, &format!("{place}/{name}"), depth - 1, look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_finds_lists_and_what_leads_on() {
        let body =
            br#"{"data": {"items": [1, 2], "tags": []}, "meta": {"next_cursor": "x", "total": 7}, "a@b.example": [1, 2, 3]}"#;
        let outline = Outline::of(body).unwrap();
        assert_eq!(outline.lists(), ["/data/items", "/data/tags"]);
        assert_eq!(outline.leads_on(), ["/meta/next_cursor"]);
        assert_eq!(outline.claims_more(2), ["/meta/total"]);
        assert!(outline.claims_more(7).is_empty());
        assert_eq!(outline.names(), ["data", "meta"]);
    }

    #[test]
    fn a_key_differs_from_record_to_record() {
        let records = [r#"{"name": "x", "account_id": 1, "id": 7}"#, r#"{"name": "y", "account_id": 1, "id": 8}"#];
        assert_eq!(keys(&records), ["/id"]);
    }

    #[test]
    fn names_that_may_be_data_are_not_told() {
        assert!(["id", "userId", "@odata.nextLink", "x_2"].into_iter().all(is_chosen));
        assert!(["84219372", "u84219372", "ann@x.example", "Ann Smith", "ä", ""].into_iter().all(|name| !is_chosen(name)));
    }
}
