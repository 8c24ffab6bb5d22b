//! The places that rules name, as one tree of names: on the way down a record each name is looked for once, whatever the number
//! of rules. Arrays on the way add nothing: `/users/name` is the name of each user.

use carryall_protocol::pointer::Pointer;

use crate::limits::RECORD_DEPTH;

/// A place: which rules name it, and the places below.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    rules: Vec<usize>,
    below: Vec<(String, Self)>,
}

impl Places {
    /// Adds the place of a rule. One that lies deeper than a record can be is never reached, and left out.
    pub(crate) fn add(&mut self, pointer: &Pointer, rule: usize) {
        if pointer.tokens().len() <= RECORD_DEPTH {
            self.add_below(pointer.tokens(), rule);
        }
    }

    fn add_below(&mut self, tokens: &[String], rule: usize) {
        let Some((name, rest)) = tokens.split_first() else { return self.rules.push(rule) };
        if let Some((_, place)) = self.below.iter_mut().find(|(known, _)| known == name) {
            return place.add_below(rest, rule);
        }
        let mut place = Self::default();
        place.add_below(rest, rule);
        self.below.push((name.clone(), place));
    }

    /// The tree, if it has any places.
    pub(crate) fn any(self) -> Option<Self> {
        (self.is_named() || self.leads_on()).then_some(self)
    }

    /// The place of a member that says this name.
    pub(crate) fn below(&self, said: &str) -> Option<&Self> {
        self.below.iter().find(|(name, _)| name == said).map(|(_, place)| place)
    }

    /// Whether there are places below.
    pub(crate) const fn leads_on(&self) -> bool {
        !self.below.is_empty()
    }

    /// The rules that name this place, in order.
    pub(crate) fn rules(&self) -> &[usize] {
        &self.rules
    }

    /// Whether a rule names this place.
    pub(crate) const fn is_named(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The places of members right below that rules name.
    pub(crate) fn named_members(&self) -> impl Iterator<Item = &Self> {
        self.below.iter().map(|(_, place)| place).filter(|place| place.is_named())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pointers: &[Pointer]) -> Places {
        let mut places = Places::default();
        pointers.iter().enumerate().for_each(|(rule, pointer)| places.add(pointer, rule));
        places
    }

    #[test]
    fn rules_that_share_their_way_are_found_on_one_walk() {
        let pointers = ["/a/b", "/a", "/a/b", "/c~1d", ""].map(|pointer| Pointer::new(pointer).unwrap());
        let places = tree(&pointers);
        let a = places.below("a").unwrap();
        assert_eq!((places.rules(), a.rules(), a.below("b").unwrap().rules()), (&[4][..], &[1][..], &[0, 2][..]));
        assert!(places.below("c/d").unwrap().is_named() && places.below("b").is_none());
        assert!(tree(&[]).any().is_none());
    }

    #[test]
    fn a_place_no_record_can_have_is_left_out() {
        let pointer = |levels| Pointer::new(&"/a".repeat(levels)).unwrap();
        assert!(tree(&[pointer(RECORD_DEPTH)]).any().is_some());
        assert!(tree(&[pointer(1_000_000)]).any().is_none());
    }
}
