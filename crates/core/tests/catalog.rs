//! What is no catalog is refused with its place; nothing makes its reader panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use carryall_core::catalog::parse;
use proptest::prelude::*;

const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

#[test]
fn the_catalogs_of_the_sample_hosts_are_read() {
    let fluxer = include_str!("../../../catalogs/fluxer.json");
    let x = include_str!("../../../catalogs/x.json");
    for (name, text) in [("talkif.json", TALKIF), ("fluxer.json", fluxer), ("x.json", x)] {
        parse(name, text).unwrap();
    }
}

#[test]
fn what_is_no_catalog_at_all_is_refused() {
    let cut = TALKIF.chars().take(TALKIF.len() / 2).collect::<String>();
    let deep = "[".repeat(100_000);
    let deep_within = TALKIF.replacen("\"title\": \"Talkif\"", &format!("\"title\": {deep}"), 1);
    let texts = ["", " ", "null", "[]", "{}", "\u{feff}{}", "<!doctype html><title>Sign in</title>", &cut, &deep, &deep_within];
    for text in texts {
        let error = parse("catalog.json", text).unwrap_err().to_string();
        assert!(error.starts_with("catalog.json: at "), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_catalog_is_refused_or_read_and_never_a_panic(
        at in 0..TALKIF.chars().count(),
        gone in 0usize..40,
        put in prop_oneof![Just(String::new()), "[\\[\\]{}\",:0-9a-z/\\\\]{1,4}", any::<String>()],
    ) {
        let kept = TALKIF.chars().take(at).chain(put.chars()).chain(TALKIF.chars().skip(at + gone));
        if let Ok(catalog) = parse("catalog.json", &kept.collect::<String>()) {
            prop_assert!(!catalog.categories.is_empty());
        }
    }
}
