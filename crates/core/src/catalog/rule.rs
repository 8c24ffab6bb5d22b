//! The rules of a catalog that no shape can say, each with what it expects.

use std::fmt;

use carryall_protocol::catalog::PaginatorKind;

/// A rule that a catalog breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The version of the format.
    Version,
    /// The base address.
    Base,
    /// An origin that media are fetched from.
    Origin,
    /// A name of files that no part of another's has.
    PartTaken,
    /// A stream of the catalog.
    Stream,
    /// A path below the base address.
    Path,
    /// Braces in a path.
    PathBraces,
    /// Braces in a text made of values.
    PlaceBraces,
    /// Where next addresses may lie.
    Prefix,
    /// `{param}` in a path.
    PathPlace,
    /// `{name}` stands for a value that the walk knows.
    Template,
    /// A walk for each record asks for that record.
    KeyUnused,
    /// A link for people.
    Link,
    /// A text for people.
    Text,
    /// A list that must not be empty.
    AtLeastOne,
    /// A number above nothing.
    Positive,
    /// A number between two others.
    Range(u32, u32),
    /// An id that nobody else has.
    Taken,
    /// A name that stands only once.
    Twice,
    /// A name that is not empty.
    Name,
    /// The name of a value handed down.
    ValueName,
    /// A place inside of the record.
    Inside,
    /// A JSON Pointer.
    Pointer,
    /// A header's name.
    HeaderName,
    /// A header that may be sent.
    Credential,
    /// A header's value.
    HeaderValue,
    /// A POST is called safe.
    Safe,
    /// Only a POST has a body.
    NoBody,
    /// Something is injected into a body.
    Body,
    /// Where a relay's cursor goes.
    RelayBody,
    /// A parent stands before its children.
    Earlier,
    /// Children of children.
    Depth,
    /// What another stream stands for.
    Sibling,
    /// What another stream stands for can be switched off.
    SwitchedOff,
    /// Either of two fields.
    Either(&'static str, &'static str),
    /// Not both of two fields.
    NotBoth(&'static str, &'static str),
    /// A field that the way of paging does not take.
    Takes(PaginatorKind),
    /// A field that another one, or the way of paging, needs.
    With(&'static str, &'static str),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (many, one, other) = match *self {
            Self::Range(from, to) => return write!(f, "expected {from} to {to}"),
            Self::With(field, why) => return write!(f, "missing field `{field}`, which `{why}` needs"),
            Self::Takes(kind) => {
                f.write_str("unknown field, expected one of `type`")?;
                return kind.fields().all().try_for_each(|field| write!(f, ", `{field}`"));
            }
            Self::Either(one, other) => ("exactly one", one, other),
            Self::NotBoth(one, other) => ("at most one", one, other),
            _ => return write!(f, "expected {}", self.words()),
        };
        write!(f, "expected {many} of `{one}` and `{other}`")
    }
}

impl Rule {
    const fn words(self) -> &'static str {
        match self {
            Self::Version => "version 1",
            Self::Positive => "a number above 0",
            Self::Base => "a path that begins with /, or an https:// address, without ? # or a trailing /",
            Self::Origin => "an origin like https://media.example, without a path",
            Self::PartTaken => "a name of files that no other stream's files or folders have or get: name-2, name-part1",
            Self::Stream => "a stream of this catalog",
            Self::Path => "a path that begins with /, without .. ? or #",
            Self::Prefix => "a path that begins with /, without .. ? # { or }",
            Self::PathBraces => "{ } only around a whole segment, the name of a value",
            Self::PlaceBraces => "{ } only around a place in the object, like {/id} (RFC 6901)",
            Self::PathPlace => "a segment with the paginator's `param` in { }",
            Self::Template => "a name that is known here: account, or one of a `for_each`",
            Self::KeyUnused => "the name that `for_each` gives in { }, in path, query or body",
            Self::Link => "an https: or mailto: address",
            Self::Text => "a text that is not empty, or one for each language: {\"en\": ..}",
            Self::AtLeastOne => "at least one",
            Self::Taken => "one that no other has",
            Self::Twice => "a name that stands only once",
            Self::Name => "a name that is not empty",
            Self::ValueName => "1 to 48 letters, digits, _ and -; no name that is taken",
            Self::Inside => "a place inside of the record, like /name",
            Self::Pointer => "a place in the body, like /variables/after",
            Self::HeaderName => "the name of a header (RFC 9110)",
            Self::Credential => "no credentials, and nothing that the browser says itself",
            Self::HeaderValue => "a text without line breaks",
            Self::Safe => "\"safe\": true, as this POST changes nothing",
            Self::NoBody => "a body only with POST",
            Self::Body => "a POST whose body is an object, for the parameters in it",
            Self::RelayBody => "body, where a GraphQL cursor goes",
            Self::Earlier => "a stream that stands before this one in the catalog",
            Self::Depth => "at most 4 streams above this one",
            Self::Sibling => "a stream that stands before this one in its category",
            _ => "a stream with the action switched_off in its `on_response`",
        }
    }
}
