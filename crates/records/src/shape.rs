//! What becomes of a record on its way into the archive: side-loaded objects come in, links are expanded, secrets leave, then the
//! record gets the form that the catalog asks for.
//!
//! ```text
//! Record -> inclusion -> links -> redact (-> attachments) -> form (rename, add, time formats, numbers, wrap) -> derivation -> Redacted
//! ```
//!
//! A record is edited as text: what no rule touches stays byte for byte, and a stream without rules goes through the redactor
//! alone. **Everything that comes from a page comes before redaction**; after it there are only the catalog's own words.
//!
//! Places that rules name walk through arrays on the way. Names are the host's own up to and with `rename_fields`; moments, and what fields
//! are derived from, are looked for by the names that fields have in the archive.

mod addition;
mod derivation;
mod form;
mod inclusion;
mod link;
mod side;
mod spot;

use carryall_protocol::catalog::Stream;

use crate::attachment::{self, Attachment};
use crate::draft::give_back;
use crate::page::Record;
use crate::redact::{Redacted, Redactor, RemovedFields, Unsearchable};
pub(crate) use derivation::Derivations;
pub(crate) use form::Form;
use inclusion::Inclusions;
use link::Links;
pub use side::Sides;

/// What the texts `{name}` of a catalog stand for: the account, and the keys that walks hand down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    /// The names.
    pub names: &'a [String],
    /// What each of them stands for.
    pub values: &'a [Box<str>],
}

impl<'a> Values<'a> {
    /// What this name stands for.
    fn of(self, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|known| known == name)?;
        self.values.get(at).map(AsRef::as_ref)
    }
}

/// Where it goes what was noticed while records were shaped.
#[derive(Debug)]
pub struct ShapeCounts<'c> {
    /// What was removed.
    pub removed_fields: &'c mut RemovedFields,
    /// References to side-loaded objects that were not on the page.
    pub includes_missing: &'c mut u64,
    /// The files that records tell of.
    pub attachments: &'c mut Vec<Attachment>,
}

/// The shape of one stream's records, and the room where a touched one is put together.
#[derive(Debug, Clone)]
pub struct Shaper {
    inclusions: Option<Inclusions>,
    links: Option<Links>,
    redactor: Redactor,
    form: Option<Form>,
    formed: String,
    derivations: Option<Derivations>,
}

impl Shaper {
    /// The shape that the stream's catalog entry asks for.
    #[must_use]
    pub fn of(stream: &Stream) -> Self {
        Self {
            inclusions: Inclusions::of(stream),
            links: Links::of(stream),
            redactor: Redactor::of(stream),
            form: Form::of(stream),
            formed: String::new(),
            derivations: Derivations::of(stream),
        }
    }

    /// Gives back the room that large records took: **streams are many, and one record is shaped at a time**.
    pub fn rest(&mut self) {
        let rooms = [self.inclusions.as_mut().map(Inclusions::room), self.links.as_mut().map(Links::room)];
        rooms.into_iter().flatten().chain([self.redactor.room(), &mut self.formed]).for_each(give_back);
        self.derivations.iter_mut().for_each(Derivations::rest);
    }

    /// Shapes a record of the stream that this was made of. The outcome borrows from the page where nothing touched the record, else
    /// from here.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep; it must not be written then.
    pub fn shape<'a>(
        &'a mut self,
        record: Record<'a>,
        stream: &Stream,
        sides: &Sides<'_>,
        values: Values<'_>,
        counts: ShapeCounts<'_>,
    ) -> Result<Redacted<'a>, Unsearchable> {
        let Self { inclusions, links, redactor, form, formed, derivations } = self;
        let (mut text, mut is_plain) = (record.text(), record.is_plain());
        if let Some(inclusions) = inclusions {
            text = inclusions.put(text, &stream.include, sides, counts.includes_missing)?;
            is_plain &= std::ptr::eq(text, record.text());
        }
        if let Some(links) = links {
            text = links.expand(text, &stream.expand_links)?;
        }
        let redacted = redactor.redact_text(text, is_plain, counts.removed_fields)?;
        attachment::find(redacted, &stream.attachments, counts.attachments);
        let redacted = match form {
            Some(form) => redacted.formed(form, stream, values, formed)?,
            None => redacted,
        };
        Ok(match derivations {
            Some(derivations) => redacted.derived(derivations),
            None => redacted,
        })
    }
}
