//! The host as one that signs tokens, with keys of every kind and a JWK Set that it publishes.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use ring::{hmac, rsa};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A key that signs tokens.
pub(crate) enum Signer {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secret(Vec<u8>),
}

impl Signer {
    /// The one RSA key: ring makes none.
    pub(crate) fn rsa() -> Self {
        let pem: String = include_str!("keys/rsa.pem").lines().filter(|line| !line.starts_with('-')).collect();
        Self::Rsa(RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(pem).unwrap()).unwrap())
    }

    /// A new P-256 key.
    pub(crate) fn p256() -> Self {
        let (kind, random) = (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(kind, key.as_ref(), &random).unwrap())
    }

    /// A new Ed25519 key.
    pub(crate) fn ed25519() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())
    }

    /// A token of this algorithm that names this key and says this.
    pub(crate) fn token(&self, algorithm: &str, kid: &str, claims: &Value) -> String {
        self.token_with(&json!({"alg": algorithm, "kid": kid, "typ": "JWT"}), claims)
    }

    /// A token with this header.
    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = self.sign(header["alg"].as_str().unwrap(), message.as_bytes());
        format!("{message}.{}", encode(signature))
    }

    fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let padding: &'static dyn signature::RsaEncoding =
                    if algorithm == "PS256" { &signature::RSA_PSS_SHA256 } else { &signature::RSA_PKCS1_SHA256 };
                let mut signed = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, message, &mut signed).unwrap();
                signed
            }
            Self::P256(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Secret(secret) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec(),
        }
    }

    /// Its public half as a JWK of this name.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let rsa::PublicKeyComponents::<Vec<u8>> { n, e } = key.public().into();
                json!({"kty": "RSA", "kid": kid, "use": "sig", "n": encode(n), "e": encode(e)})
            }
            Self::P256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "x": encode(x), "y": encode(y)})
            }
            Self::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": encode(key.public_key().as_ref())})
            }
            Self::Secret(secret) => json!({"kty": "oct", "kid": kid, "k": encode(secret)}),
        }
    }

    /// Its public half as a careless check would take it for a secret.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.public().as_ref().to_vec(),
            Self::P256(key) => key.public_key().as_ref().to_vec(),
            Self::Ed25519(key) => key.public_key().as_ref().to_vec(),
            Self::Secret(_) => panic!("a secret has no public half"),
        }
    }

    /// Its public half in PEM.
    pub(crate) fn pem(&self) -> String {
        let (before, key): (&[u8], &[u8]) = match self {
            Self::Rsa(_) => return include_str!("keys/rsa-public.pem").to_owned(),
            Self::P256(key) => (
                b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
                key.public_key().as_ref(),
            ),
            Self::Ed25519(key) => (b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", key.public_key().as_ref()),
            Self::Secret(_) => panic!("a secret has no public half"),
        };
        let text = BASE64_STANDARD.encode([before, key].concat());
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}

/// The address where a host publishes its keys.
pub(crate) struct Publisher {
    pub(crate) url: String,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    keys: Option<Vec<Value>>,
    fetched: usize,
}

impl Publisher {
    /// One that publishes these keys.
    pub(crate) async fn of(keys: &[Value]) -> Self {
        let shelf = Arc::new(Mutex::new(Shelf { keys: Some(keys.to_vec()), fetched: 0 }));
        let router = Router::new().route("/jwks", get(published)).with_state(Arc::clone(&shelf));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shelf }
    }

    /// From now on it publishes these.
    pub(crate) fn publishes(&self, keys: &[Value]) {
        self.shelf.lock().unwrap().keys = Some(keys.to_vec());
    }

    /// From now on it answers with an error.
    pub(crate) fn breaks(&self) {
        self.shelf.lock().unwrap().keys = None;
    }

    /// How often it was asked so far.
    pub(crate) fn fetched(&self) -> usize {
        self.shelf.lock().unwrap().fetched
    }
}

async fn published(State(shelf): State<Arc<Mutex<Shelf>>>) -> Response {
    let mut shelf = shelf.lock().unwrap();
    shelf.fetched += 1;
    match &shelf.keys {
        Some(keys) => Json(json!({ "keys": keys })).into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// base64url, as everything of a token is.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
