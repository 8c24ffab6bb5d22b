//! The counter's public keys: a JWK Set (RFC 7517 section 5, RFC 8037 section 2), from a file or from the counter.

use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use ureq::Agent;
use url::Url;

use crate::visit::is_own_machine;

/// How long the counter may take.
const SILENCE: Duration = Duration::from_secs(30);
/// Bytes of a key set at most.
const BYTES: u64 = 1 << 20;

/// Keys, and where they are from.
#[derive(Debug)]
pub(crate) struct Keys {
    origin: String,
    keys: Vec<(String, VerifyingKey)>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    #[serde(default)]
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    kid: String,
    #[serde(default)]
    x: String,
}

impl Keys {
    /// Reads the keys from a file, or fetches them from an address.
    ///
    /// # Errors
    ///
    /// Where they are not to be had, or are none.
    pub(crate) fn get(place: &str) -> anyhow::Result<Self> {
        let text = match Url::parse(place) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => fetch(&url)?,
            _ => std::fs::read(place)?,
        };
        Self::read(place, &text).with_context(|| format!("{place} is no set of public keys"))
    }

    fn read(origin: &str, text: &[u8]) -> anyhow::Result<Self> {
        let set: KeySet = serde_json::from_slice(text)?;
        let of_our_kind = set.keys.into_iter().filter(|key| key.kty == "OKP" && key.crv == "Ed25519");
        let key = |jwk: Jwk| -> anyhow::Result<_> {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(jwk.x)?;
            Ok((jwk.kid, VerifyingKey::from_bytes(bytes.as_slice().try_into()?)?))
        };
        let keys: Vec<(String, VerifyingKey)> = of_our_kind.map(key).collect::<anyhow::Result<_>>()?;
        if keys.is_empty() {
            bail!("no Ed25519 key is in it");
        }
        Ok(Self { origin: origin.to_owned(), keys })
    }

    /// Where they are from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A key by its name.
    pub(crate) fn named(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|(name, _)| name == kid).map(|(_, key)| key)
    }
}

fn fetch(url: &Url) -> anyhow::Result<Vec<u8>> {
    if url.scheme() != "https" && !is_own_machine(url) {
        bail!("--keys {url}: keys are fetched over https only, unless the counter is this machine");
    }
    let config = Agent::config_builder().max_redirects(0).timeout_global(Some(SILENCE));
    let agent: Agent = config.user_agent(concat!("carryall/", env!("CARGO_PKG_VERSION"))).build().into();
    let answer = agent.get(url.as_str()).call()?;
    if answer.status() != 200 {
        bail!("it answered with status {}", answer.status());
    }
    Ok(answer.into_body().into_with_config().limit(BYTES).read_to_vec()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_those_of_other_kinds_passed_over() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"; // RFC 8037, appendix A.2
        let set = format!(r#"{{"keys":[{{"kty":"RSA","n":"AQ"}},{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{x}"}}]}}"#);
        let keys = Keys::read("keys.json", set.as_bytes()).unwrap();
        assert!(keys.named("a").is_some() && keys.named("b").is_none());
        assert!(Keys::read("keys.json", br#"{"keys":[]}"#).is_err());
        assert!(Keys::read("keys.json", br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQ"}]}"#).is_err());
    }

    #[test]
    fn keys_do_not_come_over_a_wire_that_anybody_can_change() {
        assert!(Keys::get("http://counter.example/v1/keys").unwrap_err().to_string().contains("https only"));
    }
}
