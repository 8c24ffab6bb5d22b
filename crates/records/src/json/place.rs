//! What stands at a place (RFC 6901) of a value's text.

use super::Scanner;

/// The value at the place the tokens name (RFC 6901), of text that is JSON.
pub fn lookup<'a>(text: &'a str, tokens: &[String]) -> Option<&'a str> {
    let Some((token, rest)) = tokens.split_first() else {
        return Some(text);
    };
    let mut scanner = Scanner::new(text);
    if scanner.eat(b'{') {
        let mut member = scanner.first_member().ok()?;
        while let Some(name) = member {
            let value = scanner.value().ok()?;
            if name.is(token) {
                return lookup(value, rest);
            }
            member = scanner.next_member().ok()?;
        }
    } else if scanner.eat(b'[') {
        let wanted: usize = token.parse().ok()?;
        let mut is_there = scanner.first_element();
        for at in 0.. {
            let value = is_there.then(|| scanner.value().ok())??;
            if at == wanted {
                return lookup(value, rest);
            }
            is_there = scanner.next_element().ok()?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_and_its_text_is_untouched() {
        let value = r#"{"x":{"b!":0},"a":{"b\u0021":[1, 12.50 ,9223372036854775808]}}"#;
        let at = |p: &str| lookup(value, carryall_protocol::pointer::Pointer::new(p).unwrap().tokens());
        assert_eq!(at("/a/b!/1"), Some("12.50"));
        assert_eq!(at("/a/b!/2"), Some("9223372036854775808"));
        assert_eq!(at("/a/b!/3"), None);
        assert_eq!(at("/a/c"), None);
        assert_eq!(at("/a/b!/x"), None);
        assert_eq!(at(""), Some(value));
    }
}
