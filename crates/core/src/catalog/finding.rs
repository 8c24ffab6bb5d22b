//! What the check has found so far, and where it stands.

use std::fmt;

use carryall_protocol::catalog::Members;

use super::{CatalogError, Rule};

/// A broken rule, its place and what stands there.
pub(super) struct Broken {
    pointer: String,
    rule: Rule,
    problem: String,
}

impl Broken {
    pub(super) fn of(self, file: &str) -> CatalogError {
        let Self { pointer, rule, problem } = self;
        CatalogError { file: file.to_owned(), pointer, problem, rule: Some(rule) }
    }
}

/// Goes through the catalog and notes what is broken.
#[derive(Default)]
pub(super) struct Findings {
    here: String,
    pub(super) broken: Vec<Broken>,
}

impl Findings {
    /// Looks at what stands under a name.
    pub(super) fn inside(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let before = self.enter(name);
        look(self);
        self.here.truncate(before);
    }

    /// Looks at every element of the list under a name.
    pub(super) fn each<'a, T>(&mut self, name: &str, list: &'a [T], mut look: impl FnMut(&mut Self, &'a T)) {
        let before = self.enter(name);
        for (at, element) in list.iter().enumerate() {
            let list = self.enter(&at.to_string());
            look(self, element);
            self.here.truncate(list);
        }
        self.here.truncate(before);
    }

    /// Looks at every member of the object under a name.
    pub(super) fn members<'a, V>(
        &mut self,
        name: &str,
        members: &'a Members<V>,
        mut look: impl FnMut(&mut Self, &'a str, &'a V),
    ) {
        let before = self.enter(name);
        for (name, value) in members {
            let object = self.enter(name);
            look(self, name, value);
            self.here.truncate(object);
        }
        self.here.truncate(before);
    }

    /// Notes a broken rule, unless it holds: `at` is the rest of the way, `found` what stands there.
    pub(super) fn hold(&mut self, holds: bool, at: &str, rule: Rule, found: &dyn fmt::Debug) {
        if !holds {
            let pointer = format!("{}{at}", self.here);
            self.broken.push(Broken { pointer, rule, problem: format!("found {found:?}, {rule}") });
        }
    }

    /// The same where nothing stands that could be shown.
    pub(super) fn need(&mut self, holds: bool, at: &str, rule: Rule) {
        if !holds {
            let pointer = format!("{}{at}", self.here);
            self.broken.push(Broken { pointer, rule, problem: rule.to_string() });
        }
    }

    fn enter(&mut self, name: &str) -> usize {
        let before = self.here.len();
        self.here.push('/');
        self.here.push_str(&name.replace('~', "~0").replace('/', "~1"));
        before
    }
}
