//! The folder of keys on disk.
//!
//! | file | what it holds |
//! |---|---|
//! | `000001.private.pem` | a key that signs or may have to: PKCS #8 |
//! | `000001.public.pem` | what is left of one that signs no more: SubjectPublicKeyInfo |
//! | `secret` | 32 random bytes, which names without meaning are made from |
//!
//! The highest number is the newest. **A file is whole or not there**: each is written beside its place, synced, renamed, and
//! the folder is synced after it. So a crash leaves at most a `.new` file, which the next start removes, or a private
//! half that is not needed any more, which the next start reduces.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use ed25519_dalek::{SigningKey, VerifyingKey};

use super::KeyError;
use crate::{private, random};

const SECRET: &str = "secret";
const PRIVATE: &str = ".private.pem";
const PUBLIC: &str = ".public.pem";
const UNFINISHED: &str = ".new";

/// The folder of keys on disk.
pub(super) struct Folder(PathBuf);

/// What is there of a key.
pub(super) enum Half {
    /// Both halves.
    Private(SigningKey),
    /// The public one.
    Public(VerifyingKey),
}

impl Folder {
    /// Opens the folder, or makes it for its owner alone.
    pub(super) fn open(path: &Path) -> Result<Self, KeyError> {
        let folder = Self(path.to_owned());
        let made = make(path).map_err(|source| folder.failed("", source))?;
        if made {
            // Whoever made it finds it again after a power cut.
            folder.0.parent().map_or(Ok(()), sync).map_err(|source| folder.failed("", source))?;
        }
        check_mode(&fs::metadata(path).map_err(|source| folder.failed("", source))?, path, "700")?;
        folder.sweep().map_err(|source| folder.failed("", source))?;
        Ok(folder)
    }

    /// Every key, by its number.
    pub(super) fn keys(&self) -> Result<BTreeMap<u32, Half>, KeyError> {
        let mut keys = BTreeMap::new();
        for name in self.names().map_err(|source| self.failed("", source))? {
            let number = |ending| name.strip_suffix(ending).and_then(|number: &str| number.parse::<u32>().ok());
            if let Some(number) = number(PRIVATE) {
                keys.insert(number, Half::Private(self.private(&name)?));
            } else if let Some(number) = number(PUBLIC) {
                // Where both halves are there, a reduction was cut off: the private one is kept until it is reduced.
                let public = Half::Public(self.public(&name)?);
                keys.entry(number).or_insert(public);
            }
        }
        Ok(keys)
    }

    /// Adds a key under a number that is free.
    pub(super) fn add(&self, number: u32, key: &SigningKey) -> Result<(), KeyError> {
        let name = format!("{number:06}{PRIVATE}");
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| self.no_key(&name))?;
        self.write(&name, pem.as_bytes())
    }

    /// Keeps only the public half of a key.
    pub(super) fn reduce(&self, number: u32, key: &VerifyingKey) -> Result<(), KeyError> {
        let (private, public) = (format!("{number:06}{PRIVATE}"), format!("{number:06}{PUBLIC}"));
        let pem = key.to_public_key_pem(LineEnding::LF).map_err(|_| self.no_key(&public))?;
        self.write(&public, pem.as_bytes())?;
        let removed = fs::remove_file(self.0.join(&private)).and_then(|()| sync(&self.0));
        removed.map_err(|source| self.failed(&private, source))
    }

    /// The secret, made where nothing was ever made here. **Where there are keys, a secret that is gone is an error**: a new one
    /// would make strangers of all names made so far.
    pub(super) fn secret(&self, first_start: bool) -> Result<[u8; 32], KeyError> {
        match self.read(SECRET) {
            Ok(bytes) => bytes.try_into().map_err(|_| KeyError::NoSecret { path: self.0.join(SECRET) }),
            Err(KeyError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                if !first_start {
                    return Err(KeyError::NoSecret { path: self.0.join(SECRET) });
                }
                let secret = random::bytes()?;
                self.write(SECRET, &secret)?;
                Ok(secret)
            }
            Err(other) => Err(other),
        }
    }

    fn private(&self, name: &str) -> Result<SigningKey, KeyError> {
        let pem = String::from_utf8(self.read(name)?).map_err(|_| self.no_key(name))?;
        SigningKey::from_pkcs8_pem(&pem).map_err(|_| self.no_key(name))
    }

    fn public(&self, name: &str) -> Result<VerifyingKey, KeyError> {
        let pem = String::from_utf8(self.read(name)?).map_err(|_| self.no_key(name))?;
        VerifyingKey::from_public_key_pem(&pem).map_err(|_| self.no_key(name))
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, KeyError> {
        let path = self.0.join(name);
        let mut file = File::open(&path).map_err(|source| self.failed(name, source))?;
        check_mode(&file.metadata().map_err(|source| self.failed(name, source))?, &path, "600")?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|source| self.failed(name, source))?;
        Ok(bytes)
    }

    /// Writes a file whole, for its owner alone.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), KeyError> {
        let unfinished = self.0.join(format!("{name}{UNFINISHED}"));
        let written = || {
            let mut file = private::file().create_new(true).open(&unfinished)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&unfinished, self.0.join(name))?;
            sync(&self.0)
        };
        written().map_err(|source| {
            let _ = fs::remove_file(&unfinished);
            self.failed(name, source)
        })
    }

    /// Removes what a crash left unfinished.
    fn sweep(&self) -> io::Result<()> {
        let names = self.names()?;
        names.iter().filter(|name| name.ends_with(UNFINISHED)).try_for_each(|name| fs::remove_file(self.0.join(name)))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
        let names: io::Result<Vec<Option<String>>> = names.collect();
        let mut names: Vec<String> = names?.into_iter().flatten().collect();
        names.sort();
        Ok(names)
    }

    fn failed(&self, name: &str, source: io::Error) -> KeyError {
        KeyError::File { path: self.0.join(name), source }
    }

    fn no_key(&self, name: &str) -> KeyError {
        KeyError::NoKey { path: self.0.join(name) }
    }
}

/// Makes a folder for its owner alone; says whether it was not there.
fn make(path: &Path) -> io::Result<bool> {
    match private::folder().create(path) {
        Ok(()) => Ok(true),
        Err(there) if there.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(other) => Err(other),
    }
}

/// What was renamed or removed in a folder stays so after a power cut.
fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn check_mode(data: &fs::Metadata, path: &Path, mode: &'static str) -> Result<(), KeyError> {
    if private::is_exposed(data) { Err(KeyError::Exposed { path: path.to_owned(), mode }) } else { Ok(()) }
}
