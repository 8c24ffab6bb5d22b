//! A WebAssembly module, as far as it says which crate its bytes belong to.

use std::collections::BTreeMap;

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
/// The subsection of the section `name` that names functions.
const FUNCTION_NAMES: u8 = 1;

/// Bytes of code by crate, and of data, of a module with its names. Nothing where it is no such module.
pub(super) fn bytes_by_crate(module: &[u8]) -> Option<BTreeMap<String, i64>> {
    let (mut imports, mut bodies, mut names) = (0, Vec::new(), BTreeMap::new());
    let mut sizes = BTreeMap::new();
    let mut reader = Reader(module.strip_prefix(b"\0asm\x01\0\0\0")?);
    while !reader.0.is_empty() {
        let (kind, content) = (reader.byte()?, reader.sized()?);
        let mut section = Reader(content);
        match kind {
            CUSTOM if section.sized()? == b"name" => names = function_names(section)?,
            IMPORT => imports = imported_functions(section)?,
            CODE => bodies = (0..section.number()?).map(|_| section.sized().map(<[u8]>::len)).collect::<Option<_>>()?,
            DATA => drop(sizes.insert("(data)".to_owned(), i64::try_from(content.len()).ok()?)),
            _ => {}
        }
    }
    for (index, bytes) in (imports..).zip(bodies) {
        let name = names.get(&index).map_or("(nameless)", |name| crate_of(name));
        *sizes.entry(name.to_owned()).or_default() += i64::try_from(bytes).ok()?;
    }
    Some(sizes)
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

    /// A section's or a name's bytes, with their number before them.
    fn sized(kind: Option<u8>, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        kind.into_iter().chain([length]).chain(content.iter().copied()).collect()
    }

    #[test]
    fn bytes_are_told_by_the_crate_whose_function_holds_them() {
        let import = [&[1][..], &sized(None, b"env"), &sized(None, b"log"), &[0, 0]].concat();
        let code = [&[2][..], &sized(None, &[0; 5]), &sized(None, &[0; 7])].concat();
        let functions = [&[2, 1][..], &sized(None, b"<&mut core[1f]::A>::b"), &[2], &sized(None, b"zlib_rs::c")].concat();
        let names = [sized(None, b"name"), sized(Some(FUNCTION_NAMES), &functions)].concat();
        let sections =
            [sized(Some(IMPORT), &import), sized(Some(CODE), &code), sized(Some(DATA), &[0; 9]), sized(Some(CUSTOM), &names)];
        let module = [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat();
        let told = [("(data)", 9), ("core", 5), ("zlib_rs", 7)].map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(bytes_by_crate(&module), Some(BTreeMap::from(told)));
        assert_eq!(bytes_by_crate(&module[..module.len() - 1]), None);
        assert_eq!(bytes_by_crate(b"no module"), None);
    }
}
