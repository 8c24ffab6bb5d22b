//! What this machine has, and how a program is run on it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a command ended early: one sentence with what to do next.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The workspace and the search path its programs are found on.
pub(crate) struct Machine {
    root: PathBuf,
    path: OsString,
}

impl Machine {
    /// This workspace; cargo's own binaries come first and the servers of /usr/sbin last, whether or not the shell's PATH names them.
    pub(crate) fn of_this_process() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().unwrap_or(manifest).to_owned();
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = cargo_binaries().into_iter().chain(std::env::split_paths(&inherited)).chain(["/usr/sbin".into()]);
        let path = std::env::join_paths(folders).unwrap_or(inherited);
        Self::new(root, path)
    }

    /// The workspace at `root`, with programs looked for along `path`.
    pub(crate) const fn new(root: PathBuf, path: OsString) -> Self {
        Self { root, path }
    }

    /// The workspace's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a program lies, if it is there.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(program)).find(|file| file.is_file())
    }

    /// The version a program tells of itself: the first word of its answer to `--version` that is a number, a `v` before it apart.
    pub(crate) fn version_of(&self, program: &str) -> Option<String> {
        let file = self.find(program)?;
        let output = self.command(file).arg("--version").stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = text.split_whitespace().map(|word| word.trim_start_matches('v'));
        words.find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
    }

    /// A program at the workspace's root. **RUSTFLAGS never reaches it**: it would replace `.cargo/config.toml`.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command
    }

    /// Runs a program and says so.
    ///
    /// # Errors
    ///
    /// Where it cannot be run, or ends with anything but success.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        self.run_command(self.command(program).args(arguments))
    }

    /// Runs a command and says so.
    ///
    /// # Errors
    ///
    /// As [`Machine::run`].
    pub(crate) fn run_command(&self, command: &mut Command) -> Result<(), Failure> {
        let line = line_of(command);
        println!("$ {line}");
        let status = command.status().map_err(|error| Failure(format!("{line}: {error}")))?;
        if status.success() { Ok(()) } else { Err(Failure(format!("{line}: {status}"))) }
    }
}

/// Where `cargo install` puts binaries.
fn cargo_binaries() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    home.map(|home| home.join("bin"))
}

/// The command as a person would type it.
fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
