//! Language tags (BCP 47) and a browser's order of them.

/// Whether a text has the shape of a tag: a language of two to eight letters, then subtags of one to eight letters or digits.
pub(super) fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_language = (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    is_language && text.len() <= 35 && parts.all(is_subtag)
}

/// The tag without its last subtag, and without a single letter or digit before it; nothing where it has only one.
pub(super) fn shorter(tag: &str) -> Option<&str> {
    let (rest, _) = tag.rsplit_once('-')?;
    match rest.rsplit_once('-') {
        Some((rest, single)) if single.len() == 1 => Some(rest),
        _ => Some(rest),
    }
}

/// The tags of an `Accept-Language`, the dearest first (RFC 9110 section 12.5.4); what weighs nothing is left out.
pub(super) fn preferred(accepted: &str) -> Vec<&str> {
    let mut weighed: Vec<(f32, &str)> = accepted.split(',').filter_map(weigh).filter(|(weight, _)| *weight > 0.0).collect();
    weighed.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    weighed.into_iter().map(|(_, tag)| tag).collect()
}

/// One language range with its weight.
fn weigh(range: &str) -> Option<(f32, &str)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| is_tag(tag))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.parse().ok())?;
    Some((weight, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_told_from_what_is_none() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "de-1996", "sr-Latn-x-a"] {
            assert!(is_tag(good), "{good}");
        }
        for bad in ["", "e", "en_US", "README.md", "en-", "-en", "en US", "e1", "../en", "en-toolongtag9"] {
            assert!(!is_tag(bad), "{bad}");
        }
    }

    #[test]
    fn a_tag_is_shortened_from_its_end() {
        assert_eq!(shorter("zh-hant-tw"), Some("zh-hant"));
        assert_eq!(shorter("de-x-wien"), Some("de"));
        assert_eq!(shorter("de"), None);
    }

    #[test]
    fn what_a_browser_accepts_is_put_in_its_order() {
        assert_eq!(preferred("fr;q=0.5, de-AT, en;q=0.9, *;q=0.1, it;q=0, nl;q=x"), ["de-AT", "en", "fr"]);
    }
}
