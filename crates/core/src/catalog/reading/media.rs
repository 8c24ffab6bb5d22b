//! Media, and what else a catalog says of files.

use carryall_protocol::catalog::{Attachments, Group, MediaLimit, MediaOptions, Owner};
use carryall_protocol::job::MediaChoice;

use super::object::{Object, list};
use super::scalar::{id, pointer, text, whole, word};
use super::stream::condition;
use super::words;
use crate::json::Misread;

pub(super) fn media(value: &str) -> Result<MediaOptions, Misread> {
    let (mut o, mut read) = (Object::open(value)?, MediaOptions::default());
    o.set(&mut read.default, "default", |value| word(value, MediaChoice::ALL, MediaChoice::as_str));
    o.set(&mut read.origins, "origins", |value| list(value, text));
    o.set(&mut read.max_concurrency, "max_concurrency", whole);
    o.set(&mut read.limits, "limits", |value| list(value, limit));
    o.end(read)
}

fn limit(value: &str) -> Result<MediaLimit, Misread> {
    let mut o = Object::open(value)?;
    let read = MediaLimit {
        media_type: o.or_default("type", text),
        max_file_bytes: o.optional("max_file_bytes", whole),
        max_total_bytes: o.optional("max_total_bytes", whole),
    };
    o.end(read)
}

pub(super) fn attachments(value: &str) -> Result<Attachments, Misread> {
    let mut o = Object::open(value)?;
    let (at, url) = (o.required("at", pointer)?, o.required("url", pointer)?);
    let read = Attachments {
        at,
        when: o.or_default("when", |value| list(value, condition)),
        url,
        id: o.optional("id", pointer),
        name: o.optional("name", pointer),
        size: o.optional("size", pointer),
        media_type: o.optional("type", pointer),
        expires: o.optional("expires", pointer),
        greatest: o.optional("greatest", pointer),
        directory: o.optional("directory", id),
        note: o.optional("note", words),
    };
    o.end(read)
}

pub(super) fn group(value: &str) -> Result<Group, Misread> {
    let mut o = Object::open(value)?;
    let read = Group {
        by: o.required("by", pointer)?,
        key: o.required("key", text)?,
        name: o.required("as", text)?,
        wrap: o.optional("wrap", text),
    };
    o.end(read)
}

pub(super) fn owner(value: &str) -> Result<Owner, Misread> {
    let mut o = Object::open(value)?;
    let read =
        Owner { stream: o.required("stream", id)?, handle: o.required("handle", pointer)?, name: o.required("name", pointer)? };
    o.end(read)
}
