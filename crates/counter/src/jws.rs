//! Signed statements: compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037), and nothing else.
//!
//! **There is one algorithm**, so a token cannot choose a weaker one; and each kind of statement has its own `typ`, so a
//! receipt is never taken for a ticket.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::random;

/// The key that signs, with its public half and their name.
pub struct Keys {
    signing: SigningKey,
    kid: String,
}

/// Why the key is not to be had.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("cannot use the key file {}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds no key.
    #[error("{} holds no Ed25519 key: expected PKCS #8 in PEM; move it away to get a new one", .path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// There is no randomness to make one from.
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// A statement that is not ours, or not of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a statement of this counter")]
pub struct Forged;

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// A public key as a JWK (RFC 8037, section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The public key, base64url.
    pub x: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: String,
    /// Its name: the thumbprint of RFC 7638.
    pub kid: String,
}

/// The answer of `GET /v1/keys`: a JWK Set (RFC 7517, section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The keys.
    pub keys: Vec<Jwk>,
}

impl Keys {
    /// Reads the key, or makes one on the first start (mode 0600).
    ///
    /// # Errors
    ///
    /// [`KeyError`], where the file cannot be used.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let file = |source| KeyError::File { path: path.to_owned(), source };
        match OpenOptions::new().read(true).open(path) {
            Ok(mut opened) => {
                let mut pem = String::new();
                opened.read_to_string(&mut pem).map_err(file)?;
                let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeyError::NoKey { path: path.to_owned() })?;
                Ok(Self::new(key))
            }
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(other) => Err(file(other)),
        }
    }

    fn create(path: &Path) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(&random::bytes()?);
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::NoKey { path: path.to_owned() })?;
        let write = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(pem.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|source| KeyError::File { path: path.to_owned(), source })?;
        Ok(Self::new(key))
    }

    fn new(signing: SigningKey) -> Self {
        let kid = thumbprint(&signing.verifying_key());
        Self { signing, kid }
    }

    /// Signs a statement of the kind `typ`.
    ///
    /// # Errors
    ///
    /// Those of the claims' own serialisation.
    pub fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> Result<String, serde_json::Error> {
        let header = Header { alg: "EdDSA".to_owned(), typ: typ.to_owned(), kid: self.kid.clone() };
        let signed = format!("{}.{}", encode(&serde_json::to_vec(&header)?), encode(&serde_json::to_vec(claims)?));
        let signature = self.signing.sign(signed.as_bytes());
        Ok(format!("{signed}.{}", encode(&signature.to_bytes())))
    }

    /// Reads a statement of the kind `typ` that this key signed.
    ///
    /// # Errors
    ///
    /// [`Forged`], whatever is wrong with it.
    pub fn verify<T: DeserializeOwned>(&self, typ: &str, compact: &str) -> Result<T, Forged> {
        let (signed, signature) = compact.rsplit_once('.').ok_or(Forged)?;
        let (header, claims) = signed.split_once('.').ok_or(Forged)?;
        let signature = Signature::from_slice(&decode(signature)?).map_err(|_| Forged)?;
        self.signing.verifying_key().verify_strict(signed.as_bytes(), &signature).map_err(|_| Forged)?;
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Forged)?;
        if header.alg != "EdDSA" || header.typ != typ {
            return Err(Forged);
        }
        serde_json::from_slice(&decode(claims)?).map_err(|_| Forged)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> KeySet {
        let key = Jwk {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: encode(self.signing.verifying_key().as_bytes()),
            alg: "EdDSA".to_owned(),
            purpose: "sig".to_owned(),
            kid: self.kid.clone(),
        };
        KeySet { keys: vec![key] }
    }
}

/// RFC 7638 with the members RFC 8037 (section 2) requires, in their order.
fn thumbprint(key: &VerifyingKey) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(key.as_bytes()));
    encode(&Sha256::digest(members.as_bytes()))
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>, Forged> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Forged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.1.
    fn rfc_8037() -> Keys {
        let secret = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        Keys::new(SigningKey::from_bytes(&secret.try_into().unwrap()))
    }

    #[test]
    fn the_public_key_and_its_name_are_those_of_rfc_8037() {
        let key = rfc_8037().public().keys.remove(0);
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_signature_is_that_of_rfc_8037() {
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(encode(&rfc_8037().signing.sign(signed.as_bytes()).to_bytes()), expected);
    }

    #[test]
    fn a_statement_is_read_back_only_whole_and_as_its_own_kind() {
        let keys = rfc_8037();
        let compact = keys.sign("a", &42).unwrap();
        assert_eq!(keys.verify::<u32>("a", &compact), Ok(42));
        assert_eq!(keys.verify::<u32>("b", &compact), Err(Forged));
        let other = keys.sign("a", &43).unwrap();
        let (_, claims) = other.split_once('.').unwrap();
        let (header, signature) = (compact.split('.').next().unwrap(), compact.rsplit('.').next().unwrap());
        let spliced = format!("{header}.{}.{signature}", claims.split('.').next().unwrap());
        assert_eq!(keys.verify::<u32>("a", &spliced), Err(Forged));
        for broken in ["", ".", "..", "a.b.c", compact.trim_start_matches(char::is_alphabetic)] {
            assert_eq!(keys.verify::<u32>("a", broken), Err(Forged), "{broken:?}");
        }
    }

    #[test]
    fn a_statement_without_an_algorithm_is_refused() {
        let none = format!("{}.{}.", encode(br#"{"alg":"none","typ":"a","kid":""}"#), encode(b"42"));
        assert_eq!(rfc_8037().verify::<u32>("a", &none), Err(Forged));
    }
}
