//! A world to test in: host, counter, mail folder and clock; and a person at a browser.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carryall_counter::{App, Config, ManualClock};
use carryall_protocol::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, ORIGIN};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::host::{Host, owner};

/// The page that embeds the panel.
pub(crate) const PAGE: &str = "https://app.example";

/// 2026-02-28T12:00:00Z: when every world begins.
pub(crate) const NOON: Timestamp = Timestamp::from_secs(1_772_280_000);

pub(crate) const HOUR: u64 = 3600;
pub(crate) const DAY: u64 = 24 * HOUR;

/// A digest to complete with.
pub(crate) const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Host, counter, mail folder and clock.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) host: Host,
    pub(crate) folder: TempDir,
    config: String,
    counter: Option<Running>,
}

struct Running {
    address: String,
    admin: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl World {
    /// Talkif's policy, and Ada, who owns account `acc-1` and shows the token `ada`.
    pub(crate) async fn new() -> Self {
        Self::with_policy("preset = \"talkif\"").await
    }

    /// The same under another policy.
    pub(crate) async fn with_policy(policy: &str) -> Self {
        Self::with("", policy).await
    }

    /// The same with more lines about identity.
    pub(crate) async fn with(identity: &str, policy: &str) -> Self {
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let host = Host::start().await;
        host.knows("ada", owner("ada", "acc-1"));
        let config = config_for(&host, identity, policy);
        Self::with_config(host, config).await
    }

    /// A world with this host and this configuration.
    pub(crate) async fn with_config(host: Host, config: String) -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        let mut world = Self { clock, host, folder: tempfile::tempdir().unwrap(), config, counter: None };
        world.start().await;
        world
    }

    /// Stops the counter and starts another on the same files and the same address.
    pub(crate) async fn restart(&mut self) {
        let address = self.address().trim_start_matches("http://").to_owned();
        self.config = self.config.replacen("127.0.0.1:0", &address, 1);
        self.stop().await;
        self.start().await;
    }

    /// The counter is down for so many seconds.
    pub(crate) async fn down_for(&mut self, seconds: u64) {
        let address = self.address().trim_start_matches("http://").to_owned();
        self.config = self.config.replacen("127.0.0.1:0", &address, 1);
        self.stop().await;
        self.pass(seconds);
        self.start().await;
    }

    /// A request of the operator's, who shows the token.
    pub(crate) fn operator(&self, method: Method, path: &str) -> RequestBuilder {
        let token = std::fs::read_to_string(self.folder.path().join("admin-token")).unwrap();
        self.stranger(method, path).bearer_auth(token.trim_end())
    }

    /// The same without a token.
    pub(crate) fn stranger(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}{path}", self.counter.as_ref().unwrap().admin))
    }

    /// What the operator does.
    pub(crate) async fn operate(&self, path: &str) -> Answer {
        Answer::of(self.operator(Method::POST, &format!("/admin/v1/{path}"))).await
    }

    /// From the next start on, no mail is sent.
    pub(crate) fn sends_no_mail(&mut self) {
        self.config = self.config.split_once("[mail]").unwrap().0.to_owned();
    }

    pub(crate) async fn stop(&mut self) {
        let Some(running) = self.counter.take() else { return };
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
    }

    pub(crate) async fn start(&mut self) {
        self.try_start().await.unwrap();
    }

    /// Starts the counter, or gives its own words why it does not.
    pub(crate) async fn try_start(&mut self) -> Result<(), String> {
        let config = Config::parse(&self.config, self.folder.path()).unwrap();
        let app = App::open(config, self.clock.clone()).await.map_err(|error| error.to_string())?;
        let address = format!("http://{}", app.address());
        let admin = format!("http://{}", app.admin_address().unwrap());
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            app.run(stopped).await;
        });
        self.counter = Some(Running { address, admin, stop, server });
        Ok(())
    }

    /// The counter's address.
    pub(crate) fn address(&self) -> &str {
        &self.counter.as_ref().unwrap().address
    }

    /// So many seconds go by.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The person who shows this bearer token.
    pub(crate) fn person(&self, token: &str) -> Person {
        Person::at(self.address(), token)
    }

    /// Ada.
    pub(crate) fn ada(&self) -> Person {
        self.person("ada")
    }

    /// Where mail arrives.
    pub(crate) fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// Ada's export, requested and confirmed.
    pub(crate) async fn confirmed(&self) -> String {
        let export = self.ada().request().await.expect(201);
        let id = text(&export, "/id");
        let token = self.token_for(&id).await;
        self.ada().confirm(&id, &token).await.expect(200);
        id
    }

    /// Ada's export, requested, confirmed and started.
    pub(crate) async fn started(&self) -> Held {
        let id = self.confirmed().await;
        Held::new(&self.ada().start(&id, json!({})).await.expect(200))
    }
}

