//! `schemas/<category>.schema.json`: what the records of a category's streams are like, as JSON Schema (draft 2020-12).
//!
//! A stream's definition is the catalog's own or was inferred from its records. **They are tag files: they describe the payload, and
//! the digest does not cover them.**

use carryall_protocol::{CategoryId, StreamId};

use crate::json::quoted;
use crate::plan::Plan;
use crate::report::ExportReport;

/// Where the definition of a stream's records stands.
pub(crate) fn schema_place(category: &CategoryId, stream: &StreamId) -> String {
    format!("{}#/$defs/{stream}", name(category))
}

/// The name and the text of a category's file.
pub(crate) fn file(plan: &Plan, report: &ExportReport, category: &CategoryId) -> (String, String) {
    let known = plan.catalog.categories.iter().find(|known| known.id == *category);
    let title = known.map_or("", |known| known.title.in_language(&plan.locale));
    let mut text = String::from("{\n\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n\"title\": ");
    text.push_str(&quoted(title));
    let mut lead = ",\n\"$defs\": {\n\"";
    for stream in report.streams.iter().filter(|stream| stream.category == *category && stream.schema.is_some()) {
        text.push_str(lead);
        text.push_str(stream.stream.as_str());
        text.push_str("\": ");
        text.push_str(&stream.aside.definition);
        lead = ",\n\"";
    }
    text.push_str(if lead.len() > 3 { "\n}\n" } else { "\n}}\n" });
    (name(category), text)
}

fn name(category: &CategoryId) -> String {
    format!("schemas/{category}.schema.json")
}
