//! "Did you mean": the nearest of the words that would have been understood.

/// The same text of an error, shorter and with a suggestion, where it is about a word that is not known: serde then names
/// the word first and those that it knows after it, each between backticks.
pub(super) fn suggest(told: &str) -> String {
    let told_unknown = told.starts_with("unknown field") || told.starts_with("unknown variant");
    let mut words = told.split('`').skip(1).step_by(2);
    let Some(word) = words.next().filter(|_| told_unknown) else { return told.to_owned() };
    let near = |known: &&str| strsim::damerau_levenshtein(word, known) <= 1 + word.len() / 4;
    match words.filter(near).min_by_key(|known| strsim::damerau_levenshtein(word, known)) {
        Some(known) => format!("{told}; did you mean `{known}`?"),
        None => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_and_a_far_one_is_not() {
        let told = "unknown field `cooldown_second`, expected one of `preset`, `cooldown_seconds`, `cooldown_from`";
        assert_eq!(suggest(told), format!("{told}; did you mean `cooldown_seconds`?"));
        let told = "unknown variant `talkiff`, expected one of `talkif`, `fluxer`, `x`";
        assert!(suggest(told).ends_with("; did you mean `talkif`?"));
        for other in ["unknown field `zebra`, expected `preset` or `reruns`", "missing field `listen`", "invalid type: `a`, `b`"]
        {
            assert_eq!(suggest(other), other);
        }
    }
}
