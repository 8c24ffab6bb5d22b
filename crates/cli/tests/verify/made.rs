//! Whole archives, and archives packed again from files that were bent.

use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use carryall_core::archive::{Archive, Extent};
use carryall_core::bag::sha256_hex;
use carryall_core::entry_name::EntryName;
use carryall_core::part::Deflater;
use carryall_protocol::Timestamp;
use carryall_protocol::counter::ReceiptStatement;
use carryall_protocol::job::LayoutChoice;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Serialize;
use serde_json::{Value, json};

use crate::drive::Drive;
use crate::host::Host;

const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const DIGEST_DIGITS: usize = 64;

/// The counter's key.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// What the counter answers at `/v1/keys`.
pub(crate) fn key_set() -> String {
    let x = BASE64_URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "key-1", "x": x}]}).to_string()
}

/// A compact JWS over claims.
pub(crate) fn sign(key: &SigningKey, typ: &str, claims: &impl Serialize) -> String {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let header = json!({"alg": "EdDSA", "typ": typ, "kid": "key-1"}).to_string();
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(&serde_json::to_vec(claims).unwrap()));
    let signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", encode(&signature.to_bytes()))
}

pub(crate) fn sign_receipt(statement: &ReceiptStatement) -> String {
    sign(&key(), "carryall-receipt+jwt", statement)
}

/// A small archive, as the machine makes it.
pub(crate) fn archive(layout: LayoutChoice) -> Vec<u8> {
    let drive = Drive { layout, sign: sign_receipt, ..Drive::default() };
    drive.run(&mut Host::talkif(7, 5)).unwrap().zip
}

/// The same, its files apart.
pub(crate) fn files() -> Files {
    Files::of(&archive(LayoutChoice::Files))
}

/// The files of an archive, in order.
#[derive(Clone)]
pub(crate) struct Files(pub(crate) Vec<(String, Vec<u8>)>);

impl Files {
    pub(crate) fn of(zip: &[u8]) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let entries = zip.len();
        let read = |at: usize| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        };
        Self((0..entries).map(read).collect())
    }

    pub(crate) fn file(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|(of, _)| of == name).unwrap().1
    }

    pub(crate) fn text(&mut self, name: &str) -> String {
        String::from_utf8(self.file(name).clone()).unwrap()
    }

    /// Changes a file that is JSON.
    pub(crate) fn change(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(self.file(name)).unwrap();
        change(&mut value);
        *self.file(name) = serde_json::to_vec(&value).unwrap();
    }

    /// Puts a file of the payload after the others.
    pub(crate) fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        let at = self.0.iter().position(|(name, _)| !name.starts_with("data/")).unwrap();
        self.0.insert(at, (name.to_owned(), bytes.into()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(of, _)| of != name);
    }

    /// Makes manifests and counts agree with the files again, as somebody would who hides a change.
    pub(crate) fn repair(&mut self) {
        let payload = |name: &str| name.starts_with("data/");
        let (bytes, files) =
            self.0.iter().filter(|(name, _)| payload(name)).fold((0, 0), |(b, f), (_, file)| (b + file.len(), f + 1));
        let info = self.text("bag-info.txt");
        let lines = info.lines().map(|line| match line.starts_with("Payload-Oxum") {
            true => format!("Payload-Oxum: {bytes}.{files}\n"),
            false => format!("{line}\n"),
        });
        *self.file("bag-info.txt") = lines.collect::<String>().into_bytes();
        *self.file(MANIFEST) = self.manifest(payload);
        *self.file(TAG_MANIFEST) = self.manifest(|name| !payload(name) && name != TAG_MANIFEST);
    }

    fn manifest(&self, covers: impl Fn(&str) -> bool) -> Vec<u8> {
        let covered = self.0.iter().filter(|(name, _)| covers(name));
        let mut lines: Vec<String> =
            covered.map(|(name, file)| format!("{}  {}\n", sha256_hex(file), name.replace('%', "%25"))).collect();
        lines.sort_by(|a, b| a[DIGEST_DIGITS..].cmp(&b[DIGEST_DIGITS..]));
        lines.concat().into_bytes()
    }

    /// Gives the receipt that the counter would give for these files.
    pub(crate) fn sign_again(&mut self) {
        let digest = sha256_hex(self.file(MANIFEST));
        self.change("receipt.json", |receipt| {
            receipt["statement"]["payload_digest"] = json!(digest);
            receipt["jws"] = json!(sign(&key(), "carryall-receipt+jwt", &receipt["statement"]));
        });
        *self.file(TAG_MANIFEST) = self.manifest(|name| !name.starts_with("data/") && name != TAG_MANIFEST);
    }

    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut archive = Archive::create(Timestamp::from_secs(1_772_280_000));
        let mut zip = Vec::new();
        // At once: a block has more room than it uses, and there may be many.
        let mut take = |extents: Vec<Extent>| extents.iter().for_each(|extent| zip.extend_from_slice(&extent.bytes));
        for (name, bytes) in &self.0 {
            let mut deflater = Deflater::new(true);
            deflater.write(bytes);
            take(archive.append(&EntryName::new(name.split('/')), deflater.finish()).unwrap());
        }
        take(archive.finish().extents);
        zip
    }
}
