//! The sentences of `README.txt` in one language.
//!
//! They are files of the package, `www/archive/readme.<language>.json`: one object, a text for each key. In the wasm everybody would
//! wait for every language. **A [`Words`] has every sentence.** A new one is a line here, and one in each of the files.

use crate::catalog::reading::object::Object;
use crate::catalog::reading::scalar;
use crate::json::Misread;

/// The sentences, and their keys in the files.
macro_rules! sentences {
    ($($sentence:ident $key:literal,)*) => {
        /// One sentence.
        #[derive(Debug, Clone, Copy)]
        pub(super) enum Sentence {
            $($sentence,)*
        }

        /// The keys, in the order of [`Sentence`].
        const KEYS: &[&str] = &[$($key,)*];
    };
}

sentences! {
    Whole "whole",
    Partial "partial",
    About "about",
    Files "files",
    Document "document",
    Contents "contents",
    Incomplete "incomplete",
    Missing "missing",
    Claimed "claimed",
    Vanished "vanished",
    Refused "refused",
    Unreadable "unreadable",
    Failed "failed",
    Removed "removed",
    LeftOut "left_out",
    Truncated "truncated",
    Uncertain "uncertain",
    HostErrors "host_errors",
    ByDate "by_date",
    NotMine "not_mine",
    Includes "includes",
    Instead "instead",
    Cut "cut",
    Records "records",
    Check "check",
    Keep "keep",
    MediaLinked "media_linked",
    MediaFailed "media_failed",
    MediaEnds "media_ends",
    Scripts "scripts",
    Tables "tables",
    Receipt "receipt",
    NoReceipt "no_receipt",
    Formal "formal",
}

/// Every sentence, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// Reads a language's file. A key that is not known here is another version's, and skipped.
    ///
    /// # Errors
    ///
    /// [`Misread`] for a text that is no JSON object of texts, or lacks a key; it names the key.
    pub fn read(text: &str) -> Result<Self, Misread> {
        let mut members = Object::whole(text)?.each(scalar::text)?;
        let mut sentences = Vec::new();
        for key in KEYS {
            let at = members.iter().position(|(name, _)| name == key).ok_or_else(|| missing(key))?;
            sentences.push(members.swap_remove(at).1);
        }
        Ok(Self(sentences))
    }

    /// A sentence.
    #[inline(never)] // thirty callers
    pub(super) fn of(&self, sentence: Sentence) -> &str {
        self.0.get(sentence as usize).map_or("", String::as_str)
    }
}

fn missing(key: &str) -> Misread {
    Misread { pointer: String::new(), problem: ["expected the key ", key].concat() }
}

#[cfg(test)]
mod tests {
    use carryall_protocol::catalog::Members;

    use super::*;
    use crate::json;

    const LANGUAGES: [(&str, &str); 2] = [
        ("en", include_str!("../../../../www/archive/readme.en.json")),
        ("de", include_str!("../../../../www/archive/readme.de.json")),
    ];

    #[test]
    fn every_language_has_every_sentence_in_order_and_none_else() {
        for (language, text) in LANGUAGES {
            let Members(members): Members<String> = json::read(text).unwrap();
            let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, KEYS, "{language}");
        }
    }

    #[test]
    fn no_sentence_is_empty_or_has_a_placeholder_or_space_around_it() {
        for (language, text) in LANGUAGES {
            for (key, sentence) in KEYS.iter().zip(Words::read(text).unwrap().0) {
                assert!(!sentence.is_empty() && sentence == sentence.trim(), "{language}: {key}");
                assert!(!sentence.contains(['{', '}', '\t', '\r']), "{language}: {key}");
            }
        }
    }

    #[test]
    fn a_sentence_is_found_by_its_own_key() {
        let words = Words::read(LANGUAGES[0].1).unwrap();
        assert_eq!(words.of(Sentence::Whole), "Your data from");
        assert_eq!(words.of(Sentence::Formal), "For a formal request about your data:");
    }

    #[test]
    fn a_file_that_lacks_a_sentence_is_refused_by_its_name() {
        let lacking = LANGUAGES[0].1.replacen("\"receipt\"", "\"reciept\"", 1);
        assert_eq!(Words::read(&lacking).unwrap_err().to_string(), "at the top: expected the key receipt");
        assert!(Words::read("<!doctype html>").is_err());
    }
}