/// A configuration whose identity is this host's whoami, with these further lines about it, and this policy.
pub(crate) fn config_for(host: &Host, identity: &str, policy: &str) -> String {
    config_with(&format!("[identity.introspection]\nwhoami_url = \"{}\"\n{identity}", host.whoami_url), policy)
}

/// A configuration with this section about identity, and this policy.
pub(crate) fn config_with(identity: &str, policy: &str) -> String {
    format!(
        r#"
            listen = "127.0.0.1:0"
            database = "counter.sqlite3"
            keys = "keys"
            allowed_origins = ["{PAGE}"]
            contact = "mailto:privacy@app.example"
            return_url = "{PAGE}/settings#export"
            {identity}
            [shield]
            per_minute = 60000
            burst = 10000
            [admin]
            listen = "127.0.0.1:0"
            token_file = "admin-token"
            [policy]
            {policy}
            [mail]
            from = "Exports <no-reply@app.example>"
            folder = "mail"
            "#
    )
}

/// A person at a browser.
#[derive(Clone)]
pub(crate) struct Person {
    address: String,
    token: String,
    client: Client,
}

impl Person {
    /// Whoever shows this bearer token to the counter at this address.
    pub(crate) fn at(address: &str, token: &str) -> Self {
        Self { address: address.to_owned(), token: token.to_owned(), client: Client::new() }
    }

    /// The same, through these connections.
    pub(crate) fn through(self, client: Client) -> Self {
        Self { client, ..self }
    }

    /// A request as the worker sends it.
    pub(crate) fn send(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address)).bearer_auth(&self.token);
        request.header(ORIGIN, PAGE).header("x-carryall", "1").header(CONTENT_TYPE, "application/json")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.send(Method::POST, path).body(body.to_string())).await
    }

    pub(crate) async fn request(&self) -> Answer {
        self.post("/v1/exports", json!({"categories": ["calls", "contacts"]})).await
    }

    pub(crate) async fn current(&self) -> Value {
        Answer::of(self.send(Method::GET, "/v1/exports/current")).await.expect(200)
    }

    /// The state of the current export.
    pub(crate) async fn state(&self) -> String {
        text(&self.current().await, "/export/state")
    }

    pub(crate) async fn confirm(&self, id: &str, token: &str) -> Answer {
        self.post(&format!("/v1/exports/{id}/confirm"), json!({"token": token})).await
    }

    pub(crate) async fn start(&self, id: &str, body: Value) -> Answer {
        self.post(&format!("/v1/exports/{id}/start"), body).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> Answer {
        Answer::of(self.send(Method::DELETE, &format!("/v1/exports/{id}"))).await
    }

    pub(crate) async fn heartbeat(&self, held: &Held) -> Answer {
        self.with_ticket(held, "heartbeat", json!({"lease": held.lease, "epoch": held.epoch})).await
    }

    pub(crate) async fn complete(&self, held: &Held) -> Answer {
        let body = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": DIGEST});
        self.with_ticket(held, "complete", body).await
    }

    pub(crate) async fn fail(&self, held: &Held) -> Answer {
        let body = json!({"lease": held.lease, "epoch": held.epoch, "code": "storage_full"});
        self.with_ticket(held, "fail", body).await
    }

    async fn with_ticket(&self, held: &Held, what: &str, body: Value) -> Answer {
        let path = format!("/v1/exports/{}/{what}", held.id);
        Answer::of(self.send(Method::POST, &path).header("x-carryall-ticket", &held.ticket).body(body.to_string())).await
    }
}

/// What a browser holds while it runs an export.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) lease: String,
    pub(crate) epoch: u64,
    pub(crate) ticket: String,
}

impl Held {
    /// What an answer to a start gives.
    pub(crate) fn new(started: &Value) -> Self {
        Self {
            id: text(started, "/export/id"),
            lease: text(started, "/lease"),
            epoch: started["epoch"].as_u64().unwrap(),
            ticket: text(started, "/ticket"),
        }
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Its JSON, if this is its status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// Its problem, if it is one with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let retry_after = self.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap());
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("https://carryall.dev/problems/{code}"));
        assert_eq!(problem["contact"], "mailto:privacy@app.example");
        assert_eq!(retry_after.is_some(), problem["retry_at"].is_string(), "{problem}");
        problem
    }
}

/// The text at a pointer.
#[track_caller]
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer}: {value}")).to_owned()
}

/// The moment at a pointer.
#[track_caller]
pub(crate) fn moment(value: &Value, pointer: &str) -> Timestamp {
    serde_json::from_value(value.pointer(pointer).unwrap().clone()).unwrap()
}

/// So many seconds after noon.
pub(crate) fn after_noon(seconds: u64) -> Timestamp {
    NOON.after(Duration::from_secs(seconds))
}
