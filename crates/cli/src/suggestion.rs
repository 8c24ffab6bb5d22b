//! What to do about something that is wrong.

use carryall_core::CatalogError;
use carryall_core::catalog::Rule;
use serde_json::Value;

/// What other formats call things, and what they are called here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("api_url", "base_url"),
    ("cursor_path", "token"),
    ("data_path", "records"),
    ("endpoint", "path"),
    ("exclude", "exclude_records"),
    ("has_next", "has_more"),
    ("key", "primary_key"),
    ("limit", "page_size"),
    ("limit_param", "page_size_param"),
    ("name", "as"),
    ("next", "token"),
    ("pagination", "paginator"),
    ("parent", "for_each"),
    ("params", "query"),
    ("per_page", "page_size"),
    ("rate_limit", "rate"),
    ("record_selector", "records"),
    ("responses", "on_response"),
    ("select", "keep_fields"),
    ("size", "page_size"),
    ("url", "path"),
];

/// How alike two words must be (1 is the same) for one to be meant for the other.
const ALIKE: f64 = 0.72;

/// What to do about an error in this catalog.
pub(crate) fn suggestion(error: &CatalogError, catalog: &Value) -> Option<String> {
    match error.rule {
        None => shape(&error.problem),
        Some(rule) => broken(rule, error, catalog),
    }
}

/// An unknown word among known ones, or a missing field.
fn shape(problem: &str) -> Option<String> {
    let words: Vec<&str> = problem.split('`').skip(1).step_by(2).collect();
    if problem.contains("unknown") || problem.contains("expected one of") {
        return meant_in(problem).map(did_you_mean);
    }
    if problem.contains("is not a JSON Pointer") {
        return Some("a place begins with a slash: /id is the member id, \"\" the whole value".to_owned());
    }
    problem.contains("missing field").then(|| format!("add \"{}\"", words.first().copied().unwrap_or_default()))
}

/// The name that was meant by a field that is unknown.
pub(crate) fn meant_name(problem: &str) -> Option<String> {
    meant_in(problem).filter(|_| problem.starts_with("unknown field")).map(str::to_owned)
}

/// The known word that was meant by the first one in back-ticks.
fn meant_in(problem: &str) -> Option<&str> {
    let words: Vec<&str> = problem.split('`').skip(1).step_by(2).collect();
    let (found, known) = words.split_first()?;
    meant(found, known)
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

/// The known word that was meant.
fn meant<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let folded = |word: &str| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(&folded(word), &folded(found));
    let other = OTHER_WORDS.iter().find(|(other, _)| folded(other) == folded(found));
    let ours = other.and_then(|(_, ours)| known.iter().copied().find(|known| known == ours));
    let nearest = || known.iter().copied().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    ours.or_else(|| nearest().filter(|word| likeness(word) >= ALIKE))
}

fn broken(rule: Rule, error: &CatalogError, catalog: &Value) -> Option<String> {
    let found = catalog.pointer(&error.pointer).and_then(Value::as_str).unwrap_or_default();
    let text = match rule {
        Rule::Base => base(found),
        Rule::Path => path(found),
        Rule::PathBraces => "put each {name} between slashes: /people/{person}/items",
        Rule::Prefix => "name the path below base_url under which all next addresses lie, like /items",
        Rule::PathPlace => "put the paginator's param into the path, like /items/{page}, or leave inject_into away",
        Rule::Template => return name(error, catalog),
        Rule::KeyUnused => "put the name into the path: with \"as\": \"person\" a path like /people/{person}/items",
        Rule::Link => "use https://... or mailto:...",
        Rule::Text => "write \"Messages\", or {\"en\": \"Messages\", \"de\": \"Nachrichten\"}",
        Rule::ValueName => "choose a name of its own, like person or channel",
        Rule::Inside => "name a member of the record, like /email; \"\" would be the record itself",
        Rule::Pointer => "in a body a parameter is a place: /variables/after, /page",
        Rule::HeaderName => "a header's name has letters, digits and -",
        Rule::Credential => "leave it away: the page adds the session's credentials to every request by itself",
        Rule::HeaderValue => "write the value on one line",
        Rule::Safe => "add \"safe\": true to the request if this POST only reads; else use another resource",
        Rule::NoBody => "put the values into query, or add \"method\": \"POST\", \"safe\": true",
        Rule::Body => "add \"method\": \"POST\", \"safe\": true and a body, or \"inject_into\": \"query\"",
        Rule::RelayBody => "leave inject_into away and name the place in the body with param: /variables/after",
        Rule::Earlier | Rule::Sibling => return stream(error, catalog),
        Rule::SwitchedOff => {
            "say in that stream how the host answers when it is switched off: \"on_response\": [{\"status\": 403, \"action\": \"switched_off\"}]"
        }
        Rule::Taken => "choose another id; for a key in the document layout set \"document_key\"",
        Rule::Twice => "give one of the two another name",
        Rule::Takes(_) => return shape(&format!("unknown field `{}`, {}", last(&error.pointer), error.problem)),
        Rule::With(field, _) => return Some(format!("add \"{field}\"")),
        Rule::Either(one, _) => return Some(format!("write \"{one}\" or the other, not both and not none")),
        Rule::NotBoth(one, other) => return Some(format!("take out \"{one}\" or \"{other}\"")),
        Rule::Depth => "read the values further down from another resource",
        _ => return None,
    };
    Some(text.to_owned())
}

fn base(found: &str) -> &'static str {
    if found.starts_with("http://") {
        return "use https://, or only the path where the API is on the page's own origin: /api/v1";
    }
    if found.ends_with('/') { "take away the slash at the end" } else { "write /api/v1 or https://api.example/v1" }
}

fn path(found: &str) -> &'static str {
    if found.contains('?') {
        return "put parameters into \"query\": {\"name\": \"value\"}";
    }
    if found.contains("://") { "write only what comes after base_url: /items" } else { "write the path below base_url: /items" }
}

/// The known name that was meant by `{name}`.
fn name(error: &CatalogError, catalog: &Value) -> Option<String> {
    let mut known = Vec::from(["account"]);
    known.extend(streams(catalog).filter_map(|stream| stream.pointer("/for_each/as")?.as_str()));
    let found = error.problem.split('"').nth(1)?;
    let other = || Some("{account} is the account's own id; another name comes from this stream's `for_each`".to_owned());
    meant(found, &known).map(did_you_mean).or_else(other)
}

/// The stream that was meant.
fn stream(error: &CatalogError, catalog: &Value) -> Option<String> {
    let known: Vec<&str> = streams(catalog).filter_map(|stream| stream["id"].as_str()).collect();
    let found = error.problem.split('"').nth(1)?;
    if known.contains(&found) {
        return Some(format!("move the stream `{found}` before this one"));
    }
    meant(found, &known).map(did_you_mean)
}

fn streams(catalog: &Value) -> impl Iterator<Item = &Value> {
    let categories = catalog["categories"].as_array().into_iter().flatten();
    categories.flat_map(|category| category["streams"].as_array().into_iter().flatten())
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_recognised_and_a_strange_one_is_not() {
        for (found, expected) in [
            ("primry_key", Some("primary_key")),
            ("primaryKey", Some("primary_key")),
            ("per_page", Some("page_size")),
            ("pagesize", Some("page_size")),
            ("recrods", Some("records")),
            ("colour", None),
        ] {
            let told = meant(found, &["primary_key", "page_size", "records", "id"]);
            assert_eq!(told, expected, "{found}");
        }
    }
}
