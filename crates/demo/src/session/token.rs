//! JSON Web Tokens (RFC 7519) signed with HS256 (RFC 7515, RFC 7518 section 3.2).
//!
//! **One algorithm, one key**: the header is compared as text, so no token can ask for another algorithm.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The person.
    pub(super) sub: String,
    /// Their account.
    pub(super) account: String,
    /// Their role in it.
    pub(super) role: String,
    /// The session.
    pub(super) sid: String,
    /// When the password was entered, in seconds since 1970.
    pub(super) auth_time: u64,
    /// When the token was made.
    pub(super) iat: u64,
    /// From when on it is good no more.
    pub(super) exp: u64,
    /// What it is good for.
    #[serde(rename = "use")]
    pub(super) used_as: Use,
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Use {
    /// The API.
    Access,
    /// The next access token.
    Refresh,
}

/// The key that signs.
pub(super) struct Seal {
    key: [u8; 32],
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

impl Seal {
    /// A new key from the operating system.
    pub(super) fn random() -> Self {
        Self { key: rand::random() }
    }

    /// The signed token of these claims.
    pub(super) fn close(&self, claims: &Claims) -> String {
        let payload = serde_json::to_vec(claims).unwrap_or_default();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.mac(signed.as_bytes()).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token signed here, expired or not.
    pub(super) fn open(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(signed.as_bytes()).verify_slice(&signature).ok()?;
        if header != URL_SAFE_NO_PAD.encode(HEADER) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length will do");
        mac.update(message);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let text = |text: &str| text.to_owned();
        let (sub, account, role, sid) = (text("u"), text("a"), text("owner"), text("s"));
        Claims { sub, account, role, sid, auth_time: 1, iat: 2, exp: 3, used_as: Use::Access }
    }

    #[test]
    fn a_token_opens_with_its_own_key_only() {
        let (seal, other) = (Seal::random(), Seal::random());
        let token = seal.close(&claims());
        assert_eq!(seal.open(&token), Some(claims()));
        assert_eq!(other.open(&token), None);
    }

    #[test]
    fn a_token_changed_anywhere_is_refused() {
        let seal = Seal::random();
        let token = seal.close(&claims());
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(seal.open(&String::from_utf8(forged).unwrap()), None, "changed at {at}");
        }
        let unsigned = format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        assert_eq!(seal.open(&unsigned), None);
    }
}
