//! Holds a catalog against its rules. **Everything broken is noted, in the catalog's order.**

use std::collections::BTreeSet;

use carryall_protocol::catalog::{CATALOG_VERSION, Catalog, Category, Links, Stream, Text};

use super::address::is_base;
use super::finding::{Broken, Findings};
use super::rule::Rule;
use super::{stream, written};

/// Requests in flight.
pub(super) const CONCURRENCY: Rule = Rule::Range(1, 40);

/// Everything that is broken in the catalog that was read from this text.
pub(super) fn check(catalog: &Catalog, text: &str) -> Vec<Broken> {
    let mut findings = Findings::default();
    let found = &mut findings;
    found.hold(catalog.catalog_version == CATALOG_VERSION, "/catalog_version", Rule::Version, &catalog.catalog_version);
    found.hold(is_base(&catalog.base_url), "/base_url", Rule::Base, &catalog.base_url);
    check_text(found, "/title", &catalog.title);
    if let Some(rate) = &catalog.rate {
        check_rate(found, Some(rate.requests), Some(rate.seconds));
    }
    check_numbers(found, [("/max_concurrency", catalog.max_concurrency.map(u32::from), CONCURRENCY)]);
    found.need(!catalog.categories.is_empty(), "/categories", Rule::AtLeastOne);
    let mut known = Known::default();
    let mut texts = written::elements(text, "categories").into_iter();
    found.each("categories", &catalog.categories, |found, category| {
        known.check_category(found, category, texts.next().unwrap_or_default());
    });
    found.each("unavailable", &catalog.unavailable, |found, entry| {
        check_text(found, "/title", &entry.title);
        check_text(found, "/reason", &entry.reason);
    });
    check_links(found, &catalog.links);
    findings.broken
}

fn check_links(found: &mut Findings, links: &Links) {
    for (at, link) in [
        ("/links/formal_request", &links.formal_request),
        ("/links/privacy_policy", &links.privacy_policy),
        ("/links/deletion", &links.deletion),
        ("/links/account_deletion", &links.account_deletion),
        ("/links/correction", &links.correction),
        ("/links/complaint", &links.complaint),
    ] {
        let link = link.as_deref().unwrap_or("https://");
        let is_known = link.starts_with("https://") || link.starts_with("mailto:");
        found.hold(is_known && !link.contains(char::is_control), at, Rule::Link, &link);
    }
}

/// A text for people says something, and its languages can be asked for.
pub(super) fn check_text(found: &mut Findings, at: &str, text: &Text) {
    let holds = match text {
        Text::Plain(text) => !text.is_empty(),
        Text::Localised(texts) => {
            let is_language = |name: &String| matches!(name.len(), 2 | 3) && name.bytes().all(|b| b.is_ascii_lowercase());
            !texts.is_empty() && texts.iter().all(|(name, text)| is_language(name) && !text.is_empty())
        }
    };
    found.need(holds, at, Rule::Text);
}

/// Numbers that stand there lie between two others.
pub(super) fn check_numbers<const N: usize>(found: &mut Findings, numbers: [(&str, Option<u32>, Rule); N]) {
    for (at, number, rule) in numbers {
        if let (Some(number), Rule::Range(from, to)) = (number, rule) {
            found.hold((from..=to).contains(&number), at, rule, &number);
        }
    }
}

/// How often the host, or a stream, may be asked.
pub(super) fn check_rate(found: &mut Findings, requests: Option<u32>, seconds: Option<u32>) {
    let day = Rule::Range(1, 86_400);
    check_numbers(found, [("/rate/requests", requests, Rule::Range(1, 10_000)), ("/rate/seconds", seconds, day)]);
}

/// What earlier categories and streams have taken.
#[derive(Default)]
struct Known<'a> {
    categories: BTreeSet<&'a str>,
    document_keys: BTreeSet<&'a str>,
    streams: Vec<&'a Stream>,
}

impl<'a> Known<'a> {
    fn check_category(&mut self, found: &mut Findings, category: &'a Category, text: &str) {
        let id = category.id.as_str();
        found.hold(self.categories.insert(id), "/id", Rule::Taken, &id);
        check_text(found, "/title", &category.title);
        if let Some(description) = &category.description {
            check_text(found, "/description", description);
        }
        found.need(!category.streams.is_empty(), "/streams", Rule::AtLeastOne);
        let first_sibling = self.streams.len();
        let mut texts = written::elements(text, "streams").into_iter();
        found.each("streams", &category.streams, |found, stream| {
            let siblings = self.streams.get(first_sibling..).unwrap_or_default();
            stream::check(found, stream, &self.streams, siblings, texts.next().unwrap_or_default());
            self.take(found, stream);
        });
    }

    fn take(&mut self, found: &mut Findings, stream: &'a Stream) {
        let id = stream.id.as_str();
        found.hold(self.streams.iter().all(|known| known.id.as_str() != id), "/id", Rule::Taken, &id);
        let key = stream.document_key.as_deref().unwrap_or(id);
        let is_new = self.document_keys.insert(key);
        found.hold(is_new && !key.is_empty(), "/document_key", Rule::Taken, &key);
        self.streams.push(stream);
    }
}
