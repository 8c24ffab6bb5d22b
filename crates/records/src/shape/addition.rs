//! Members that come into an object: each in the place of the one that has its name, the others at its end. **No name comes to
//! stand twice.**

use std::borrow::Cow;

use crate::draft::Draft;
use crate::json::quoted;

/// A name that a catalog gives, and how it is written.
#[derive(Debug, Clone)]
pub(super) struct GivenName {
    pub(super) said: String,
    pub(super) json: String,
}

impl GivenName {
    pub(super) fn of(said: &str) -> Self {
        Self { said: said.to_owned(), json: quoted(said) }
    }
}

/// The members that come into one object.
#[derive(Debug, Default)]
pub(super) struct Additions<'r>(Vec<Addition<'r>>);

#[derive(Debug)]
struct Addition<'r> {
    name: &'r GivenName,
    value: Cow<'r, str>,
    is_placed: bool,
}

impl<'r> Additions<'r> {
    /// Adds a member; the first of a name counts.
    pub(super) fn push(&mut self, name: &'r GivenName, value: Cow<'r, str>) {
        if !self.0.iter().any(|addition| addition.name.said == name.said) {
            self.0.push(Addition { name, value, is_placed: false });
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that takes the place of the one of the object's own member with this name.
    pub(super) fn in_place_of(&mut self, said: &str) -> Option<&str> {
        let addition = self.0.iter_mut().find(|addition| addition.name.said == said)?;
        addition.is_placed = true;
        Some(&addition.value)
    }

    /// Puts those that took no other's place at the end of the object's members.
    pub(super) fn append(&self, end: usize, mut is_first: bool, draft: &mut Draft<'_>) {
        for Addition { name, value, .. } in self.0.iter().filter(|addition| !addition.is_placed) {
            draft.replace(end..end, &[if is_first { "" } else { "," }, &name.json, ":", value]);
            is_first = false;
        }
    }
}
