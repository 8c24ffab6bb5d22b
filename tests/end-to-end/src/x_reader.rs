//! What a program finds in an archive that was made for those of X: `twitter-archive-reader`, of npm.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::archive::{Archive, tool};
use crate::contents::Truth;
use crate::stack::workspace;

/// Its name for what it counted, and the stream that holds it.
const COUNTED: [(&str, &str); 15] = [
    ("posts", "tweets"),
    ("counted", "tweets"),
    ("dated", "tweets"),
    ("linked", "tweets"),
    ("likes", "likes"),
    ("messages", "direct-messages"),
    ("followers", "followers"),
    ("following", "following"),
    ("blocks", "blocks"),
    ("mutes", "mutes"),
    ("moments", "moments"),
    ("applications", "connected-applications"),
    ("logins", "ip-audit"),
    ("names", "screen-name-changes"),
    ("addresses", "email-address-changes"),
];

/// Of these it must find some.
const SOME: [&str; 6] = ["answers", "withMedia", "withVideo", "mediaFound", "messagesWithMedia", "languages"];

#[derive(Debug, Deserialize)]
struct Found {
    account: (String, String, String, String, bool),
    #[serde(rename = "likesExtended")]
    are_likes_extended: bool,
    #[serde(flatten)]
    counts: BTreeMap<String, Value>,
}

/// It reads the archive whole, and finds every record of the streams that it knows.
///
/// # Errors
///
/// Where it finds another number, or cannot make sense of what it finds.
pub fn check(archive: &Archive, truth: &Truth) -> Result<()> {
    let script = workspace().join("tests/end-to-end/x_reader.mjs");
    let found: Found = serde_json::from_str(&tool(Command::new("node").arg(script).arg(&archive.zip))?)?;
    let (id, handle, bio, location, has_picture) = &found.account;
    ensure!(*id == truth.account && *has_picture, "it takes the account for {:?}", found.account);
    ensure!(![handle, bio, location].iter().any(|said| said.is_empty()), "it knows of the account {:?} alone", found.account);
    ensure!(found.are_likes_extended, "likes are their ids alone");
    let count = |name: &str| found.counts.get(name).and_then(Value::as_u64).with_context(|| format!("it does not count {name}"));
    for (name, stream) in COUNTED {
        let expected = truth.streams.get(stream).with_context(|| format!("the host knows no {stream}"))?.records;
        ensure!(count(name)? == expected, "{name}: it finds {} of {expected}\n{found:?}", count(name)?);
    }
    for name in SOME {
        ensure!(count(name)? > 0, "it finds no {name}\n{found:?}");
    }
    Ok(())
}
