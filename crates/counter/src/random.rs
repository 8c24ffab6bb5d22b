//! What is drawn at random, always from the operating system.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use carryall_protocol::{ExportId, LeaseId};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::rule::history::TokenHash;

/// The operating system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the operating system gives no random numbers")]
pub struct NoRandomness;

/// So many random bytes.
///
/// # Errors
///
/// [`NoRandomness`], where the operating system fails.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A new export's id.
///
/// # Errors
///
/// [`NoRandomness`], where the operating system fails.
pub fn export_id() -> Result<ExportId, NoRandomness> {
    ExportId::new(hex(&bytes::<16>()?)).map_err(|_| NoRandomness)
}

/// A new lease's id.
///
/// # Errors
///
/// [`NoRandomness`], where the operating system fails.
pub fn lease_id() -> Result<LeaseId, NoRandomness> {
    LeaseId::new(hex(&bytes::<16>()?)).map_err(|_| NoRandomness)
}

/// A confirmation token: 256 random bits in base64url, 43 characters.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Draws one.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`], where the operating system fails.
    pub fn draw() -> Result<Self, NoRandomness> {
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes::<32>()?)))
    }

    /// Takes one that somebody presented.
    #[must_use]
    pub const fn presented(text: String) -> Self {
        Self(text)
    }

    /// Its text, for the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The only form in which it is kept.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Six characters that follow from it, "K7Q-M2D". The panel, the mail and the confirmation page show the same, and
    /// the page needs nothing but its fragment to do so. 30 bits of a hash tell nothing useful about the other 226.
    #[must_use]
    pub fn matching_code(&self) -> String {
        const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let digest = Sha256::digest(format!("carryall matching code {}", self.0).as_bytes());
        let digits = digest.iter().take(6).filter_map(|byte| CROCKFORD.get(usize::from(byte % 32)));
        let mut code: String = digits.map(|digit| char::from(*digit)).collect();
        code.insert(3, '-');
        code
    }
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_256_bits_and_never_comes_twice() {
        let (a, b) = (Token::draw().unwrap(), Token::draw().unwrap());
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(a.as_str()).unwrap().len(), 32);
        assert_ne!(a.as_str(), b.as_str());
        assert!(a.hash() != b.hash());
    }

    #[test]
    fn the_matching_code_follows_from_the_token_alone() {
        let code = Token::presented("abc".to_owned()).matching_code();
        assert_eq!(code, Token::presented("abc".to_owned()).matching_code());
        assert_eq!(code.len(), 7);
        assert_eq!(code.chars().nth(3), Some('-'));
    }
}
