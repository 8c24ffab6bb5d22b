//! JSON text into a [`Catalog`].
//!
//! By hand, and not by serde's derived code, because people wait for every byte of the wasm package and a derived reader is
//! compiled anew for each type and each of its fields: this is a fifth of it. The derived one serves programs and tests; **the two
//! are held against each other by a test**, over whole catalogs and broken ones.

mod media;
pub(crate) mod object;
mod paginator;
pub(crate) mod scalar;
mod stream;

use carryall_protocol::catalog::{
    ArchiveOptions, Catalog, Category, HostRate, Links, Members, Origin, Sensitivity, Text, Unavailable,
};
use carryall_protocol::job::LayoutChoice;

use crate::json::Misread;
use media::{media, owner};
use object::{Object, list, nothing};
use scalar::{flag, id, text, whole, word};
use stream::stream;

/// Reads a whole catalog.
///
/// # Errors
///
/// [`Misread`] for text that is no JSON, and for a field that is unknown, missing, doubled or of another type.
pub(super) fn read(json: &str) -> Result<Catalog, Misread> {
    let mut catalog = Object::whole(json)?;
    let catalog_version = catalog.required("catalog_version", whole)?;
    let (name, title) = (catalog.required("name", id)?, catalog.required("title", words)?);
    let base_url = catalog.required("base_url", text)?;
    let categories = catalog.required("categories", |value| list(value, category))?;
    let read = Catalog {
        schema: catalog.optional("$schema", text),
        catalog_version,
        name,
        title,
        base_url,
        categories,
        rate: catalog.optional("rate", host_rate),
        max_concurrency: catalog.optional("max_concurrency", whole),
        ticket: catalog.given("ticket", flag).unwrap_or(false),
        unavailable: catalog.or_default("unavailable", |value| list(value, unavailable)),
        archive: catalog.or_default("archive", archive),
        media: catalog.or_default("media", media),
        links: catalog.or_default("links", links),
    };
    catalog.end(read)
}

fn category(value: &str) -> Result<Category, Misread> {
    let mut category = Object::open(value)?;
    let (id, title) = (category.required("id", id)?, category.required("title", words)?);
    let streams = category.required("streams", |value| list(value, stream))?;
    let read = Category {
        id,
        title,
        streams,
        description: category.optional("description", words),
        default: category.given("default", flag).unwrap_or(true),
        origin: category.or_default("origin", |value| word(value, Origin::ALL, Origin::as_str)),
        sensitivity: category.or_default("sensitivity", |value| word(value, Sensitivity::ALL, Sensitivity::as_str)),
    };
    category.end(read)
}

fn host_rate(value: &str) -> Result<HostRate, Misread> {
    let mut rate = Object::open(value)?;
    let read = HostRate { requests: rate.required("requests", whole)?, seconds: rate.required("seconds", whole)? };
    rate.end(read)
}

fn unavailable(value: &str) -> Result<Unavailable, Misread> {
    let mut object = Object::open(value)?;
    let read = Unavailable { title: object.required("title", words)?, reason: object.required("reason", words)? };
    object.end(read)
}

fn archive(value: &str) -> Result<ArchiveOptions, Misread> {
    let (mut object, usual) = (Object::open(value)?, ArchiveOptions::default());
    let layout = object.given("layout", |value| word(value, LayoutChoice::ALL, LayoutChoice::as_str));
    let read = ArchiveOptions {
        layout: layout.unwrap_or(usual.layout),
        document_version: object.given("document_version", text).unwrap_or(usual.document_version),
        owner: object.optional("owner", owner),
    };
    object.end(read)
}

fn links(value: &str) -> Result<Links, Misread> {
    let mut links = Object::open(value)?;
    let read = Links {
        formal_request: links.optional("formal_request", text),
        privacy_policy: links.optional("privacy_policy", text),
        deletion: links.optional("deletion", text),
        account_deletion: links.optional("account_deletion", text),
        correction: links.optional("correction", text),
        complaint: links.optional("complaint", text),
    };
    links.end(read)
}

/// A text, or one for each language.
fn words(value: &str) -> Result<Text, Misread> {
    if value.starts_with('"') {
        return text(value).map(Text::Plain);
    }
    if !value.starts_with('{') {
        return Err(nothing(value, "a text, or an object with a text for each language"));
    }
    let members = Object::open(value)?.each(text)?;
    Ok(Text::Localised(Members(members)))
}

#[cfg(test)]
mod tests;
