//! `carryall catalog check FILE --against URL`, against the real sample hosts, with catalogs that fit and catalogs that do not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use carryall_demo::{Options, Running, SECRET_MARK, Size, System};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const PASSWORD: &str = "correct horse battery staple";
const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

/// The accounts of the samples of X and Fluxer.
const ACCOUNT: &str = "1398765432109876543";
const FLUXER_ACCOUNT: &str = "555540597964800517";

fn catalog(name: &str) -> String {
    fs::read_to_string(format!("{}/../../catalogs/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A running sample host and a session there.
struct Host {
    runtime: Runtime,
    running: Option<Running>,
    session: String,
}

impl Host {
    fn start(system: System, email: &str, misbehave: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let misbehave = misbehave.iter().map(|mode| mode.parse().unwrap()).collect();
        let options = Options { faults: false, misbehave, ..Options::new(system, 7, Size::Small) };
        let running = runtime.block_on(Running::start(options)).unwrap();
        let body = json!({"email": email, "password": PASSWORD});
        let mut answer = ureq::post(format!("{}/session", running.url())).send_json(&body).unwrap();
        let session: Value = answer.body_mut().read_json().unwrap();
        let scheme = session["scheme"].as_str().map_or(String::new(), |scheme| format!("{scheme} "));
        let session = format!("{scheme}{}", session["token"].as_str().unwrap());
        Self { runtime, running: Some(running), session }
    }

    fn talkif(misbehave: &[&str]) -> Self {
        Self::start(System::Talkif, "owner@talkif.example", misbehave)
    }

    fn url(&self) -> String {
        self.running.as_ref().unwrap().url()
    }

    /// The exit code, and all that was printed.
    fn check(&self, catalog: &str, more: &[&str]) -> (i32, String) {
        let header = format!("Authorization: {}", self.session);
        let (code, told) = check(catalog, &[&["--against", &self.url(), "--header", &header], more].concat());
        let token = self.session.rsplit(' ').next().unwrap();
        assert!(!told.contains(token) && !told.contains(SECRET_MARK) && !told.contains("@talkif"), "{told}");
        (code, told)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.runtime.block_on(self.running.take().unwrap().stop()).unwrap();
    }
}

fn check(catalog: &str, arguments: &[&str]) -> (i32, String) {
    static FILES: AtomicU32 = AtomicU32::new(0);
    let name = format!("against-{}.json", FILES.fetch_add(1, Ordering::Relaxed));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, catalog).unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_carryall")).args(["catalog", "check"]).arg(&file).args(arguments).output();
    let Output { status, stdout, stderr } = program.unwrap();
    (status.code().unwrap(), format!("{}{}", String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap()))
}

/// The lines about one stream.
fn about<'a>(told: &'a str, stream: &str) -> Vec<&'a str> {
    let begins = |line: &&str| line.get(5..).is_some_and(|rest| rest.starts_with(&format!("{stream}: ")));
    let mut lines = told.lines().skip_while(|line| !begins(line));
    let first = lines.next().unwrap_or_default();
    [first].into_iter().chain(lines.take_while(|line| line.starts_with("     "))).collect()
}

#[test]
fn a_catalog_that_fits_its_host_is_told_stream_by_stream() {
    let host = Host::talkif(&[]);
    let (code, told) = host.check(TALKIF, &[]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.lines().filter(|line| line.starts_with("ok   ")).count(), 15, "{told}");
    let [users] = about(&told, "users").try_into().unwrap();
    assert!(users.contains("1 page, 7 records, 7 claimed") && users.contains("removed passwordHash (7)"), "{users}");
    let [notifications] = about(&told, "notifications").try_into().unwrap();
    assert_eq!(notifications, "ok   notifications: 2 pages, 199 records, 420 claimed");
    assert!(
        about(&told, "call-transcripts").concat().contains("answered 404 2 times: skip_partition, as the catalog says"),
        "{told}"
    );
}

#[test]
fn cursors_and_keysets_are_walked_too() {
    for (system, name, account) in [(System::X, "x", ACCOUNT), (System::Fluxer, "fluxer", FLUXER_ACCOUNT)] {
        let host = Host::start(system, &format!("owner@{name}.example"), &[]);
        let (code, told) = host.check(&catalog(name), &["--account", account]);
        assert_eq!(code, 0, "{told}");
        let (code, told) = host.check(&catalog(name), &[]);
        assert!(code == 2 && told.contains("say the account's id with --account"), "{told}");
    }
}

