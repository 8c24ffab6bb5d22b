//! What was seen at one place of the records.

use crate::json::{NotJson, Scanner};
use crate::limits::{SCHEMA_DEPTH, SCHEMA_NAMES};

/// Types by the first bytes of values, as bits.
pub(super) const TYPES: [(u8, &str); 7] = [
    (NULL, "null"),
    (BOOLEAN, "boolean"),
    (INTEGER, "integer"),
    (NUMBER, "number"),
    (STRING, "string"),
    (ARRAY, "array"),
    (OBJECT, "object"),
];
const NULL: u8 = 1;
const BOOLEAN: u8 = 2;
pub(super) const INTEGER: u8 = 4;
pub(super) const NUMBER: u8 = 8;
const STRING: u8 = 16;
const ARRAY: u8 = 32;
const OBJECT: u8 = 64;

/// A longer name is a text that somebody wrote.
const NAME_BYTES: usize = 64;
/// As many digits make a name an id.
const ID_DIGITS: usize = 5;

/// One place.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) types: u8,
    /// Objects that stood here.
    pub(super) objects: u64,
    pub(super) members: Vec<Member>,
    /// What the members of a map are; there are no others then.
    pub(super) each: Option<Box<Self>>,
    pub(super) items: Option<Box<Self>>,
}

/// A member of the objects at a place.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// Objects that had it.
    pub(super) objects: u64,
    /// The last of them: a name may stand in an object twice.
    last: u64,
    pub(super) place: Place,
}

impl Place {
    /// Looks at the next value.
    pub(super) fn see(&mut self, scanner: &mut Scanner<'_>, depth: usize, room: &mut usize) -> Result<(), NotJson> {
        let is_deep = depth == SCHEMA_DEPTH;
        match scanner.peek() {
            Some(b'{') if !is_deep => self.see_object(scanner, depth, room),
            Some(b'[') if !is_deep => self.see_array(scanner, depth, room),
            _ => {
                self.types |= type_of(scanner.value()?);
                Ok(())
            }
        }
    }

    fn see_object(&mut self, scanner: &mut Scanner<'_>, depth: usize, room: &mut usize) -> Result<(), NotJson> {
        self.types |= OBJECT;
        self.objects += 1;
        scanner.eat(b'{');
        let mut next = 0;
        let mut member = scanner.first_member()?;
        while let Some(name) = member {
            match self.member(&name.said(), next, room) {
                Some((at, place)) => {
                    next = at + 1;
                    place.see(scanner, depth + 1, room)?;
                }
                None => drop(scanner.value()?),
            }
            member = scanner.next_member()?;
        }
        Ok(())
    }

    fn see_array(&mut self, scanner: &mut Scanner<'_>, depth: usize, room: &mut usize) -> Result<(), NotJson> {
        self.types |= ARRAY;
        scanner.eat(b'[');
        let mut is_there = scanner.first_element();
        while is_there {
            match below(&mut self.items, room) {
                Some(items) => items.see(scanner, depth + 1, room)?,
                None => drop(scanner.value()?),
            }
            is_there = scanner.next_element()?;
        }
        Ok(())
    }

    /// The place of a member, which is most often the next one; nothing where there is no room to describe it.
    fn member(&mut self, name: &str, next: usize, room: &mut usize) -> Option<(usize, &mut Self)> {
        let is_next = self.members.get(next).is_some_and(|member| member.name == name);
        let known = if is_next { Some(next) } else { self.members.iter().position(|member| member.name == name) };
        if known.is_none() && self.each.is_none() && (self.members.len() == SCHEMA_NAMES || is_id(name)) {
            self.make_map(room);
        }
        if self.each.is_some() {
            return below(&mut self.each, room).map(|each| (0, each));
        }
        let at = match known {
            Some(at) => at,
            None => {
                *room = room.checked_sub(1)?;
                self.members.push(Member { name: name.to_owned(), objects: 0, last: 0, place: Self::default() });
                self.members.len() - 1
            }
        };
        let objects = self.objects;
        let member = self.members.get_mut(at)?;
        member.objects += u64::from(member.last != objects);
        member.last = objects;
        Some((at, &mut member.place))
    }

    /// Describes all members together from now on.
    fn make_map(&mut self, room: &mut usize) {
        let mut each = Self::default();
        for member in std::mem::take(&mut self.members) {
            *room += 1;
            each.take_in(member.place, room);
        }
        self.each = Some(Box::new(each));
    }

    /// Takes in what was seen at another place.
    fn take_in(&mut self, other: Self, room: &mut usize) {
        self.types |= other.types;
        let before = self.objects;
        self.objects += other.objects;
        if let Some(items) = other.items {
            take_in(&mut self.items, *items, room);
        }
        if other.each.is_some() && self.each.is_none() {
            self.make_map(room);
        }
        for member in other.members {
            if self.each.is_some() {
                take_in(&mut self.each, member.place, room);
                continue;
            }
            let known = self.members.iter().position(|known| known.name == member.name);
            if let Some(known) = known.and_then(|at| self.members.get_mut(at)) {
                known.objects += member.objects;
                known.last = 0;
                known.place.take_in(member.place, room);
                *room += 1;
            } else if self.members.len() < SCHEMA_NAMES {
                self.members.push(Member { last: before + member.last, ..member });
            } else {
                self.make_map(room);
                take_in(&mut self.each, member.place, room);
            }
        }
        if let Some(each) = other.each {
            take_in(&mut self.each, *each, room);
        }
    }
}

fn take_in(place: &mut Option<Box<Place>>, other: Place, room: &mut usize) {
    place.get_or_insert_default().take_in(other, room);
}

/// The place below, if there is one or room for one.
fn below<'p>(place: &'p mut Option<Box<Place>>, room: &mut usize) -> Option<&'p mut Place> {
    if place.is_none() {
        *room = room.checked_sub(1)?;
    }
    Some(place.get_or_insert_default())
}

fn type_of(value: &str) -> u8 {
    match value.as_bytes().first() {
        Some(b'n') => NULL,
        Some(b't' | b'f') => BOOLEAN,
        Some(b'"') => STRING,
        Some(b'[') => ARRAY,
        Some(b'{') => OBJECT,
        _ if value.contains(['.', 'e', 'E']) => NUMBER,
        _ => INTEGER,
    }
}

/// Whether a name looks like an id or an address, so that it says something about somebody.
fn is_id(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    digits >= ID_DIGITS || name.len() > NAME_BYTES || name.contains(['@', ' '])
}
