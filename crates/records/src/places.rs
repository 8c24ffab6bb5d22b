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
    /// The tree of these places; the rule of each is its number. Nothing where there are none.
    pub(crate) fn of(pointers: &[&Pointer]) -> Option<Self> {
        let mut places = Self::default();
        for (rule, pointer) in pointers.iter().enumerate() {
            places.add(pointer.tokens(), rule);
        }
        (!pointers.is_empty()).then_some(places)
    }

    /// Adds a place. One that lies deeper than a record can be is never reached, and left out.
    fn add(&mut self, tokens: &[String], rule: usize) {
        if tokens.len() > RECORD_DEPTH {
            return;
        }
        let mut place = self;
        for token in tokens {
            let at = place.below.iter().position(|(name, _)| name == token);
            let at = at.unwrap_or_else(|| {
                place.below.push((token.clone(), Self::default()));
                place.below.len() - 1
            });
            let Some((_, below)) = place.below.get_mut(at) else { return };
            place = below;
        }
        place.rules.push(rule);
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

    /// The rules that name members right below this place.
    pub(crate) fn has_named_members(&self) -> bool {
        self.below.iter().any(|(_, place)| place.is_named())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_share_their_way_are_found_on_one_walk() {
        let pointers = ["/a/b", "/a", "/a/b", "/c~1d", ""].map(|pointer| Pointer::new(pointer).unwrap());
        let places = Places::of(&pointers.each_ref()).unwrap();
        let a = places.below("a").unwrap();
        assert_eq!((places.rules(), a.rules(), a.below("b").unwrap().rules()), (&[4][..], &[1][..], &[0, 2][..]));
        assert!(places.below("c/d").unwrap().is_named() && places.below("b").is_none());
        assert!(Places::of(&[]).is_none());
    }

    #[test]
    fn a_place_no_record_can_have_is_left_out() {
        let pointer = |levels| Pointer::new(&"/a".repeat(levels)).unwrap();
        assert!(Places::of(&[&pointer(RECORD_DEPTH)]).unwrap().leads_on());
        assert!(!Places::of(&[&pointer(1_000_000)]).unwrap().leads_on());
    }
}
