//! The languages of the mails and of the confirmation page: one TOML file each, two of them built in.
//!
//! **Every text of every language is there, with the placeholders it needs, before the counter starts**: what a translator
//! forgot is an error that names file and key, never a mail with a hole in it.

mod tag;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{ConfigError, MailConfig, key_error};
use tag::{preferred, shorter};
use words::{Fault, Words};

/// The languages there are without any file of the operator's.
const BUILT_IN: [(&str, &str); 2] =
    [("de.toml", include_str!("../languages/de.toml")), ("en.toml", include_str!("../languages/en.toml"))];

/// The language of those who ask for none that is there, unless the operator names another.
pub(crate) const DEFAULT: &str = "en";

/// The languages spoken.
#[derive(Debug)]
pub struct Languages {
    /// By tag in lower case.
    known: BTreeMap<String, Language>,
    default: Language,
}

/// One language.
#[derive(Debug, Clone)]
pub(crate) struct Language {
    /// Its BCP 47 tag, as its file is named.
    pub(crate) tag: String,
    /// What is said in it.
    pub(crate) words: Words,
}

impl Languages {
    /// The built-in languages, and those of the operator's folder in their place or beside them.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the file, the key in it and what is expected there.
    pub fn load(config: Option<&MailConfig>) -> Result<Self, ConfigError> {
        let mut known = BTreeMap::new();
        for (file, text) in BUILT_IN {
            let language = read(Path::new(file), text)?;
            known.insert(language.tag.to_ascii_lowercase(), language);
        }
        if let Some(folder) = config.and_then(|mail| mail.languages.as_deref()) {
            known.extend(read_folder(folder)?);
        }
        let default = config.and_then(|mail| mail.default_language.as_deref()).unwrap_or(DEFAULT);
        let Some(default) = known.get(&default.to_ascii_lowercase()).cloned() else {
            let tags: Vec<_> = known.values().map(|language| language.tag.as_str()).collect();
            return Err(key_error("mail.default_language", format!("expected one of {}", tags.join(", "))));
        };
        Ok(Self { known, default })
    }

    /// The language for this tag: itself, else the same with fewer subtags (RFC 4647 section 3.4), else the default.
    pub(crate) fn find(&self, tag: Option<&str>) -> &Language {
        tag.and_then(|tag| self.lookup(tag)).unwrap_or(&self.default)
    }

    /// The language for a page: by the tag that its link carries, else by what the browser accepts, else the default.
    pub(crate) fn find_for_page(&self, tag: Option<&str>, accepted: Option<&str>) -> &Language {
        let of_browser = || preferred(accepted.unwrap_or_default()).into_iter().find_map(|tag| self.lookup(tag));
        tag.and_then(|tag| self.lookup(tag)).or_else(of_browser).unwrap_or(&self.default)
    }

    fn lookup(&self, tag: &str) -> Option<&Language> {
        let tag = tag.replace('_', "-").to_ascii_lowercase();
        std::iter::successors(Some(tag.as_str()), |tag| shorter(tag)).find_map(|tag| self.known.get(tag))
    }
}

fn read_folder(folder: &Path) -> Result<BTreeMap<String, Language>, ConfigError> {
    let unreadable = |error| key_error("mail.languages", format!("{} cannot be read: {error}", folder.display()));
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| file_error(&path, format!("cannot be read: {error}")))?;
        let language = read(&path, &text)?;
        if let Some(other) = found.insert(language.tag.to_ascii_lowercase(), language) {
            return Err(file_error(&path, format!("expected one file for {}, and there is another", other.tag)));
        }
    }
    Ok(found)
}

/// One language from its file.
fn read(path: &Path, text: &str) -> Result<Language, ConfigError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(tag) = name.strip_suffix(".toml").filter(|tag| tag::is_tag(tag)) else {
        return Err(file_error(path, "expected a file named for a language, like fr.toml or pt-BR.toml"));
    };
    let table = toml::from_str(text).map_err(|error| file_error(path, format!("is not TOML: {error}")))?;
    let in_file = |Fault { key, expected }| key_error(format!("{}: {key}", path.display()), expected);
    Ok(Language { tag: tag.to_owned(), words: Words::read(table).map_err(in_file)? })
}

fn file_error(path: &Path, expected: impl Into<String>) -> ConfigError {
    key_error(path.display().to_string(), expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag_of<'l>(languages: &'l Languages, locale: Option<&str>) -> &'l str {
        &languages.find(locale).tag
    }

    #[test]
    fn any_kind_of_german_is_answered_in_german_and_what_is_not_spoken_in_english() {
        let languages = Languages::load(None).unwrap();
        for (locale, tag) in [
            (Some("de"), "de"),
            (Some("de-AT"), "de"),
            (Some("de_DE"), "de"),
            (Some("DE-1996-x-wien"), "de"),
            (Some("den"), "en"),
            (Some("fr"), "en"),
            (Some(""), "en"),
            (None, "en"),
        ] {
            assert_eq!(tag_of(&languages, locale), tag, "{locale:?}");
        }
    }

    #[test]
    fn a_page_speaks_the_language_of_its_link_or_else_the_one_the_browser_likes_best() {
        let languages = Languages::load(None).unwrap();
        for (link, accepted, tag) in [
            (Some("de"), Some("en"), "de"),
            (Some("fr"), Some("de-AT, en;q=0.9"), "de"),
            (None, Some("fr, en;q=0.2, de;q=0.7"), "de"),
            (None, Some("de;q=0, en;q=0.1"), "en"),
            (None, Some("*"), "en"),
            (None, None, "en"),
        ] {
            assert_eq!(languages.find_for_page(link, accepted).tag, tag, "{link:?} {accepted:?}");
        }
    }
}
