//! The place in a JSON text where reading it failed, as a JSON Pointer.
//!
//! Found once something is wrong, by going over the text again: a reader that keeps its place all the time is code that every
//! person downloads, and only a host's developer ever sees an error.

use serde_json::Error;

/// Where reading stopped: at the value that was being read, or the one that had just ended.
pub(super) fn of(text: &str, error: &Error) -> String {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let read = text.get(..before + error.column()).unwrap_or(text);
    let mut way = Way(Vec::new());
    let mut rest = read;
    while let Some(at) = rest.find(['{', '}', '[', ']', ',', '"']) {
        let (found, after) = (rest.as_bytes().get(at), rest.get(at + 1..).unwrap_or_default());
        rest = match found {
            Some(b'"') => way.text(after),
            found => {
                way.sign(found);
                after
            }
        };
    }
    way.pointer()
}

/// The objects and arrays that are open, outermost first, and where in them we are.
struct Way(Vec<Open>);

enum Open {
    /// An object, and the name of its member once that was read.
    Object(Option<String>),
    /// An array, and the number of its element.
    Array(usize),
}

impl Way {
    fn sign(&mut self, sign: Option<&u8>) {
        match (sign, self.0.last_mut()) {
            (Some(b'{'), _) => self.0.push(Open::Object(None)),
            (Some(b'['), _) => self.0.push(Open::Array(0)),
            (Some(b','), Some(Open::Object(name))) => *name = None,
            (Some(b','), Some(Open::Array(at))) => *at += 1,
            (Some(b'}' | b']'), _) => drop(self.0.pop()),
            _ => {}
        }
    }

    /// Takes a text that has just begun; answers with what comes after it.
    fn text<'a>(&mut self, rest: &'a str) -> &'a str {
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
        if let Some(Open::Object(name @ None)) = self.0.last_mut() {
            *name = Some(serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| text.to_owned()));
        }
        after.get(1..).unwrap_or_default()
    }

    fn pointer(&self) -> String {
        let token = |open: &Open| match open {
            Open::Object(None) => String::new(),
            Open::Object(Some(name)) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            Open::Array(at) => format!("/{at}"),
        };
        self.0.iter().map(token).collect()
    }
}
