//! What becomes of a record on its way into the archive. **There is no expression language**: fields go, come, change their names.
//!
//! Pointers walk through arrays on their way: `/users/name` is the name of each user.

use serde::Deserialize;

use super::{MomentFormat, Pointers, Scalar, Text};
use crate::pointer::Pointer;

/// Leaves out records by one value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The value looked at.
    pub pointer: Pointer,
    /// Leaves the record out where the value is this.
    #[serde(default)]
    pub equals: Option<Scalar>,
    /// Leaves the record out where the value is there and is not this.
    #[serde(default)]
    pub not_equals: Option<Scalar>,
    /// Why, for the person.
    #[serde(default)]
    pub reason: Option<Text>,
}

/// Puts objects that stand beside the records on a page (side-loaded) into the records that name them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Include {
    /// The array of objects, on the page.
    pub pointer: Pointer,
    /// What names such an object, in it.
    pub key: Pointer,
    /// What names it in the record: one value, or several on a way through an array.
    pub by: Pointer,
    /// The record's new member: the object, or an array of objects where the way leads through an array.
    #[serde(rename = "as")]
    pub name: String,
}

/// Replaces short links in a text by what they lead to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkExpansion {
    /// The text.
    pub text: Pointer,
    /// The array of objects that know both links.
    pub from: Pointer,
    /// The short link, in such an object.
    pub short: Pointer,
    /// The full link, in such an object.
    pub full: Pointer,
}

/// Writes a moment in another format.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TimeFormat {
    /// The moment.
    pub pointer: Pointer,
    /// How it is written; anything else is left as it is.
    #[serde(default)]
    pub from: MomentFormat,
    /// How it shall be written.
    pub to: MomentFormat,
}

/// Gives a field that is made of others: a value in a second place, a list of values, or a text around values. All places but
/// `at` are within the object that gets it, by the names that fields have in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The objects that get it, through arrays; the record where absent.
    #[serde(default)]
    pub at: Pointer,
    /// The one value at a place (no way through arrays), or a list of all values at these places (through arrays).
    #[serde(default)]
    pub from: Option<Pointers>,
    /// A text in which `{/place}` stands for the one text or number at a place.
    #[serde(default)]
    pub text: Option<String>,
    /// Where it goes; objects on the way are made. What is there already stays.
    pub to: Pointer,
}

/// A piece of a text that is made of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Says itself.
    Text(String),
    /// Stands for what is at this place.
    Place(Pointer),
}

impl Piece {
    /// The pieces of a text; nothing where its braces are around something else than a place, or stand alone.
    #[must_use]
    pub fn read(text: &str) -> Option<Vec<Self>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (place, behind) = after.split_once('}')?;
            let is_place = place.starts_with('/') && !place.contains('{') && !before.contains('}');
            pieces.push(Self::Text(before.to_owned()));
            pieces.push(Self::Place(Pointer::new(place).ok().filter(|_| is_place)?));
            rest = behind;
        }
        pieces.push(Self::Text(rest.to_owned()));
        (!rest.contains('}')).then_some(pieces)
    }
}

/// The members of an object, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members<V>(pub Vec<(String, V)>);

impl<V> Default for Members<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Members<V> {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, V)> {
        self.0.iter()
    }
}

impl<'a, V> IntoIterator for &'a Members<V> {
    type Item = &'a (String, V);
    type IntoIter = std::slice::Iter<'a, (String, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_into_its_pieces() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let place = |place| Piece::Place(Pointer::new(place).unwrap());
        assert_eq!(Piece::read("plain"), Some(vec![text("plain")]));
        let expected = vec![text("a"), place("/x/y"), text(""), place("/z"), text("")];
        assert_eq!(Piece::read("a{/x/y}{/z}"), Some(expected));
        for wrong in ["{", "}", "a}b{/c}", "{id}", "{}", "{/a{/b}}", "{/a}}", "{/a", "{/~}"] {
            assert_eq!(Piece::read(wrong), None, "{wrong}");
        }
    }
}
