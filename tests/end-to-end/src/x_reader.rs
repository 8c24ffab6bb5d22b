//! What a program finds in an archive that was made for those of X: `twitter-archive-reader`, of npm.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

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
const SOME: [&str; 6] = ["answers", "withMedia", "withVideo", "media", "messagesWithMedia", "languages"];

#[derive(Debug, Deserialize)]
struct Found {
    account: (String, String, String, String, bool),
    #[serde(rename = "likesExtended")]
    are_likes_extended: bool,
    #[serde(flatten)]
    counts: BTreeMap<String, Value>,
}

/// It reads the zip, finds every record of the streams that it knows, and every file of a post where the archive is unpacked.
///
/// # Errors
///
/// Where it finds another number, or cannot make sense of what it finds.
pub fn check(archive: &Archive, truth: &Truth) -> Result<()> {
    let folder = TempDir::new()?;
    tool(Command::new("unzip").arg("-qq").arg(&archive.zip).arg("-d").arg(folder.path()))?;
    for place in [archive.zip.as_path(), folder.path()] {
        let found = read(place)?;
        check_found(&found, truth).with_context(|| format!("in {} it finds {found:?}", place.display()))?;
    }
    let unpacked = read(folder.path())?;
    ensure!(unpacked.count("mediaFound")? == unpacked.count("media")?, "it lacks files of posts: {unpacked:?}");
    Ok(())
}

fn read(place: &Path) -> Result<Found> {
    let script = workspace().join("tests/end-to-end/x_reader.mjs");
    Ok(serde_json::from_str(&tool(Command::new("node").arg(script).arg(place))?)?)
}

fn check_found(found: &Found, truth: &Truth) -> Result<()> {
    let (id, handle, bio, location, has_picture) = &found.account;
    ensure!(*id == truth.account && *has_picture, "it takes the account for another");
    ensure!(![handle, bio, location].iter().any(|said| said.is_empty()), "it knows little of the account");
    ensure!(found.are_likes_extended, "likes are their ids alone");
    for (name, stream) in COUNTED {
        let expected = truth.streams.get(stream).with_context(|| format!("the host knows no {stream}"))?.records;
        ensure!(found.count(name)? == expected, "{name} are not {expected}");
    }
    for name in SOME {
        ensure!(found.count(name)? > 0, "there are no {name}");
    }
    Ok(())
}

impl Found {
    fn count(&self, name: &str) -> Result<u64> {
        self.counts.get(name).and_then(Value::as_u64).with_context(|| format!("it does not count {name}"))
    }
}
