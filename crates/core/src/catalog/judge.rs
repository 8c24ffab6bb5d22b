//! Whether a value keeps a rule.

use carryall_protocol::catalog::{CATALOG_VERSION, Piece};
use carryall_protocol::pointer::Pointer;

use super::address::{is_base, is_header_name, is_name, is_origin, is_path, may_be_sent};
use super::place::{children, member};
use super::rule::Rule;
use crate::values::{ACCOUNT, name_in};

/// Whether a value keeps a rule: `said` is the text it says, or the name where the rule is about that.
pub(super) fn keeps(rule: Rule, said: &str, value: &str) -> bool {
    let stands = |name: &str| member(value, name).is_some();
    let is = |name: &str, text: &str| member(value, name).is_some_and(|value| value.trim_matches('"') == text);
    match rule {
        Rule::Version => said.parse() == Ok(CATALOG_VERSION),
        Rule::Base => is_base(said),
        Rule::Origin => is_origin(said),
        Rule::Path => is_path(said),
        Rule::PathBraces => said.split('/').all(|segment| !segment.contains(['{', '}']) || name_in(segment).is_some_and(is_name)),
        Rule::PlaceBraces => Piece::read(said).is_some(),
        Rule::Prefix => is_path(said) && !said.contains(['{', '}']),
        Rule::Range(from, to) => said.parse().is_ok_and(|n| (from..=to).contains(&n)),
        Rule::Positive => said != "0",
        Rule::Text if value.starts_with('"') => !said.is_empty(),
        Rule::Text => {
            !children(value).is_empty() && children(value).iter().all(|(name, text)| is_language(name) && *text != "\"\"")
        }
        Rule::AtLeastOne => value.starts_with('"') || !children(value).is_empty(),
        Rule::Link => (said.starts_with("https://") || said.starts_with("mailto:")) && !said.contains(char::is_control),
        Rule::Name => !said.is_empty(),
        Rule::ValueName => is_name(said) && said != ACCOUNT,
        Rule::Inside => said.starts_with('/') && Pointer::new(said).is_ok(),
        Rule::HeaderName => is_header_name(said),
        Rule::Credential => may_be_sent(said),
        Rule::HeaderValue => !said.contains(char::is_control),
        Rule::Safe => !is("method", "POST") || is("safe", "true"),
        Rule::NoBody => is("method", "POST") || !stands("body"),
        Rule::Either(one, other) => stands(one) != stands(other),
        Rule::NotBoth(one, other) => !stands(one) || !stands(other),
        Rule::With(field, why) => !stands(why) || stands(field),
        _ => true,
    }
}

fn is_language(name: &str) -> bool {
    matches!(name.len(), 2 | 3) && name.bytes().all(|b| b.is_ascii_lowercase())
}
