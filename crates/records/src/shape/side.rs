//! Objects that stand beside the records on a page, to be found by their keys.

use std::borrow::Cow;

use carryall_protocol::catalog::{Include, Stream};
use carryall_protocol::pointer::Pointer;

use crate::json::{Scanner, lookup, scalar_text};
use crate::limits::PAGE_RECORDS;
use crate::seen::sorted;

/// The side-loaded objects of one page: an array for each rule that takes from it as the first.
#[derive(Debug, Clone, Default)]
pub struct Sides<'a>(Vec<Side<'a>>);

impl<'a> Sides<'a> {
    /// The places on a page where a stream needs them: for each `include` of the catalog, in order, an array of objects.
    pub fn places(stream: &Stream) -> impl Iterator<Item = &Pointer> {
        stream.include.iter().map(|include| &include.pointer)
    }

    /// The objects of one page; `found` is what stands at [`Self::places`], in their order.
    #[must_use]
    pub fn of(stream: &Stream, found: &[Option<&'a str>]) -> Self {
        let rules = &stream.include;
        let side = |(rule, (include, found)): (usize, (&Include, &Option<&'a str>))| match found {
            Some(array) if source(rules, include) == Some(rule) => Side::of(array, include.key.tokens()),
            _ => Side::default(),
        };
        Self(rules.iter().zip(found).enumerate().map(side).collect())
    }

    /// Where a rule finds its objects.
    pub(super) fn of_rule(&self, rules: &[Include], include: &Include) -> Option<&Side<'a>> {
        self.0.get(source(rules, include)?)
    }
}

/// The first rule that takes the same objects.
fn source(rules: &[Include], include: &Include) -> Option<usize> {
    rules.iter().position(|rule| rule.pointer == include.pointer && rule.key == include.key)
}

/// One array of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Side<'a> {
    /// Keys and objects, as they come.
    objects: Vec<(Cow<'a, str>, &'a str)>,
    /// The hash of a key above the number of its object, sorted: a number in order costs less than a text.
    order: Vec<u64>,
}

impl<'a> Side<'a> {
    /// The objects of an array's text that have a key at the place these tokens name. Of two with one key the first
    /// counts; those beyond what a page may have count as missing.
    pub(super) fn of(array: &'a str, key: &[String]) -> Self {
        let (mut objects, mut order) = (Vec::new(), Vec::new());
        let mut scanner = Scanner::new(array);
        let mut is_there = scanner.eat(b'[') && scanner.first_element();
        // The page has been read: its text is JSON.
        while is_there
            && objects.len() < PAGE_RECORDS
            && let Ok(object) = scanner.value()
        {
            if let Some(key) = lookup(object, key).and_then(scalar_text) {
                order.push(place(&key) + objects.len() as u64);
                objects.push((key, object));
            }
            is_there = scanner.next_element().unwrap_or(false);
        }
        Self { objects, order: sorted(order) }
    }

    /// The text of the object with this key.
    pub(super) fn object(&self, key: &str) -> Option<&'a str> {
        let place = place(key);
        let start = self.order.partition_point(|known| *known < place);
        let same = self.order.get(start..)?.iter().take_while(|known| *known >> 32 == place >> 32);
        let mut objects = same.filter_map(|known| self.objects.get((known & u64::from(u32::MAX)) as usize));
        objects.find(|(known, _)| known == key).map(|(_, object)| *object)
    }
}

/// Where a key begins in the order: FNV-1a in the upper half.
fn place(key: &str) -> u64 {
    let hash = key.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u64::from(hash) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_found_by_its_key_whether_text_or_number() {
        let side = Side::of(r#"[{"id":"b"}, {"id":10,"x":1} ,{"no":1},7,{"id":"10"},{"id":"\u0061"}]"#, &["id".to_owned()]);
        assert_eq!(side.object("10"), Some(r#"{"id":10,"x":1}"#));
        assert_eq!(side.object("a"), Some(r#"{"id":"\u0061"}"#));
        assert_eq!((side.object("b"), side.object("c"), side.object("")), (Some(r#"{"id":"b"}"#), None, None));
        assert_eq!(Side::of("{}", &[]).object(""), None);
    }

    #[test]
    fn keys_with_one_hash_are_told_apart() {
        assert_eq!(place("costarring"), place("liquid"));
        let side = Side::of(r#"[{"id":"costarring"},{"id":"liquid"},{"id":"liquid","x":1}]"#, &["id".to_owned()]);
        assert_eq!(
            (side.object("liquid"), side.object("costarring")),
            (Some(r#"{"id":"liquid"}"#), Some(r#"{"id":"costarring"}"#))
        );
    }
}
