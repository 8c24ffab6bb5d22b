//! The counter's signed statement about the payload (docs/counter.md): whether it is about this payload, and whether one of the
//! counter's keys signed it.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use serde::Deserialize;
use serde_json::Value;

use super::bag;
use super::content;
use super::finding::{Check, Findings};
use super::keys::Keys;
use super::statement::Statement;
use super::zip::Zip;

/// Bytes of `receipt.json` at most.
const BYTES: u64 = 1 << 20;
/// What a statement of this kind calls itself in its header.
const KIND: &str = "carryall-receipt+jwt";

/// What a receipt means, and what it does not.
const PROVES: &str = "a receipt proves that this payload, byte for byte, was presented to that counter at that time under a ticket of \
    that account; it does not prove that the service's answers were true, or that they were all there is";

/// `receipt.json`.
enum Given {
    /// The statement in plain sight, and signed.
    Receipt { statement: Value, jws: String },
    /// There is none, and why.
    None { reason: String },
}

impl Given {
    fn read(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        if value.get("jws").is_some_and(Value::is_null) {
            let reason = value.get("reason").and_then(Value::as_str).unwrap_or("no reason is given");
            return Some(Self::None { reason: reason.to_owned() });
        }
        let jws = value.get("jws")?.as_str()?.to_owned();
        Some(Self::Receipt { statement: value.get("statement")?.clone(), jws })
    }
}

/// Checks the receipt, its signature where there are keys.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn check(zip: &Zip<'_>, of: Option<&Statement>, keys: Option<&Keys>, findings: &mut Findings) -> io::Result<()> {
    let text = match content::small(zip, "receipt.json", BYTES)? {
        Ok(text) => text,
        Err(why) => {
            findings.wrong(Check::Receipt, why);
            return Ok(());
        }
    };
    match Given::read(&text) {
        None => findings.wrong(Check::Receipt, "receipt.json is no receipt, and does not say that there is none"),
        Some(Given::None { .. }) if of.is_some_and(|of| of.has_receipt) => {
            findings.wrong(Check::Receipt, "receipt.json says that there is none, export.json that there is one");
        }
        Some(Given::None { reason }) => {
            let says = format!("the archive has no receipt ({reason}): nobody but itself says when it was made");
            findings.unchecked(Check::Receipt, says);
        }
        Some(Given::Receipt { statement, jws }) => {
            if of.is_some_and(|of| !of.has_receipt) {
                findings.wrong(Check::Receipt, "export.json says that there is no receipt, and there is one");
            }
            check_statement(zip, of, &statement, findings);
            check_signature(&jws, &statement, keys, findings);
            findings.conclude(Check::Receipt, told(&statement, keys));
            findings.note(Check::Receipt, PROVES);
        }
    }
    Ok(())
}

fn told(statement: &Value, keys: Option<&Keys>) -> String {
    let text = |name: &str| statement.get(name).and_then(Value::as_str).unwrap_or_default();
    let by = keys.map_or_else(String::new, |keys| format!(", signed by a key of {}", keys.origin()));
    format!(
        "it is about this payload: presented to {} at {} for the account {}{by}",
        text("iss"),
        text("presented_at"),
        text("account")
    )
}

/// The statement is about this payload, and about the account and the export that `export.json` names.
fn check_statement(zip: &Zip<'_>, of: Option<&Statement>, statement: &Value, findings: &mut Findings) {
    let text = |name: &str| statement.get(name).and_then(Value::as_str);
    let digest = zip.entry(bag::MANIFEST).and_then(|manifest| manifest.sha256);
    if digest.is_none() {
        findings.wrong(Check::Receipt, format!("there is no good {} to hold it against", bag::MANIFEST));
    } else if text("payload_digest").and_then(bag::digest_of) != digest {
        findings.wrong(Check::Receipt, "it was given for another payload: its digest is not that of manifest-sha256.txt");
    }
    for name in ["iss", "presented_at"] {
        if text(name).is_none() {
            findings.wrong(Check::Receipt, format!("its statement has no `{name}`"));
        }
    }
    let Some(of) = of else { return };
    if text("account") != Some(&of.account) || text("export") != Some(&of.export) {
        findings.wrong(Check::Receipt, "it was given for another account or another export than export.json names");
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The signed statement is the one in plain sight, and one of the keys signed it (RFC 7515 section 5.2, RFC 8037).
fn check_signature(jws: &str, statement: &Value, keys: Option<&Keys>, findings: &mut Findings) {
    let Some((header, claims, signed, signature)) = parts(jws) else {
        findings.wrong(Check::Receipt, "its signature is no compact JWS of a receipt by EdDSA");
        return;
    };
    if claims != *statement {
        findings.wrong(Check::Receipt, "what was signed is not the statement that it shows");
    }
    let Some(keys) = keys else {
        let says =
            "the signature was not checked: give --keys with the counter's /v1/keys, as an address or a file that you trust";
        findings.unchecked(Check::Receipt, says);
        return;
    };
    match keys.named(&header.kid) {
        None => {
            let says = format!("none of the keys of {} signed it: it names the key {:?}", keys.origin(), header.kid);
            findings.wrong(Check::Receipt, says);
        }
        Some(key) if key.verify_strict(signed.as_bytes(), &signature).is_err() => {
            findings.wrong(Check::Receipt, "its signature is forged: the key that it names did not sign this");
        }
        Some(_) => {}
    }
}

/// A receipt's header, its claims, what was signed, and the signature.
fn parts(jws: &str) -> Option<(Header, Value, &str, Signature)> {
    let (signed, signature) = jws.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let signature = Signature::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    (header.alg == "EdDSA" && header.typ == KIND).then_some((header, claims, signed, signature))
}
