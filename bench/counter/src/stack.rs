//! The counter under measurement, and everybody it knows.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Row as _, SqlitePool};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::people::{PAGE, Person};

/// What signs who asks.
const SECRET: &[u8] = b"a secret of this benchmark alone, and long enough";

/// A counter in a process of its own.
pub(crate) struct Stack {
    child: Child,
    address: String,
    client: Client<HttpConnector, Body>,
    ledger: SqlitePool,
    born: AtomicU64,
    _folder: TempDir,
}

impl Stack {
    /// Starts the binary at `counter`.
    pub(crate) async fn start(counter: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::File::create(folder.path().join("shared"))?.write_all(SECRET)?;
        let config = folder.path().join("counter.toml");
        std::fs::write(&config, configuration(silent_mail_server().await?))?;
        let mut command = Command::new(counter);
        command.arg("--config").arg(&config).env("RUST_LOG", "warn").stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", counter.display()))?;
        let said = child.stdout.take().context("the counter speaks")?;
        let line = BufReader::new(said).lines().next_line().await?.context("the counter says where it listens")?;
        let address = line.trim_start_matches("listening on ").to_owned();
        let options = SqliteConnectOptions::new().filename(folder.path().join("counter.sqlite3")).read_only(true);
        let ledger = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { child, address, client, ledger, born: AtomicU64::new(0), _folder: folder })
    }

    /// Somebody who never had an export.
    pub(crate) fn somebody_new(&self) -> Result<Person> {
        self.person(self.born.fetch_add(1, Ordering::Relaxed))
    }

    /// One of those who had one.
    pub(crate) fn somebody(&self, number: usize) -> Result<Person> {
        self.person(u64::try_from(number)? % self.born.load(Ordering::Relaxed).max(1))
    }

    fn person(&self, number: u64) -> Result<Person> {
        let claims = json!({
            "iss": "bench", "aud": "counter", "exp": 4_000_000_000_u64,
            "sub": format!("person-{number}"), "account": format!("acc-{number}"), "role": "owner",
            "email": format!("person-{number}@mail.example"), "email_verified": true,
        });
        Ok(Person::new(self.client.clone(), self.address.clone(), signed(&claims)?))
    }

    /// The token that the mail about this export would carry.
    pub(crate) async fn token(&self, export: &str) -> Result<String> {
        let waiting = "SELECT token FROM outbox WHERE export = ?1 AND kind = 'confirmation'";
        let found = sqlx::query(waiting).bind(export).fetch_one(&self.ledger).await?;
        Ok(found.try_get("token")?)
    }

    /// How much memory the counter's process holds.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let id = self.child.id().context("the counter runs")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("Linux tells a process's memory")?;
        let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
        Ok(kib * 1024)
    }
}

/// A token with these claims (RFC 7519, HS256).
fn signed(claims: &Value) -> Result<String> {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET)?;
    mac.update(text.as_bytes());
    Ok(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}

/// A mail server that takes connections and says nothing.
async fn silent_mail_server() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    Ok(port)
}

fn configuration(mail_port: u16) -> String {
    format!(
        r#"
        listen = "127.0.0.1:0"
        database = "counter.sqlite3"
        keys = "keys"
        allowed_origins = ["{PAGE}"]
        [identity.jwt]
        shared_key_file = "shared"
        algorithms = ["HS256"]
        issuer = "bench"
        audience = "counter"
        [identity.pointers]
        subject = "/sub"
        account = "/account"
        roles = "/role"
        mail = "/email"
        mail_verified = "/email_verified"
        [policy]
        preset = "talkif"
        [shield]
        per_minute = 0
        [mail]
        from = "Exports <no-reply@app.example>"
        smtp = {{ host = "127.0.0.1", port = {mail_port}, encryption = "none" }}
        "#
    )
}