#[test]
fn a_catalog_that_does_not_fit_is_told_what_to_write_instead() {
    let host = Host::talkif(&[]);
    let contacts = r#""records": {"pointer": "/contacts"},
          "paginator": {"type": "offset", "page_size": 100, "total": "/meta/total"}"#;
    let paged = |paginator: &str| (contacts, contacts.split(r#""paginator""#).next().unwrap().to_owned() + paginator);
    for ((from, to), stream, says) in [
        ((r#""path": "/users""#, r#""path": "/people""#.to_owned()), "users", ["answered 404", "base_url and request.path"]),
        (
            (r#"{"pointer": "/users"}"#, r#"{"pointer": "/data"}"#.to_owned()),
            "users",
            ["no records where", r#"{"pointer": "/users"}"#],
        ),
        ((r#"{"pointer": "/users"}"#, r#"{"pointer": "/meta"}"#.to_owned()), "users", ["not an array", r#"{"single": "/meta"}"#]),
        ((r#""primary_key": "/id""#, r#""primary_key": "/uuid""#.to_owned()), "users", ["without the primary_key", "\"/id\""]),
        (
            paged(r#""paginator": {"type": "offset", "page_size": 100, "param": "start"}"#),
            "contacts",
            ["answered 400", "page_size (often 100 at most) and param"],
        ),
        (paged(r#""paginator": {"type": "single_page"}"#), "contacts", ["/meta/total may lead to more", "see `paginator`"]),
        (
            paged(r#""paginator": {"type": "cursor", "token": "/meta/next", "has_more": "/meta/total"}"#),
            "contacts",
            ["0 named a next one", "ended by last_page"],
        ),
        (
            (
                r#""on_response": [{"status": 404, "action": "skip_partition"}, {"status": 403, "action": "skip_partition"}]"#,
                r#""on_response": []"#.to_owned(),
            ),
            "call-transcripts",
            ["answered 404", r#"{"status": 404, "action": "skip_partition"}"#],
        ),
    ] {
        let wrong = TALKIF.replacen(from, &to, 1);
        assert_ne!(wrong, TALKIF, "{from}");
        let (code, told) = host.check(&wrong, &[]);
        let about = about(&told, stream).join("\n");
        assert!(says.iter().all(|said| about.contains(said)), "{to}\n{told}");
        assert_eq!(code, i32::from(about.starts_with("FAIL")), "{told}");
    }
}

#[test]
fn answers_that_are_no_pages_are_told_for_what_they_are() {
    let modes =
        ["/users=html", "/contacts=huge", "/calls=not-array", "/flows=500", "/billing/charges=reset", "/notifications=not-utf8"];
    let host = Host::talkif(&modes);
    let (code, told) = host.check(TALKIF, &["--pages", "1"]);
    assert_eq!(code, 1, "{told}");
    for (stream, says) in [
        ("users", "this is a web page"),
        ("contacts", "larger than 16 MiB"),
        ("calls", "not an array"),
        ("call-transcripts", "calls, which it is read for: what the catalog calls records is not an array"),
        ("flows", "answered 500, 2 times (the host)"),
        ("charges", "no connection"),
        ("notifications", "not UTF-8"),
        ("phone-numbers", "ok   phone-numbers"),
    ] {
        assert!(about(&told, stream).join("\n").contains(says), "{stream}: {says}\n{told}");
    }
}

#[test]
fn a_page_that_comes_again_is_told_of() {
    let host = Host::start(System::X, "owner@x.example", &["/users/{id}/tweets=repeat-token"]);
    let (_, told) = host.check(&catalog("x"), &["--account", ACCOUNT, "--category", "posts", "--pages", "5"]);
    assert!(about(&told, "tweets").concat().contains("a page came again instead of the next one"), "{told}");
    // The host gives the newest page after anything.
    let host = Host::start(System::Fluxer, "owner@fluxer.example", &[]);
    let mut wrong: Value = serde_json::from_str(&catalog("fluxer")).unwrap();
    let categories = wrong["categories"].as_array_mut().unwrap();
    let mentions = categories.iter_mut().find(|category| category["id"] == "mentions").unwrap();
    mentions["streams"][0]["paginator"]["param"] = json!("after");
    let (code, told) = host.check(&wrong.to_string(), &["--account", FLUXER_ACCOUNT, "--category", "mentions"]);
    assert!(code == 1 && about(&told, "mentions").concat().contains("a page came again instead of the next one"), "{told}");
}

#[test]
fn a_session_that_is_not_good_is_the_hosts_trouble_and_not_the_catalogs() {
    let host = Host::talkif(&[]);
    let against = ["--against", &host.url(), "--category", "users"];
    let (code, told) = check(TALKIF, &against);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("answered 401") && told.contains("--token-env"), "{told}");
    let (code, told) = check(TALKIF, &[&against[..], &["--token-env", "CARRYALL_NO_SUCH_VARIABLE"]].concat());
    assert!(code == 2 && told.contains("CARRYALL_NO_SUCH_VARIABLE"), "{told}");
    let (code, told) = host.check(TALKIF, &["--category", "users"]);
    assert_eq!((code, told.lines().count()), (0, 2), "{told}");
    let (code, told) = host.check(TALKIF, &["--category", "nothing"]);
    assert!(code == 2 && told.contains("--category nothing: the catalog has account, users, "), "{told}");
}

#[test]
fn a_redirect_is_refused_and_the_session_goes_nowhere_else() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let (target, url) = (elsewhere.local_addr().unwrap(), format!("http://{}", host.local_addr().unwrap()));
    let answer =
        format!("HTTP/1.1 302 Found\r\nlocation: http://{target}/api/v1/users\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    thread::spawn(move || {
        for connection in host.incoming() {
            let mut connection = connection.unwrap();
            let mut request = [0; 4096];
            assert!(connection.read(&mut request).unwrap() > 0);
            connection.write_all(answer.as_bytes()).unwrap();
        }
    });
    let (code, told) = check(TALKIF, &["--against", &url, "--category", "users", "--header", "Authorization: Bearer s3cret"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("redirected elsewhere") && !told.contains("s3cret"), "{told}");
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "nobody came");
}

#[test]
fn another_origin_than_the_one_named_is_asked_for_nothing() {
    let away = TALKIF.replacen(r#""base_url": "/api/v1""#, r#""base_url": "https://api.evil.example/v1""#, 1);
    let (code, told) = check(&away, &["--against", "http://127.0.0.1:9", "--header", "Authorization: Bearer s3cret"]);
    assert!(code == 2 && told.contains("https://api.evil.example") && !told.contains("s3cret"), "{told}");
}
