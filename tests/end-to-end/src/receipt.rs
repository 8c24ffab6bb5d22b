//! The counter's signature under an archive, verified as a stranger would: from its files and the counter's public keys.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::archive::{Archive, verify};
use crate::caller::{Method, send};
use crate::contents::hex;

/// Checks that the receipt states this archive's payload, and that one of the counter's keys signed exactly that.
///
/// # Errors
///
/// Where either is not so.
pub fn check(archive: &Archive, counter: &str) -> Result<()> {
    let receipt: Value = serde_json::from_slice(archive.file("receipt.json")?)?;
    let jws = receipt["jws"].as_str().context("receipt.json has no signature")?;
    let (_, keys) = send(Method::GET, &format!("{counter}/v1/keys"), &[], None)?;
    let signed = verified(jws, &keys)?;
    ensure!(signed == receipt["statement"], "the signed statement {signed} is not the one shown {}", receipt["statement"]);
    ensure!(signed["iss"] == counter, "the receipt is another counter's: {signed}");
    let digest = hex(&Sha256::digest(archive.file("manifest-sha256.txt")?));
    ensure!(signed["payload_digest"] == digest.as_str(), "the payload's digest is {digest}, the receipt says {signed}");
    let told = verify(&archive.zip, &["--keys", &format!("{counter}/v1/keys")])?;
    ensure!(
        told.contains("signed by a key of") && !told.contains("unchecked"),
        "carryall verify leaves something unchecked:\n{told}"
    );
    Ok(())
}

/// What a compact JWS states, where one of the keys signed it (RFC 7515 section 5.2, RFC 8037).
fn verified(jws: &str, keys: &Value) -> Result<Value> {
    let (input, signature) = jws.rsplit_once('.').context("no compact JWS")?;
    let (header, payload) = input.split_once('.').context("no compact JWS")?;
    let header: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header)?)?;
    ensure!(header["alg"] == "EdDSA", "the receipt is signed by {}", header["alg"]);
    let keys = keys["keys"].as_array().context("the counter names no keys")?;
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).context("the receipt's key is not among the counter's")?;
    let key = BASE64_URL_SAFE_NO_PAD.decode(key["x"].as_str().context("a key without x")?)?;
    let key = VerifyingKey::from_bytes(key.as_slice().try_into()?)?;
    let signature = Signature::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature)?)?;
    key.verify_strict(input.as_bytes(), &signature).context("the receipt's signature is wrong")?;
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload)?)?)
}
