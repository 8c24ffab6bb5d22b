//! Signed statements: compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037), and nothing else.
//!
//! **There is one algorithm**, so a token cannot choose a weaker one; and each kind of statement has its own `typ`, so a
//! receipt is never taken for a ticket.

mod folder;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use carryall_protocol::AccountId;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::random;
use folder::{Folder, Half};

/// The keys of a folder: the newest signs, all of them verify.
pub struct Keys {
    folder: Folder,
    held: RwLock<Held>,
    rotating: Mutex<()>,
    secret: [u8; 32],
}

/// What signs, and what verifies.
struct Held {
    number: u32,
    signing: SigningKey,
    kid: String,
    /// Every public half with its name, the oldest first.
    public: Vec<(String, VerifyingKey)>,
}

/// Why the keys are not to be had.
#[derive(Debug, Error)]
pub enum KeyError {
    /// A file or the folder cannot be read or made.
    #[error("cannot use {} for keys: {source}", .path.display())]
    File {
        /// The file, or the folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds no key.
    #[error("{} holds no Ed25519 key in PEM; put it back from a back-up, or move it away to go on without it", .path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The secret is gone, or is none.
    #[error(
        "{} should hold 32 bytes; put it back from a back-up, or write 32 random bytes there: what the audit calls an account changes then",
        .path.display()
    )]
    NoSecret {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner may read or change it.
    #[error("others may read {}; make it yours alone (chmod {mode}), and rotate the keys if somebody may have", .path.display())]
    Exposed {
        /// The file, or the folder.
        path: PathBuf,
        /// The mode it should have.
        mode: &'static str,
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
    /// Reads the keys of a folder; on the first start makes it (mode 0700), with a key and a secret (mode 0600). Finishes what a crash
    /// left half done.
    ///
    /// # Errors
    ///
    /// [`KeyError`], where the folder cannot be used, or others may read it.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let folder = Folder::open(path)?;
        let mut keys = folder.keys()?;
        let secret = folder.secret(keys.is_empty())?;
        let newest = keys.last_key_value().map_or(0, |(number, _)| *number);
        let (number, signing) = match keys.get(&newest) {
            Some(Half::Private(key)) => (newest, key.clone()),
            _ => {
                let (number, key) = (newest.saturating_add(1), new_key()?);
                folder.add(number, &key)?;
                keys.insert(number, Half::Private(key.clone()));
                (number, key)
            }
        };
        let mut public = Vec::with_capacity(keys.len());
        for (other, half) in keys {
            let key = match half {
                Half::Private(key) if other != number => {
                    folder.reduce(other, &key.verifying_key())?;
                    key.verifying_key()
                }
                Half::Private(key) => key.verifying_key(),
                Half::Public(key) => key,
            };
            public.push((thumbprint(&key), key));
        }
        let held = Held { number, kid: thumbprint(&signing.verifying_key()), signing, public };
        Ok(Self { folder, held: RwLock::new(held), rotating: Mutex::new(()), secret })
    }

    /// Makes a new key that signs from now on, and returns its name. What the older ones signed stays good; of the last one
    /// only the public half is kept. Waits for the disk.
    ///
    /// # Errors
    ///
    /// [`KeyError`]. Where it is only that the last one could not be reduced, the new one signs all the same, and the next start reduces it.
    pub fn rotate(&self) -> Result<String, KeyError> {
        let _one = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        let key = new_key()?;
        let (old_number, old_key) = {
            let held = self.held();
            (held.number, held.signing.verifying_key())
        };
        let number = old_number.saturating_add(1);
        self.folder.add(number, &key)?;
        let kid = thumbprint(&key.verifying_key());
        {
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            held.public.push((kid.clone(), key.verifying_key()));
            (held.number, held.kid, held.signing) = (number, kid.clone(), key);
        }
        // Whoever signs holds the lock, so nobody signs with the last one any more.
        self.folder.reduce(old_number, &old_key)?;
        Ok(kid)
    }

    /// What the audit calls an account: it tells nothing about the account, is always the same, and cannot be guessed without
    /// the folder's secret. 64 hexadecimal digits.
    #[must_use]
    pub fn pseudonym(&self, account: &AccountId) -> String {
        // HMAC takes keys of every length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(b"carryall account pseudonym\0");
        mac.update(account.as_str().as_bytes());
        random::hex(&mac.finalize().into_bytes())
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        // Whoever panicked left whole values behind.
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs a statement of the kind `typ`.
    ///
    /// # Errors
    ///
    /// Those of the claims' own serialisation.
    pub fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> Result<String, serde_json::Error> {
        let held = self.held();
        let header = Header { alg: "EdDSA".to_owned(), typ: typ.to_owned(), kid: held.kid.clone() };
        let signed = format!("{}.{}", encode(&serde_json::to_vec(&header)?), encode(&serde_json::to_vec(claims)?));
        let signature = held.signing.sign(signed.as_bytes());
        Ok(format!("{signed}.{}", encode(&signature.to_bytes())))
    }

    /// Reads a statement of the kind `typ` that one of these keys signed.
    ///
    /// # Errors
    ///
    /// [`Forged`], whatever is wrong with it.
    pub fn verify<T: DeserializeOwned>(&self, typ: &str, compact: &str) -> Result<T, Forged> {
        let (signed, signature) = compact.rsplit_once('.').ok_or(Forged)?;
        let (header, claims) = signed.split_once('.').ok_or(Forged)?;
        let signature = Signature::from_slice(&decode(signature)?).map_err(|_| Forged)?;
        let read: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Forged)?;
        if read.alg != "EdDSA" || read.typ != typ {
            return Err(Forged);
        }
        let key = self.held().public.iter().find(|(kid, _)| *kid == read.kid).map(|(_, key)| *key).ok_or(Forged)?;
        key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Forged)?;
        serde_json::from_slice(&decode(claims)?).map_err(|_| Forged)
    }

    /// The public halves, the newest first.
    #[must_use]
    pub fn public(&self) -> KeySet {
        KeySet { keys: self.held().public.iter().rev().map(|(kid, key)| jwk(kid, key)).collect() }
    }
}

fn new_key() -> Result<SigningKey, KeyError> {
    Ok(SigningKey::from_bytes(&random::bytes()?))
}

fn jwk(kid: &str, key: &VerifyingKey) -> Jwk {
    Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: encode(key.as_bytes()),
        alg: "EdDSA".to_owned(),
        purpose: "sig".to_owned(),
        kid: kid.to_owned(),
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
mod tests;
