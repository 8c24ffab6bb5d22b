//! What an export leaves behind in the database, the log and the metrics: what is documented, and nothing else.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use carryall_counter::ledger::sqlite::backup;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::helpers::{Answer, DIGEST, Held, Person, World, config_for, text};
use crate::host::{Host, owner};
use crate::mailbox::decoded;

/// What the person shows the host.
const SESSION: &str = "session-9f27c1";

/// What a browser says of itself, and where it comes from.
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0 Curious/4711";
const ADDRESS: &str = "203.0.113.77";

/// Everything personal that the counter sees, by no name that might stand somewhere by chance.
const MAIL: &str = "grace.hopper@mail.example";
const NAME: &str = "Grace Brewster Hopper";
const SUBJECT: &str = "usr-4c6f7665";
const ACCOUNT: &str = "acc-436f6465";

/// A counter that says everything it ever says, into a file.
struct Talkative {
    child: Child,
    folder: TempDir,
    address: String,
    admin: String,
}

impl Talkative {
    fn start(host: &Host) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "{}\n[http]\ntrusted_proxies = [\"127.0.0.1\"]",
            config_for(host, "", "preset = \"talkif\"")
                .replace("[admin]\n            listen = \"127.0.0.1:0\"", &format!("[admin]\nlisten = \"127.0.0.1:{port}\""))
        );
        fs::write(folder.path().join("counter.toml"), config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_carryall-counter"));
        command.arg("--config").arg(folder.path().join("counter.toml")).env("RUST_LOG", "debug");
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, folder, address, admin: format!("http://127.0.0.1:{port}") }
    }

    fn person(&self) -> Person {
        Person::at(&self.address, SESSION)
    }

    /// A call as a browser far away makes it.
    async fn call(&self, method: Method, path: &str, ticket: &str, body: Value) -> Value {
        let request = self.person().send(method, path).header("x-carryall-ticket", ticket).header("user-agent", AGENT);
        let answer = Answer::of(request.header("x-forwarded-for", ADDRESS).body(body.to_string())).await;
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    fn operator(&self, path: &str) -> RequestBuilder {
        let token = fs::read_to_string(self.folder.path().join("admin-token")).unwrap();
        Client::new().get(format!("{}{path}", self.admin)).bearer_auth(token.trim_end())
    }

    /// The token of the mail for this export, once it is there and noted as sent.
    async fn token(&self, id: &str) -> String {
        for _ in 0..500 {
            let sent = self.call(Method::GET, "/v1/exports/current", "", json!({})).await["export"]["mail"] == "sent";
            if sent {
                let mail = fs::read_to_string(self.folder.path().join(format!("mail/{id}.confirmation.1.eml"))).unwrap();
                let mail = decoded(&mail);
                assert!(mail.contains(MAIL));
                return mail.split_once(&format!("#{id}.")).unwrap().1.chars().take(43).collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the mail is never sent");
    }

    /// Everything it has logged by its end.
    fn end(&mut self) -> String {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Talkative {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn host() -> Host {
    let host = Host::start().await;
    let mut answer = owner(SUBJECT, ACCOUNT);
    answer["user"]["email"] = json!(MAIL);
    answer["user"]["name"] = json!(NAME);
    answer["account"]["name"] = json!(NAME);
    host.knows(SESSION, answer);
    host
}

/// The bytes of every file of a database.
fn database(folder: &Path) -> Vec<u8> {
    let files = ["counter.sqlite3", "counter.sqlite3-wal", "counter.sqlite3-shm"];
    files.map(|file| fs::read(folder.join(file)).unwrap_or_default()).concat()
}

fn assert_none(what: &str, bytes: &[u8], personal: &[&str]) {
    for text in personal {
        assert!(text.len() > 5, "{text:?} may stand anywhere");
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text:?} is in {what}");
    }
}

#[tokio::test]
async fn an_export_leaves_ids_states_and_dates_in_the_database_and_nobody_in_log_and_metrics() {
    let host = host().await;
    let mut counter = Talkative::start(&host);
    let post = |path: String, ticket: String, body: Value| {
        let counter = &counter;
        async move { counter.call(Method::POST, &path, &ticket, body).await }
    };
    let id = text(&post("/v1/exports".to_owned(), String::new(), json!({"categories": ["calls"], "locale": "de"})).await, "/id");
    let token = counter.token(&id).await;
    let of = |verb: &str| format!("/v1/exports/{id}/{verb}");
    // Mistakes are told without what was shown.
    post(of("confirm"), String::new(), json!({"token": token.chars().rev().collect::<String>()})).await;
    post(of("confirm"), String::new(), json!({"token": token})).await;
    let held = Held::new(&post(of("start"), String::new(), json!({})).await);
    let hold = json!({"lease": held.lease, "epoch": held.epoch});
    let renewed = text(&post(of("heartbeat"), held.ticket.clone(), hold.clone()).await, "/ticket");
    post(of("heartbeat"), "forged.ticket.indeed".to_owned(), hold.clone()).await;
    counter.call(Method::GET, "/v1/authorize?proxy=nginx", &renewed, json!({})).await;
    let complete = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": DIGEST});
    assert_eq!(post(of("complete"), renewed.clone(), complete).await["export"]["state"], "completed");
    post("/v1/exports".to_owned(), String::new(), json!({"categories": ["calls"]})).await;
    host.breaks(500, &format!("{{\"user\": {{\"email\": \"{MAIL}\", \"name\": \"{NAME}\"}}}}"));
    let unknown = Person::at(&counter.address, "session-unknown");
    Answer::of(unknown.send(Method::GET, "/v1/exports/current")).await.refused(503, "unavailable");
    Answer::of(counter.operator(&format!("/admin/v1/exports?account={ACCOUNT}"))).await.expect(200);
    Answer::of(counter.operator(&format!("/admin/v1/audit?account={ACCOUNT}"))).await;
    for _ in 0..500 {
        if counter.folder.path().join(format!("mail/{id}.ready.2.eml")).exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let metrics = Answer::of(Client::new().get(format!("{}/metrics", counter.admin))).await.text;
    let operators = fs::read_to_string(counter.folder.path().join("admin-token")).unwrap();
    let live = database(counter.folder.path());
    let log = counter.end();

    let never = [MAIL, NAME, SESSION, ADDRESS, "Curious/4711", &token, &held.ticket, &renewed, DIGEST, operators.trim_end()];
    let nobody = [SUBJECT, ACCOUNT, &id, &held.lease];
    // A file is blanked only with the next write: while it runs, and once it has ended.
    for bytes in [live, database(counter.folder.path())] {
        assert_none("the database", &bytes, &never);
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(
            holds(SUBJECT) && holds(ACCOUNT) && holds(&id),
            "what is documented to be there is looked for in the wrong place"
        );
    }
    assert!(log.contains("route=\"/v1/exports/{id}/complete\"") && log.contains("DEBUG"), "{log}");
    for (what, text) in [("the log", &log), ("the metrics", &metrics)] {
        assert_none(what, text.as_bytes(), &never);
        assert_none(what, text.as_bytes(), &nobody);
    }
}

#[tokio::test]
async fn an_address_stands_in_the_outbox_while_its_mail_waits_and_in_no_copy() {
    let host = host().await;
    host.knows("bob", owner("bob", "acc-2"));
    let config = config_for(&host, "", "preset = \"talkif\"");
    let world = World::with_config(host, config).await;
    fs::remove_dir(world.mail_folder()).unwrap();
    world.person("bob").request().await.expect(201);
    let person = world.person(SESSION);
    let id = text(&person.request().await.expect(201), "/id");
    for _ in 0..500 {
        if person.current().await["export"]["mail"] == "failing" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(world.holds(MAIL), "the mail cannot be sent without it");
    let copy = world.folder.path().join("copy.sqlite3");
    backup::copy(&world.folder.path().join("counter.sqlite3"), &copy).await.unwrap();
    assert_none("the copy", &fs::read(&copy).unwrap(), &[MAIL]);
    person.cancel(&id).await.expect(200);
    crate::mailbox::assert_no_trace(&world, &[MAIL]).await;
    assert!(world.holds("bob@mail.example"), "another one waits still");
}
