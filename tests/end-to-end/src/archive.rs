//! A saved archive as other people's tools see it.
//!
//! **Every tool must see the same entries in the same order**, from a file and from a pipe, and what a forward-only
//! reader unpacks must be, byte for byte, what the directory's reader unpacks. What is unpacked must be a bag for those who know bags,
//! and `carryall verify` must find nothing wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::stack::{binaries, workspace};

/// An archive that every tool has read without complaint, unpacked.
#[derive(Debug)]
pub struct Archive {
    /// Where the zip lies.
    pub zip: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its files by name, in bytes.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads every entry whole, in the directory's order, and prints its size and name; fails where its sum is wrong.
const PYTHON: &str = "
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
for name in archive.namelist(): print(len(archive.read(name)), name)";

impl Archive {
    /// Has every tool read it, and unpacks it.
    ///
    /// # Errors
    ///
    /// Where a tool complains, or where two see different things.
    pub fn open(zip: &Path) -> Result<Self> {
        verify(zip, &[])?;
        Self::unpack(zip, check_bag)
    }

    /// The same of a zip that is no whole archive: nothing is asked about a bag.
    ///
    /// # Errors
    ///
    /// As [`Archive::open`].
    pub fn open_bare(zip: &Path) -> Result<Self> {
        Self::unpack(zip, |_| Ok(()))
    }

    fn unpack(zip: &Path, look: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        check_integrity(zip)?;
        let names = check_listings(zip)?;
        let files = unpack(zip, look)?;
        check_sizes(zip, &names, &files)?;
        Ok(Self { zip: zip.to_owned(), bytes: fs::metadata(zip)?.len(), files })
    }

    /// A file of the archive.
    ///
    /// # Errors
    ///
    /// Where it is not there.
    pub fn file(&self, name: &str) -> Result<&[u8]> {
        self.files.get(name).map(Vec::as_slice).with_context(|| format!("the archive has no {name}"))
    }

    /// A file of the archive that is text.
    ///
    /// # Errors
    ///
    /// Where it is not there, or no UTF-8.
    pub fn text(&self, name: &str) -> Result<&str> {
        Ok(str::from_utf8(self.file(name)?)?)
    }
}

/// Has every tool read an archive of gigabytes to its end; nothing is unpacked or held.
///
/// # Errors
///
/// Where a tool complains, or where two see different entries.
pub fn readers_of_gigabytes(zip: &Path) -> Result<()> {
    verify(zip, &[])?;
    check_integrity(zip)?;
    let names = check_listings(zip)?;
    tool(&mut piped(zip, "bsdtar -xOf - > /dev/null"))?;
    tool(
        Command::new("python3")
            .args(["-c", "import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None"])
            .arg(zip),
    )?;
    let java = tool(Command::new("java").arg(workspace().join("tests/end-to-end/java/ReadZip.java")).arg(zip))?;
    let (forward, by_directory) = java.split_once("\n\n").context("java says something else")?;
    ensure!(forward.lines().count() == names.lines().count(), "java sees {} entries from front to back", forward.lines().count());
    ensure!(forward.lines().eq(by_directory.lines()), "java sees other entries by the directory than from front to back");
    Ok(())
}

/// `carryall verify` finds nothing wrong.
///
/// # Errors
///
/// What it finds.
pub fn verify(zip: &Path, options: &[&str]) -> Result<String> {
    tool(Command::new(binaries()?.join("carryall")).arg("verify").arg(zip).args(options))
}

/// An unpacked archive is a bag (RFC 8493).
fn check_bag(folder: &Path) -> Result<()> {
    let python = workspace().join("target/python/bin/python");
    tool(Command::new(python).args(["-m", "bagit", "--quiet", "--validate"]).arg(folder)).map(drop)
}

fn check_integrity(zip: &Path) -> Result<()> {
    tool(Command::new("unzip").arg("-tqq").arg(zip))?;
    let seven = tool(Command::new("7z").arg("t").arg(zip))?;
    ensure!(seven.contains("Everything is Ok") && !seven.to_lowercase().contains("warning"), "7z complains:\n{seven}");
    Ok(())
}

/// The names on which all agree.
fn check_listings(zip: &Path) -> Result<String> {
    let first = tool(Command::new("zipinfo").arg("-1").arg(zip))?;
    ensure!(!first.trim().is_empty(), "the archive is empty");
    let listings = [
        ("bsdtar from a file", tool(Command::new("bsdtar").arg("-tf").arg(zip))?),
        ("bsdtar from a pipe", tool(&mut piped(zip, "bsdtar -tf -"))?),
    ];
    for (name, listing) in &listings {
        ensure!(listing.trim() == first.trim(), "{name} sees other entries than unzip:\n{listing}\nunzip:\n{first}");
    }
    Ok(first)
}

/// More readers, two by the directory and one from front to back, find the same entries and in each as many bytes as were unpacked.
fn check_sizes(zip: &Path, names: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let read_zip = workspace().join("tests/end-to-end/java/ReadZip.java");
    let python = tool(Command::new("python3").args(["-c", PYTHON]).arg(zip))?;
    let java = tool(Command::new("java").arg(read_zip).arg(zip))?;
    let (forward, by_directory) = java.split_once("\n\n").context("java says something else")?;
    let listings = [("python", python.as_str()), ("java from front to back", forward), ("java by the directory", by_directory)];
    let size = |name: &str| files.get(name).map_or_else(|| "no".to_owned(), |bytes| bytes.len().to_string());
    let unpacked: Vec<String> = names.lines().map(|name| format!("{} {name}", size(name))).collect();
    for (name, listing) in &listings {
        ensure!(listing.lines().eq(&unpacked), "{name} reads other bytes than unzip:\n{listing}\nunzip:\n{unpacked:#?}");
    }
    Ok(())
}

/// Unpacks by the directory and from front to back, compares, and has a look at what was unpacked.
fn unpack(zip: &Path, look: impl FnOnce(&Path) -> Result<()>) -> Result<BTreeMap<String, Vec<u8>>> {
    let (by_directory, forward) = (TempDir::new()?, TempDir::new()?);
    tool(Command::new("unzip").arg("-qq").arg(zip).arg("-d").arg(by_directory.path()))?;
    tool(piped(zip, r#"bsdtar -xf - -C "$1""#).arg(forward.path()))?;
    let files = read_all(by_directory.path())?;
    ensure!(files == read_all(forward.path())?, "unzip and bsdtar unpack different bytes");
    look(by_directory.path())?;
    Ok(files)
}

/// A shell line that gets the zip from a pipe, so that it cannot seek.
fn piped(zip: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!(r#"cat "$0" | {line}"#)).arg(zip);
    command
}

/// What a tool prints, where it is content.
pub(crate) fn tool(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    // Names of files come in every script.
    command.env("LC_ALL", "C.UTF-8");
    let Output { status, stdout, stderr } = command.output().with_context(|| format!("{name} cannot be run"))?;
    let said = String::from_utf8_lossy(&stderr);
    ensure!(status.success(), "{command:?} ended with {status}\n{said}{}", String::from_utf8_lossy(&stdout));
    Ok(String::from_utf8(stdout)?)
}

fn read_all(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder)?.to_string_lossy().into_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}
