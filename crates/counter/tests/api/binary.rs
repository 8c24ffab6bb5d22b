//! The program itself: one line on standard output, nothing personal in its log, nothing lost when it is killed.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::helpers::{Answer, Held, Person, config_for, config_with, text};
use crate::host::{Host, owner};

pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
}

impl Program {
    pub(crate) fn start(folder: &TempDir) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_carryall-counter")), folder, "debug")
    }

    /// The same with little in its log: nobody reads it before the end, and a pipe holds little.
    pub(crate) fn start_quietly(folder: &TempDir) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_carryall-counter")), folder, "warn")
    }

    /// The same with room for so many files and connections.
    fn start_with_files(folder: &TempDir, files: u32) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {files} && exec \"$@\""), "sh", env!("CARGO_BIN_EXE_carryall-counter")]);
        Self::spawn(command, folder, "debug")
    }

    /// The same on a disk that may be full one day ([`Program::have_room`]).
    pub(crate) fn start_on_small_disk(folder: &TempDir) -> Self {
        let mut command = Command::new("sh");
        // A write that is too much fails instead of ending the program.
        command.args(["-c", "trap '' XFSZ && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_carryall-counter")]);
        Self::spawn(command, folder, "off")
    }

    /// From now on no write succeeds, or every one.
    pub(crate) fn have_room(&self, room: bool) {
        let limit = if room { "--fsize=unlimited:" } else { "--fsize=0:" };
        let pid = self.child.id().to_string();
        let limited = Command::new("prlimit").args(["--pid", &pid, limit]).status().unwrap();
        assert!(limited.success());
    }

    fn spawn(mut command: Command, folder: &TempDir, level: &str) -> Self {
        command.arg("--config").arg(folder.path().join("counter.toml")).env("RUST_LOG", level);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, address }
    }

    pub(crate) fn ada(&self) -> Person {
        Person::at(&self.address, "ada")
    }

    /// Ends it by a signal; returns its log and whether it said that all was well.
    pub(crate) fn end(mut self, signal: &str) -> (String, bool) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (log, self.child.wait().unwrap().success())
    }
}

impl Drop for Program {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_machine_without_files_to_spare_ends_nothing() {
    let host = Host::start().await;
    let folder = folder(&host).await;
    let mut program = Program::start_with_files(&folder, 40);
    let address = program.address.trim_start_matches("http://").to_owned();
    let connections: Vec<_> = (0..80).map(|_| std::net::TcpStream::connect(&address).unwrap()).collect();
    let mut log = BufReader::new(program.child.stderr.as_mut().unwrap());
    let mut line = String::new();
    while !line.contains("no connection can be accepted") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it has ended");
    }
    drop(log);
    drop(connections);
    program.ada().request().await.expect(201);
    let (_, well) = program.end("-TERM");
    assert!(well);
}

async fn folder(host: &Host) -> TempDir {
    host.knows("ada", owner("ada-the-subject", "acc-1"));
    folder_with(host, "preset = \"fluxer\"")
}

/// A folder with a configuration of this policy.
pub(crate) fn folder_with(host: &Host, policy: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    // Every program takes a port of its own; who signs must stay the same.
    let config = format!("public_url = \"https://counter.example\"\n{}", config_for(host, "", policy));
    fs::write(folder.path().join("counter.toml"), config).unwrap();
    folder
}

#[tokio::test]
async fn what_was_granted_survives_a_kill() {
    let host = Host::start().await;
    let folder = folder(&host).await;
    let program = Program::start(&folder);
    let export = program.ada().request().await.expect(201);
    let held = Held::new(&program.ada().start(&text(&export, "/id"), json!({})).await.expect(200));
    let (_, well) = program.end("-KILL");
    assert!(!well);

    let program = Program::start(&folder);
    assert_eq!(program.ada().state().await, "processing");
    program.ada().start(&held.id, json!({})).await.refused(409, "lease_held");
    program.ada().request().await.refused(409, "active_export");
    let (_, well) = program.end("-TERM");
    assert!(well, "a counter that is told to stop stops well");
}

