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

/// The last three characters of every name and ending above.
const TAILS: [&[u8; 3]; 13] =
    [b"als", b"ase", b"ash", b"des", b"ens", b"ets", b"ial", b"key", b"ken", b"ord", b"pwd", b"ret", b"swd"];

/// Whether the whole of a name, as written in JSON, is worth a look: most end like no secret does.
pub(crate) fn may_be_secret(raw: &str) -> bool {
    ends_like_secret(raw) || raw.contains('\\')
}

/// The same of a name without escapes, which is most of them.
pub(crate) fn ends_like_secret(plain: &str) -> bool {
    // Every name of every page comes by here: three characters are one number.
    match plain.as_bytes() {
        [.., first, second, third] if !(is_separator(first) | is_separator(second) | is_separator(third)) => {
            is_tail(number([*first, *second, *third]))
        }
        _ => is_tail(number(folded_tail(plain))),
    }
}

/// Whether a name or an ending above ends with these characters.
const fn is_tail(tail: u32) -> bool {
    let mut at = 0;
    while at < TAILS.len() {
        if number(*TAILS[at]) == tail {
            return true;
        }
        at += 1;
    }
    false
}

/// Three characters as a number, letters without case.
const fn number([first, second, third]: [u8; 3]) -> u32 {
    u32::from_le_bytes([first, second, third, 0]) | 0x20_2020
}

/// The last three characters of a name that has separators among them, or fewer.
#[cold]
fn folded_tail(raw: &str) -> [u8; 3] {
    let mut tail = [0; 3];
    for (place, byte) in tail.iter_mut().rev().zip(folded(raw)) {
        *place = byte;
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
    name.bytes().rev().filter(|byte| !is_separator(byte)).map(|byte| byte.to_ascii_lowercase())
}

const fn is_separator(byte: &u8) -> bool {
    matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
