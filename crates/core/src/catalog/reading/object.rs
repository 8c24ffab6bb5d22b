//! The members of a JSON object, taken one by one.

use std::borrow::Cow;

use carryall_records::json::{NotJson, Scanner};
use carryall_records::limits::RECORD_DEPTH;

use crate::json::Misread;

/// How a value is read. A pointer, so that what reads a member is compiled once for a kind of value, not for every field.
pub(crate) type Read<T> = fn(&str) -> Result<T, Misread>;

/// An object being read. Every name asked for counts as known; [`Object::end`] refuses the others.
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
    known: Vec<&'static str>,
    /// The first error in a member that may be missing: it is told at the end, so that a reader of many fields has one way out.
    error: Option<Misread>,
}

/// Broken JSON is told where the whole text is read, before anything in it.
fn broken(_: NotJson) -> Misread {
    misread("expected JSON; the text is broken or ends here")
}

/// An error at the value itself.
pub(crate) fn misread(problem: impl Into<String>) -> Misread {
    Misread { pointer: String::new(), problem: problem.into() }
}

/// The value is none that is wanted.
pub(crate) fn nothing(value: &str, expected: &str) -> Misread {
    let found = match value.as_bytes().first() {
        Some(b'{') => "map",
        Some(b'[') => "sequence",
        Some(b'"') => return misread(format!("invalid type: string {value}, expected {expected}")),
        _ => return misread(format!("invalid type: `{value}`, expected {expected}")),
    };
    misread(format!("invalid type: {found}, expected {expected}"))
}

impl<'a> Object<'a> {
    /// The object that is the whole of a text.
    pub(crate) fn whole(text: &'a str) -> Result<Self, Misread> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value().map_err(broken)?;
        if scanner.take_noticed().1 > RECORD_DEPTH {
            return Err(misread("nested too deep"));
        }
        if scanner.is_at_end() { Self::open(value) } else { Err(misread("expected nothing after the value")) }
    }

    /// The object that a value is.
    pub(crate) fn open(value: &'a str) -> Result<Self, Misread> {
        let mut scanner = Scanner::new(value);
        if !scanner.eat(b'{') {
            return Err(nothing(value, "an object"));
        }
        let mut members: Vec<(Cow<'a, str>, &'a str)> = Vec::new();
        let mut member = scanner.first_member().map_err(broken)?;
        while let Some(name) = member {
            let said = name.said();
            if members.iter().any(|(known, _)| *known == said) {
                return Err(misread(format!("duplicate field `{said}`")).inside(&said));
            }
            members.push((said, scanner.value().map_err(broken)?));
            member = scanner.next_member().map_err(broken)?;
        }
        Ok(Self { members, known: Vec::new(), error: None })
    }

    fn find(&mut self, name: &'static str) -> Option<&'a str> {
        self.known.push(name);
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// A member that may be missing. An error is kept for [`Object::end`].
    #[inline(never)]
    pub(crate) fn given<T>(&mut self, name: &'static str, read: Read<T>) -> Option<T> {
        match read(self.find(name)?) {
            Ok(read) => Some(read),
            Err(misread) => {
                self.keep(name, misread);
                None
            }
        }
    }

    /// A member that may be missing, or null.
    pub(crate) fn optional<T>(&mut self, name: &'static str, read: Read<T>) -> Option<T> {
        if self.is_null(name) {
            self.known.push(name);
            return None;
        }
        self.given(name, read)
    }

    /// A member that may be missing and means something then.
    pub(crate) fn or_default<T: Default>(&mut self, name: &'static str, read: Read<T>) -> T {
        self.given(name, read).unwrap_or_default()
    }

    /// Puts a member in its place, where it is there and not null.
    #[inline(never)]
    pub(crate) fn fill<T>(&mut self, place: &mut Option<T>, name: &'static str, read: Read<T>) {
        *place = self.optional(name, read);
    }

    /// Puts a member in its place, where it is there.
    #[inline(never)]
    pub(crate) fn set<T>(&mut self, place: &mut T, name: &'static str, read: Read<T>) {
        if let Some(read) = self.given(name, read) {
            *place = read;
        }
    }

    fn is_null(&self, name: &str) -> bool {
        self.members.iter().any(|(known, value)| known == name && *value == "null")
    }

    fn keep(&mut self, name: &str, misread: Misread) {
        let misread = misread.inside(name);
        self.error.get_or_insert(misread);
    }

    /// A member that must be there.
    #[inline(never)]
    pub(crate) fn required<T>(&mut self, name: &'static str, read: Read<T>) -> Result<T, Misread> {
        match self.find(name) {
            Some(value) => read(value).map_err(|misread| misread.inside(name)),
            None => Err(misread(format!("missing field `{name}`"))),
        }
    }

    /// Every member, whatever its name, in order.
    pub(crate) fn each<T>(self, read: Read<T>) -> Result<Vec<(String, T)>, Misread> {
        let one = |(name, value): (Cow<'a, str>, &'a str)| match read(value) {
            Ok(read) => Ok((name.into_owned(), read)),
            Err(misread) => Err(misread.inside(&name)),
        };
        self.members.into_iter().map(one).collect()
    }

    /// What was read, where the object has no other members.
    pub(crate) fn end<T>(self, read: T) -> Result<T, Misread> {
        self.check().map(|()| read)
    }

    fn check(self) -> Result<(), Misread> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let Some((name, _)) = self.members.iter().find(|(name, _)| !self.known.contains(&name.as_ref())) else {
            return Ok(());
        };
        let known = self.known.join("`, `");
        Err(misread(format!("unknown field `{name}`, expected one of `{known}`")).inside(name))
    }
}

/// The elements of an array.
pub(crate) fn elements(value: &str) -> Result<Vec<&str>, Misread> {
    let mut scanner = Scanner::new(value);
    if !scanner.eat(b'[') {
        return Err(nothing(value, "a list"));
    }
    let mut elements = Vec::new();
    let mut is_there = scanner.first_element();
    while is_there {
        elements.push(scanner.value().map_err(broken)?);
        is_there = scanner.next_element().map_err(broken)?;
    }
    Ok(elements)
}

/// A list of values of one kind.
#[inline(never)]
pub(crate) fn list<T>(value: &str, read: Read<T>) -> Result<Vec<T>, Misread> {
    let one = |(at, value): (usize, &str)| read(value).map_err(|misread| misread.inside(&at.to_string()));
    elements(value)?.into_iter().enumerate().map(one).collect()
}