#[tokio::test]
async fn the_log_names_nobody() {
    let host = Host::start().await;
    let folder = folder(&host).await;
    let program = Program::start(&folder);
    let export = program.ada().request().await.expect(201);
    let held = Held::new(&program.ada().start(&text(&export, "/id"), json!({})).await.expect(200));
    program.ada().complete(&held).await.expect(200);
    Answer::of(program.ada().send(Method::GET, "/v1/exports/current?secret=1")).await.expect(200);
    let (log, _) = program.end("-TERM");
    assert!(log.contains("route=\"/v1/exports/{id}/complete\""), "{log}");
    for personal in ["ada", "acc-1", "@mail.example", "secret", &held.id, &held.lease, &held.ticket] {
        assert!(!log.contains(personal), "{personal:?} is in the log: {log}");
    }
}

#[tokio::test]
async fn its_files_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let host = Host::start().await;
    let folder = folder(&host).await;
    let program = Program::start(&folder);
    let id = text(&program.ada().request().await.expect(201), "/id");
    let held = Held::new(&program.ada().start(&id, json!({})).await.expect(200));
    program.ada().complete(&held).await.expect(200);
    let mail = format!("mail/{id}.ready.1.eml");
    for _ in 0..500 {
        if folder.path().join(&mail).exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mode = fs::metadata(folder.path().join("mail")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "the mail folder");
    for file in ["keys/000001.private.pem", "keys/secret", "counter.sqlite3", "counter.sqlite3-wal", &mail] {
        let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    program.end("-TERM");
}

#[test]
fn a_mistake_in_the_configuration_is_named_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("counter.toml");
    fs::write(&file, "listen = 1").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_carryall-counter"));
    let output = command.arg("--config").arg(&file).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("listen: "));
}

/// What `check-config` says of this configuration, with this variable, and whether it is content.
fn check_config(text: &str, variable: (&str, &str)) -> (String, String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("counter.toml");
    fs::write(&file, text).unwrap();
    fs::write(folder.path().join("smtp-password"), "hunter2").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_carryall-counter"));
    command.arg("check-config").arg("--config").arg(&file).env(variable.0, variable.1);
    let output = command.output().unwrap();
    let opened = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(opened, 2, "it opens nothing");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn check_config_says_what_would_hold_and_no_secret() {
    let smtp = "[mail.smtp]\nhost = \"smtp.app.example\"\nuser = \"u\"\npassword_file = \"smtp-password\"\n";
    let config = config_with("[identity.introspection]\nwhoami_url = \"http://10.0.0.9/me?key=s3cret\"", "preset = \"talkif\"");
    let config = config.replace("folder = \"mail\"\n", smtp);
    let (told, _, code) = check_config(&config, ("CARRYALL_COUNTER__POLICY__COOLDOWN_SECONDS", "61"));
    for expected in ["cooldown", "61s", "confirmation_window: 86400s", "http://10.0.0.9/me,", "smtp.app.example", "ttl: 120s"] {
        assert!(told.contains(expected), "{expected:?} is not in {told}");
    }
    assert!(told.contains("token in ") && told.contains("admin-token"), "{told}");
    for secret in ["hunter2", "s3cret"] {
        assert!(!told.contains(secret), "{told}");
    }
    assert_eq!(code, Some(0));
}

#[test]
fn check_config_names_what_is_wrong_and_fails() {
    let good = config_with("[identity.introspection]\nwhoami_url = \"http://10.0.0.9/me\"", "preset = \"talkif\"");
    let jwt = "[identity.jwt]\nissuer = \"i\"\naudience = \"a\"\nalgorithms = [\"HS256\"]\nshared_key_file = \"smtp-password\"";
    for (config, variable, expected) in [
        (good.replace("contact", "contect"), ("A", ""), "contect: unknown field `contect`"),
        (good.replace("contact", "contect"), ("A", ""), "did you mean `contact`?"),
        (good.clone(), ("CARRYALL_COUNTER__MAIL__FROM", "nobody"), "mail.from"),
        (good.clone(), ("CARRYALL_COUNTER__POLICY__COOLDOWN", "x"), "(from CARRYALL_COUNTER__POLICY__COOLDOWN)"),
        (config_with(jwt, "preset = \"fluxer\""), ("A", ""), "identity.jwt.shared_key_file: "),
    ] {
        let (told, error, code) = check_config(&config, variable);
        assert!(error.contains(expected), "{expected:?}: {error}");
        assert_eq!((told.as_str(), code), ("", Some(1)));
    }
}
