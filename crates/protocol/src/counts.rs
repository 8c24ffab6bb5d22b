//! How often something happened, by what it was: a few kinds at most, in their order.
//!
//! A sorted list, because a tree of the standard library is compiled anew for every kind of key, and people wait for every byte
//! of the wasm package.

use serde::{Serialize, Serializer};

/// Counts by kind. Written as an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<K>(Vec<(K, u64)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord> Counts<K> {
    /// Nothing counted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts more of a kind.
    pub fn add(&mut self, kind: K, more: u64) {
        let at = self.0.partition_point(|(known, _)| *known < kind);
        match self.0.get_mut(at) {
            Some((known, count)) if *known == kind => *count = count.saturating_add(more),
            _ => self.0.insert(at, (kind, more)),
        }
    }

    /// How many of a kind there were, if any.
    #[must_use]
    pub fn get<Q: ?Sized>(&self, kind: &Q) -> Option<&u64>
    where
        K: PartialEq<Q>,
    {
        self.0.iter().find(|(known, _)| known == kind).map(|(_, count)| count)
    }

    /// The count of a kind that was there, to be changed.
    pub fn get_mut<Q: ?Sized>(&mut self, kind: &Q) -> Option<&mut u64>
    where
        K: PartialEq<Q>,
    {
        self.0.iter_mut().find(|(known, _)| known == kind).map(|(_, count)| count)
    }

    /// Whether a kind was there.
    #[must_use]
    pub fn contains_key<Q: ?Sized>(&self, kind: &Q) -> bool
    where
        K: PartialEq<Q>,
    {
        self.get(kind).is_some()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The kinds that there were, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(kind, _)| kind)
    }

    /// How many of each kind there were.
    pub fn values(&self) -> impl Iterator<Item = &u64> {
        self.0.iter().map(|(_, count)| count)
    }

    /// Each kind with its count, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &u64)> {
        self.0.iter().map(|(kind, count)| (kind, count))
    }

    /// All of them together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.iter().map(|(_, count)| *count).sum()
    }
}

impl<K: Ord, const N: usize> From<[(K, u64); N]> for Counts<K> {
    fn from(counts: [(K, u64); N]) -> Self {
        let mut own = Self::new();
        counts.into_iter().for_each(|(kind, count)| own.add(kind, count));
        own
    }
}

impl<K: Serialize> Serialize for Counts<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(kind, count)| (kind, count)))
    }
}

#[cfg(feature = "schema")]
impl<K: schemars::JsonSchema> schemars::JsonSchema for Counts<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("CountsOf{}", K::schema_name()).into()
    }

    /// Names of members are texts, whatever the kind is: only words are told one by one.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let kind = generator.subschema_for::<K>();
        let mut schema = schemars::json_schema!({
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 0},
        });
        if kind.get("$ref").is_some() {
            schema.insert("propertyNames".to_owned(), kind.to_value());
        }
        schema
    }
}
