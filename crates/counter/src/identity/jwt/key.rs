//! A key tokens are checked with, and what it may serve for.

use std::path::Path;

use ed25519_dalek::pkcs8::spki::der::Document;
use ed25519_dalek::pkcs8::spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header};
use serde::Deserialize as _;
use serde_json::Value;

use crate::config::{ConfigError, key_error};

/// The shortest secret whose length is not the weakness (RFC 7518, section 3.2).
const MIN_SECRET: usize = 32;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A key tokens are checked with.
#[derive(Clone)]
pub(super) struct Key {
    decoding: DecodingKey,
    kid: Option<String>,
    /// The one algorithm it is for, where it says so.
    algorithm: Option<KeyAlgorithm>,
}

impl Key {
    /// A public key out of a file: SubjectPublicKeyInfo in PEM.
    pub(super) fn from_pem_file(file: &Path, algorithms: &[Algorithm]) -> Result<Self, ConfigError> {
        let bad = |reason: String| key_error("identity.jwt.key_file", format!("{}: {reason}", file.display()));
        let pem = std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
        let expected = "expected a public key in PEM, RSA, P-256 or Ed25519: `openssl pkey -in KEY -pubout` writes one";
        let decoding = read_pem(&pem).ok_or_else(|| bad(expected.to_owned()))?;
        if !algorithms.iter().any(|algorithm| algorithm.family() == decoding.family()) {
            return Err(bad("this key serves none of identity.jwt.algorithms".to_owned()));
        }
        Ok(Self { decoding, kid: None, algorithm: None })
    }

    /// A secret out of a file.
    pub(super) fn from_secret_file(file: &Path) -> Result<Self, ConfigError> {
        let bad = |reason: String| key_error("identity.jwt.shared_key_file", format!("{}: {reason}", file.display()));
        let secret = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
        let secret = secret.trim_ascii_end();
        if secret.len() < MIN_SECRET {
            return Err(bad(format!("expected at least {MIN_SECRET} bytes")));
        }
        Ok(Self { decoding: DecodingKey::from_secret(secret), kid: None, algorithm: None })
    }

    /// A key the host publishes; nothing where it cannot serve here. **A published secret is none.**
    pub(super) fn from_jwk(jwk: &Value) -> Option<Self> {
        let jwk = Jwk::deserialize(jwk).ok()?;
        let signs = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        let public = decoding.family() != AlgorithmFamily::Hmac;
        (signs && public).then_some(Self { decoding, kid: jwk.common.key_id, algorithm: jwk.common.key_algorithm })
    }

    /// Whether a token with this header may be checked with it.
    pub(super) fn fits(&self, header: &Header) -> bool {
        let kind = self.decoding.family() == header.alg.family();
        let algorithm = self.algorithm.is_none_or(|own| own.to_string() == format!("{:?}", header.alg));
        let named = header.kid.is_none() || self.kid.is_none() || header.kid == self.kid;
        kind && algorithm && named
    }

    /// The key itself.
    pub(super) const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

fn read_pem(pem: &str) -> Option<DecodingKey> {
    let (label, document) = Document::from_pem(pem).ok()?;
    let info: SubjectPublicKeyInfoRef<'_> = document.decode_msg().ok()?;
    let key = info.subject_public_key.as_bytes()?;
    match info.algorithm.oid {
        _ if label != "PUBLIC KEY" => None,
        RSA => Some(DecodingKey::from_rsa_der(key)),
        ELLIPTIC => (info.algorithm.parameters_oid().ok()? == P256).then(|| DecodingKey::from_ec_der(key)),
        ED25519 => Some(DecodingKey::from_ed_der(key)),
        _ => None,
    }
}
