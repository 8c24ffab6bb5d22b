//! The example of `docs/counter.md` verifies a real receipt, and refuses one that was tampered with.

use std::fs;
use std::path::Path;
use std::process::Command;

use reqwest::Client;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::helpers::{Answer, World, text};

const DOCUMENTATION: &str = include_str!("../../../../docs/counter.md");

/// A manifest to complete with.
const MANIFEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  data/calls.json\n";

/// Runs the example on these files; what it said, and whether it was content.
fn run(folder: &Path) -> (String, bool) {
    let mut command = Command::new("node");
    command.args(["verify.mjs", "receipt.json", "keys.json", "manifest-sha256.txt"]).current_dir(folder);
    let output = command.output().expect("node is missing: install Node 20 or newer");
    let told = [output.stdout, output.stderr].concat();
    (String::from_utf8(told).unwrap(), output.status.success())
}

#[tokio::test]
async fn the_example_verifies_a_real_receipt_and_no_other() {
    let world = World::new().await;
    let held = world.started().await;
    let payload_digest: String = digest(&SHA256, MANIFEST.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let body = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": payload_digest});
    let path = format!("/v1/exports/{}/complete", held.id);
    let request = world.ada().send(reqwest::Method::POST, &path).header("x-carryall-ticket", &held.ticket);
    let completed = Answer::of(request.body(body.to_string())).await.expect(200);
    let keys = Answer::of(Client::new().get(format!("{}/v1/keys", world.address()))).await.expect(200);

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (_, example) = DOCUMENTATION.split_once("```js\n").unwrap();
    write("verify.mjs", example.split_once("```").unwrap().0);
    write("receipt.json", &completed["receipt"].to_string());
    write("keys.json", &keys.to_string());
    write("manifest-sha256.txt", MANIFEST);
    let (told, well) = run(folder.path());
    assert_eq!(
        (told.as_str(), well),
        (format!("unchanged since 2026-02-28T12:00:00Z: export {} of acc-1\n", held.id).as_str(), true)
    );

    write("manifest-sha256.txt", &MANIFEST.replace("e3", "e4"));
    assert!(run(folder.path()).0.contains("not the one the receipt was given for"));
    write("manifest-sha256.txt", MANIFEST);
    let receipt = |jws: &str| json!({"statement": completed["receipt"]["statement"], "jws": jws}).to_string();
    write("receipt.json", &receipt(&held.ticket));
    assert!(run(folder.path()).0.contains("not a receipt of this counter"));
    let jws = text(&completed, "/receipt/jws");
    let (message, signature) = jws.rsplit_once('.').unwrap();
    let swapped: String = signature.chars().rev().collect();
    write("receipt.json", &receipt(&format!("{message}.{swapped}")));
    assert!(run(folder.path()).0.contains("the signature is wrong"));
    write("keys.json", &json!({"keys": Vec::<Value>::new()}).to_string());
    assert!(!run(folder.path()).1);
}
