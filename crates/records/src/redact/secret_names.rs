//! Which field names are taken for secrets.

/// Field names taken for secrets wherever they stand, compared without case, `_` and `-`. Sorted.
const NAMES: &[&str] = &[
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "authtoken",
    "backupcodes",
    "bearertoken",
    "clientsecret",
    "credential",
    "credentials",
    "encryptionkey",
    "hashedpassword",
    "idtoken",
    "mfasecret",
    "otpsecret",
    "passphrase",
    "passwd",
    "password",
    "passwordhash",
    "privatekey",
    "pwd",
    "recoverycodes",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "secrets",
    "sessiontoken",
    "signingkey",
    "token",
    "tokens",
    "totpsecret",
    "webhooksecret",
];

/// Endings of field names that are taken for secrets too ("sipPassword"), unless the value only says yes, no or nothing
/// ("hasPassword": true).
const ENDINGS: &[&str] = &[
    "accesstoken",
    "apikey",
    "authtoken",
    "bottoken",
    "csrftoken",
    "password",
    "passwordhash",
    "privatekey",
    "refreshtoken",
    "secret",
    "sessiontoken",
];

/// Characters of a name that are looked at, from its end.
const NAME_CHARS: usize = 32;

/// The last three characters of every name and ending above, as numbers.
const TAILS: [u32; 13] = [
    tail(b"als"),
    tail(b"ase"),
    tail(b"ash"),
    tail(b"des"),
    tail(b"ens"),
    tail(b"ets"),
    tail(b"ial"),
    tail(b"key"),
    tail(b"ken"),
    tail(b"ord"),
    tail(b"pwd"),
    tail(b"ret"),
    tail(b"swd"),
];

/// Whether the whole of a name, as written in JSON, is worth a look: most end like no secret does.
pub(crate) fn may_be_secret(raw: &str) -> bool {
    ends_like_secret(raw) || raw.contains('\\')
}

/// The same of a name without escapes, which is most of them. Every name of every page comes by here.
pub(crate) fn ends_like_secret(plain: &str) -> bool {
    TAILS.contains(&tail(plain.as_bytes()))
}

/// The last three characters as a number, without case and separators.
const fn tail(mut name: &[u8]) -> u32 {
    let mut tail = 0;
    while let ([before @ .., last], 0..=0xffff) = (name, tail) {
        if !is_separator(*last) {
            tail = tail << 8 | (*last | 0x20) as u32;
        }
        name = before;
    }
    tail
}

/// Whether a field is taken for a secret.
pub(crate) fn is_secret(name: &str, value: &str) -> bool {
    let mut ending = [0; NAME_CHARS];
    let mut start = NAME_CHARS;
    for (place, byte) in ending.iter_mut().rev().zip(folded(name)) {
        *place = byte;
        start -= 1;
    }
    let ending = ending.get(start..).unwrap_or_default();
    let is_flag = || matches!(value, "true" | "false" | "null");
    NAMES.binary_search_by(|secret| secret.as_bytes().cmp(ending)).is_ok()
        || (ENDINGS.iter().any(|secret| ending.ends_with(secret.as_bytes())) && !is_flag())
}

/// A name's bytes from its end, without case and separators.
fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().rev().filter(|byte| !is_separator(*byte)).map(|byte| byte.to_ascii_lowercase())
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secret(name: &str, value: &str) -> bool {
        let found = is_secret(name, value);
        assert!(!found || may_be_secret(name), "{name} is not even looked at");
        found
    }

    #[test]
    fn names_are_compared_without_case_and_separators() {
        for name in
            ["password", "Password_Hash", "MFA-SECRET", "recovery_codes", "apiKey", "sipPassword", "hashed_password", "PWD_"]
        {
            assert!(secret(name, "\"x\""), "{name}");
        }
        for name in ["tokenCount", "passwordChangedAt", "secretaryName", "", "webhooksecretsent", "id", "keyboard", "-"] {
            assert!(!secret(name, "\"x\""), "{name}");
        }
        let long = "x".repeat(100);
        assert!(secret(&format!("{long}Password"), "\"x\"") && !secret(&format!("{long}token"), "\"x\""));
    }

    #[test]
    fn the_lists_are_sorted_and_every_secret_is_looked_at() {
        assert!(NAMES.is_sorted() && NAMES.iter().all(|name| name.len() < NAME_CHARS));
        assert!(NAMES.iter().chain(ENDINGS).all(|name| may_be_secret(name)));
        assert!(!may_be_secret("displayName") && may_be_secret("passwor\\u0064"));
    }

    #[test]
    fn a_field_that_only_says_whether_there_is_a_secret_stays() {
        assert!(!secret("hasPassword", "true") && !secret("client_has_secret", "false") && !secret("sipPassword", "null"));
        assert!(secret("password", "null") && secret("mfaSecret", "null") && secret("hasPassword", "\"yes\""));
    }

    proptest! {
        #[test]
        fn a_name_is_looked_at_where_it_ends_like_a_secrets(start in "[a-zé_-]{0,4}", end in "[adehlnorstyADEKSTW_@\\-]{0,5}") {
            let name = start + &end;
            let plain: String = name.chars().filter(|character| !"_-".contains(*character)).collect();
            let plain = plain.to_ascii_lowercase();
            let is_alike = |secret: &&str| plain.ends_with(secret.get(secret.len() - 3..).unwrap());
            prop_assert_eq!(ends_like_secret(&name), NAMES.iter().chain(ENDINGS).any(is_alike), "{}", name);
        }
    }
}
