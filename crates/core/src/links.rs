//! The `Link` header (RFC 8288): where an answer says that another page lies.

/// The target of the first link of this relation, as written. Relation types compare without case; a link with an anchor speaks
/// of something else and is passed over. What cannot be read ends the reading: nothing is guessed.
#[must_use]
pub fn target<'a>(header: &'a str, rel: &str) -> Option<&'a str> {
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (target, after) = rest.strip_prefix('<')?.split_once('>')?;
        let (is_wanted, after) = parameters(after, rel)?;
        if is_wanted {
            return Some(target.trim());
        }
        rest = after;
    }
}

/// Reads the parameters of one link: whether it is of this relation, and what comes after it.
fn parameters<'a>(mut rest: &'a str, wanted: &str) -> Option<(bool, &'a str)> {
    let mut rel: Option<bool> = None;
    let mut is_anchored = false;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(after) = rest.strip_prefix(';') else {
            let is_end = rest.is_empty() || rest.starts_with(',');
            return is_end.then_some((rel == Some(true) && !is_anchored, rest));
        };
        let after = after.trim_start_matches([' ', '\t']);
        let end = after.find(['=', ';', ',', ' ', '\t']).unwrap_or(after.len());
        let (name, after) = after.split_at_checked(end)?;
        let (value, after) = value(after)?;
        rest = after;
        // Of several rel parameters the first one counts (section 3.3).
        if name.eq_ignore_ascii_case("rel") && rel.is_none() {
            rel = Some(value.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted)));
        }
        is_anchored |= name.eq_ignore_ascii_case("anchor");
    }
}

/// A parameter's value, quoted or not, and what comes after it. Escapes stay: no relation type has any.
fn value(text: &str) -> Option<(&str, &str)> {
    let trimmed = text.trim_start_matches([' ', '\t']);
    let Some(after) = trimmed.strip_prefix('=') else { return Some(("", text)) };
    let after = after.trim_start_matches([' ', '\t']);
    let Some(quoted) = after.strip_prefix('"') else {
        let end = after.find([';', ',', ' ', '\t']).unwrap_or(after.len());
        return after.split_at_checked(end);
    };
    let mut is_escaped = false;
    let end = quoted.find(|c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    })?;
    Some((quoted.get(..end)?, quoted.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_relation_is_found_among_others() {
        for (header, expected) in [
            (
                r#"<https://a.example/x?page=2>; rel="next", <https://a.example/x?page=9>; rel="last""#,
                "https://a.example/x?page=2",
            ),
            (r#"</x?page=9>; rel=last , </x?page=2>;rel=next"#, "/x?page=2"),
            (r#"<?page=2>; title="a, \"b\"; rel=next <"; rel="prefetch NEXT""#, "?page=2"),
            (r#"<https://a.example/x?ids=1,2;3>; REL = "next""#, "https://a.example/x?ids=1,2;3"),
            (r#"</other>; rel="next"; anchor="/elsewhere", </x>; rel="next""#, "/x"),
            (r#"</first>; rel="prev"; rel="next", </x>; crossorigin; rel=next; title=plain"#, "/x"),
            (r#", ,</x>;rel="next";"#, "/x"),
        ] {
            assert_eq!(target(header, "next").unwrap_or_default(), expected, "{header}");
        }
    }

    #[test]
    fn what_is_no_link_is_none() {
        for header in
            ["", "next", "<x", "<x>", r#"<x>; rel="next"#, r#"<x>; rel="nextpage""#, "<x> rel=next", r#"<x>; rel="prev""#]
        {
            assert_eq!(target(header, "next"), None, "{header}");
        }
    }
}
