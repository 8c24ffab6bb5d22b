//! What the `{name}`s of a catalog stand for: the account, and the keys that a `for_each` hands down.

use carryall_protocol::catalog::Scalar;

/// The name of the account's id.
pub(crate) const ACCOUNT: &str = "account";

/// The names a stream knows, and what they stand for in one of its walks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    /// The names; the account's first, then those handed down, outermost first.
    pub(crate) names: &'a [String],
    /// What each of them stands for.
    pub(crate) values: &'a [Box<str>],
}

impl<'a> Values<'a> {
    /// What a name stands for.
    pub(crate) fn of(self, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|known| known == name)?;
        self.values.get(at).map(AsRef::as_ref)
    }

    /// The text itself, or what it stands for where it is a `{name}` as a whole.
    pub(crate) fn fill<'t>(self, text: &'t str) -> &'t str
    where
        'a: 't,
    {
        name_in(text).and_then(|name| self.of(name)).unwrap_or(text)
    }

    /// The scalar itself, or the text it stands for.
    pub(crate) fn fill_scalar(self, scalar: &Scalar) -> Scalar {
        match scalar {
            Scalar::Text(text) => Scalar::Text(self.fill(text).to_owned()),
            other => other.clone(),
        }
    }
}

/// The name in a text that is a `{name}` as a whole.
pub(crate) fn name_in(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.is_empty() && !name.contains(['{', '}']))
}
