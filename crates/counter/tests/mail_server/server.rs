//! A real mail server on loopback: aiosmtpd, which `cargo xtask test tools` puts into `target/python`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The password it takes from the user `exports`.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// What a server is like.
#[derive(Default)]
pub(crate) struct Manner {
    /// `tls`, `starttls` or `none`.
    pub(crate) encryption: &'static str,
    /// The name in its certificate.
    pub(crate) name: &'static str,
    /// Whether it wants [`PASSWORD`].
    pub(crate) password: bool,
    /// Whether it takes addresses that are no ASCII.
    pub(crate) utf8: bool,
}

/// A mail server. It ends with its value.
pub(crate) struct Server {
    pub(crate) port: u16,
    folder: TempDir,
    _process: Child,
}

impl Server {
    /// A server of this manner, once it listens.
    pub(crate) async fn start(manner: &Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path(), manner.name);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("../../target/python/bin/python");
        assert!(python.is_file(), "aiosmtpd is missing: run `cargo xtask test tools`");
        let mut command = Command::new(python);
        command.arg(root.join("tests/mail_server/server.py")).arg(folder.path()).args(["--encryption", manner.encryption]);
        if manner.encryption != "none" {
            command.arg("--certificate").arg(folder.path().join("server.pem")).arg("--key").arg(folder.path().join("key.pem"));
        }
        if manner.password {
            command.args(["--password", PASSWORD]);
        }
        if manner.utf8 {
            command.arg("--utf8");
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().expect("it does not start").parse().unwrap();
        Self { port, folder, _process: process }
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Every recipient it was told of, in order, with what was asked for beside.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let told = fs::read_to_string(self.folder.path().join("recipients")).unwrap_or_default();
        told.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// The mails it has taken, as they came.
    pub(crate) fn mails(&self) -> Vec<Vec<u8>> {
        let file = |number: usize| fs::read(self.folder.path().join(format!("{number}.eml"))).ok();
        (1..).map_while(file).collect()
    }

    /// Mail number `number`, once it has come.
    pub(crate) async fn mail(&self, number: usize) -> Vec<u8> {
        self.sees("the mail", || self.mails().into_iter().nth(number - 1)).await
    }

    /// Looks until something is there.
    pub(crate) async fn sees<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        for _ in 0..500 {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{what} does not come; told of {:?}", self.recipients());
    }
}

/// An authority of its own, and a certificate by it for this name.
fn certify(folder: &Path, name: &str) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    fs::write(folder.join("server.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}
