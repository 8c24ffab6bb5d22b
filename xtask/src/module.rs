//! A WebAssembly module, as far as it says what its functions are called and made of.

use std::collections::BTreeMap;
use std::iter;

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
/// What every module begins with.
const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
/// The subsection of the section `name` that names functions.
const FUNCTION_NAMES: u8 = 1;

/// A module with its names.
#[derive(Default)]
pub(crate) struct Module<'a> {
    sections: Vec<(u8, &'a [u8])>,
    imports: usize,
    /// The code of each function of its own.
    pub(crate) bodies: Vec<&'a [u8]>,
    /// By index; the imported functions come first.
    names: BTreeMap<usize, String>,
    data: usize,
}

impl<'a> Module<'a> {
    /// Reads a module. Nothing where it is none.
    pub(crate) fn read(module: &'a [u8]) -> Option<Self> {
        let mut read = Self::default();
        let mut reader = Reader(module.strip_prefix(MAGIC)?);
        while !reader.0.is_empty() {
            let (kind, content) = (reader.byte()?, reader.sized()?);
            let mut section = Reader(content);
            match kind {
                CUSTOM if section.sized()? == b"name" => {
                    read.names = function_names(section)?;
                    continue;
                }
                IMPORT => read.imports = imported_functions(section)?,
                CODE => read.bodies = (0..section.number()?).map(|_| section.sized()).collect::<Option<_>>()?,
                DATA => read.data = content.len(),
                _ => {}
            }
            read.sections.push((kind, content));
        }
        Some(read)
    }

    /// Bytes of code by crate, and of data.
    pub(crate) fn bytes_by_crate(&self) -> BTreeMap<String, usize> {
        let mut sizes = BTreeMap::from([("(data)".to_owned(), self.data)]);
        for (index, body) in (self.imports..).zip(&self.bodies) {
            let name = self.names.get(&index).map_or("(nameless)", |name| crate_of(name));
            *sizes.entry(name.to_owned()).or_default() += body.len();
        }
        sizes
    }

    /// The module with other names for its own functions.
    pub(crate) fn renamed(&self, names: &[String]) -> Vec<u8> {
        let named = (self.imports..).zip(names).flat_map(|(index, name)| [leb(index), sized(name.as_bytes())].concat());
        let functions: Vec<u8> = leb(names.len()).into_iter().chain(named).collect();
        let section = [sized(b"name"), vec![FUNCTION_NAMES], sized(&functions)].concat();
        let sections = self.sections.iter().map(|(kind, content)| (*kind, *content)).chain([(CUSTOM, section.as_slice())]);
        let written = sections.flat_map(|(kind, content)| iter::once(kind).chain(sized(content)));
        MAGIC.iter().copied().chain(written).collect()
    }
}

/// Bytes with their number before them.
fn sized(content: &[u8]) -> Vec<u8> {
    [&leb(content.len()), content].concat()
}

/// An unsigned LEB128 number.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
    bytes
}

/// The first word that a path begins with: `<carryall_core[1f]::plan::Plan as core::fmt::Debug>::fmt` is carryall_core's.
fn crate_of(name: &str) -> &str {
    let path = name.trim_start_matches(['<', '&', '[', '(']).trim_start_matches("mut ");
    let end = path.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(path.len());
    let (word, rest) = path.split_at(end);
    if rest.starts_with("::") || rest.starts_with('[') { word } else { "(others)" }
}

fn function_names(mut section: Reader<'_>) -> Option<BTreeMap<usize, String>> {
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let (kind, content) = (section.byte()?, section.sized()?);
        let mut named = Reader(content);
        if kind == FUNCTION_NAMES {
            for _ in 0..named.number()? {
                names.insert(named.number()?, String::from_utf8_lossy(named.sized()?).into_owned());
            }
        }
    }
    Some(names)
}

/// How many imports are functions: they are counted before the module's own.
fn imported_functions(mut section: Reader<'_>) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.sized()?;
        section.sized()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            _ => {
                section.byte()?;
                section.byte()?;
            }
        }
    }
    Some(functions)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128 number.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Bytes with their number before them.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn limits(&mut self) -> Option<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One import, two functions with names, nine bytes of data.
    fn module() -> Vec<u8> {
        let import = [&[1][..], &sized(b"env"), &sized(b"log"), &[0, 0]].concat();
        let code = [&[2][..], &sized(&[5; 5]), &sized(&[7; 300])].concat();
        let functions = [&[2, 1][..], &sized(b"<&mut core[1f]::A>::b"), &[2], &sized(b"zlib_rs::c")].concat();
        let names = [sized(b"name"), vec![FUNCTION_NAMES], sized(&functions)].concat();
        let sections = [(IMPORT, import), (CODE, code), (DATA, vec![0; 9]), (CUSTOM, names)];
        let sections = sections.map(|(kind, content)| [vec![kind], sized(&content)].concat());
        [MAGIC.to_vec(), sections.concat()].concat()
    }

    #[test]
    fn bytes_are_told_by_the_crate_whose_function_holds_them() {
        let bytes = module();
        let told = [("(data)", 9), ("core", 5), ("zlib_rs", 300)].map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(Module::read(&bytes).unwrap().bytes_by_crate(), BTreeMap::from(told));
        assert!(Module::read(&bytes[..bytes.len() - 1]).is_none());
        assert!(Module::read(b"no module").is_none());
    }

    #[test]
    fn functions_get_other_names_and_all_else_stays() {
        let bytes = module();
        let renamed = Module::read(&bytes).unwrap().renamed(&["1".to_owned(), "0".to_owned()]);
        let again = Module::read(&renamed).unwrap();
        assert_eq!(again.names, BTreeMap::from([(1, "1".to_owned()), (2, "0".to_owned())]));
        assert_eq!(again.sections, Module::read(&bytes).unwrap().sections);
    }
}
