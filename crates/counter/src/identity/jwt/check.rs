//! The signature of a token, checked by ring: TLS brings it anyway, and RSA and ECDSA come from nowhere else.
//!
//! Absent: signing. The counter's own statements are [`crate::jws`]'s.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as Wrong, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::hmac;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};

static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(unsupported()),
    verifier_factory: |algorithm, key| {
        if key.family() != algorithm.family() {
            return Err(unsupported());
        }
        Ok(Box::new(ByRing { algorithm: *algorithm, key: key.clone() }))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// Lets jsonwebtoken check by ring. Said again, it changes nothing.
pub(super) fn install() {
    let _ = RING.install_default();
}

/// One key, for one algorithm of its kind.
struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), Wrong> {
        match self.algorithm {
            Algorithm::HS256 => self.by_secret(message, signed),
            Algorithm::RS256 => self.by_rsa(&signature::RSA_PKCS1_2048_8192_SHA256, message, signed),
            Algorithm::PS256 => self.by_rsa(&signature::RSA_PSS_2048_8192_SHA256, message, signed),
            Algorithm::ES256 => self.by_point(&signature::ECDSA_P256_SHA256_FIXED, message, signed),
            Algorithm::EdDSA => self.by_point(&signature::ED25519, message, signed),
            _ => Err(Wrong::new()),
        }
    }
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl ByRing {
    fn by_secret(&self, message: &[u8], signed: &[u8]) -> Result<(), Wrong> {
        let secret = self.key.try_get_as_bytes().map_err(|_| Wrong::new())?;
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), message, signed).map_err(|_| Wrong::new())
    }

    fn by_rsa(&self, by: &'static RsaParameters, message: &[u8], signed: &[u8]) -> Result<(), Wrong> {
        match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                let key = RsaPublicKeyComponents { n: without_zeros(n), e: without_zeros(e) };
                key.verify(by, message, signed).map_err(|_| Wrong::new())
            }
            DecodingKeyKind::SecretOrDer(_) => self.by_point(by, message, signed),
        }
    }

    fn by_point(&self, by: &'static dyn VerificationAlgorithm, message: &[u8], signed: &[u8]) -> Result<(), Wrong> {
        let key = self.key.try_get_as_bytes().map_err(|_| Wrong::new())?;
        UnparsedPublicKey::new(by, key).verify(message, signed).map_err(|_| Wrong::new())
    }
}

/// Some hosts write a number's sign byte into their JWKs; ring takes none.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn unsupported() -> Error {
    ErrorKind::UnsupportedAlgorithm.into()
}
