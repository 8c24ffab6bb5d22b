//! Static files, the sample's config, and the headers of a careful host.

use std::fs;
use std::path::Path;

use carryall_demo::{Options, Running};
use tempfile::TempDir;

use crate::visitor::{OWNER, Visitor, quiet};

/// Assets as the workspace has them, and a file beside them that nobody may read.
fn assets() -> (TempDir, Options) {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.txt"), "not yours").unwrap();
    let root = outside.path().join("assets");
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    };
    put("www/sample/index.html", "<!doctype html>");
    put("www/sample/sample.js", "export {};");
    put("www/worker.js", "export {};");
    put("www/panel.css", "a{}");
    put("pkg/carryall_bg.wasm", "\0asm");
    put("catalogs/talkif.json", "{}");
    put("private.txt", "not yours either");
    (outside, Options { assets: Some(root), ..quiet() })
}

#[tokio::test]
async fn files_are_found_and_have_their_types() {
    let (_directory, options) = assets();
    let host = Running::start(options).await.unwrap();
    let visitor = Visitor::stranger(&host);
    for (path, kind) in [
        ("/", "text/html"),
        ("/sample/", "text/html"),
        ("/sample/sample.js", "text/javascript"),
        ("/carryall/www/worker.js", "text/javascript"),
        ("/carryall/www/panel.css", "text/css"),
        ("/carryall/pkg/carryall_bg.wasm", "application/wasm"),
        ("/carryall/catalogs/talkif.json", "application/json"),
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-cache", "{path}");
    }
}

#[tokio::test]
async fn the_sample_learns_where_counter_and_catalog_are() {
    let (_directory, options) = assets();
    let host = Running::start(Options { counter_url: "http://127.0.0.1:9107".to_owned(), ..options }).await.unwrap();
    let config = Visitor::stranger(&host).read("/sample/config.json").await;
    let expected = serde_json::json!({
        "system": "talkif",
        "title": "Talkif",
        "counterUrl": "http://127.0.0.1:9107",
        "catalogUrl": "/carryall/catalogs/talkif.json",
    });
    assert_eq!(config, expected);
}

#[tokio::test]
async fn the_catalog_names_the_origin_of_this_hosts_media() {
    let (_directory, options) = assets();
    let catalog = options.assets.as_ref().unwrap().join("catalogs/talkif.json");
    let host = Running::start(options).await.unwrap();
    let served = Visitor::stranger(&host).read("/carryall/catalogs/talkif.json").await;
    assert_eq!(served, serde_json::json!({}), "it names none");
    fs::write(&catalog, r#"{"name": "talkif", "media": {"origins": ["https://recordings.talkif.example"]}}"#).unwrap();
    let served = Visitor::stranger(&host).read("/carryall/catalogs/talkif.json").await;
    let origin = host.media().origin.to_string();
    assert_eq!(served, serde_json::json!({"name": "talkif", "media": {"origins": [origin]}}));
    fs::remove_file(catalog).unwrap();
    assert_eq!(Visitor::stranger(&host).status("/carryall/catalogs/talkif.json").await, 404);
}

#[tokio::test]
async fn nothing_outside_the_served_directories_can_be_read() {
    let (_directory, options) = assets();
    let host = Running::start(options).await.unwrap();
    let address = host.url().trim_start_matches("http://").to_owned();
    for path in [
        "/carryall/www/../private.txt",
        "/carryall/www/..%2fprivate.txt",
        "/carryall/www/%2e%2e/%2e%2e/secret.txt",
        "/carryall/www/..%5c..%5csecret.txt",
        "/carryall/www//etc/passwd",
        "/carryall/private.txt",
        "/sample/../../../secret.txt",
    ] {
        let answer = raw_get(&address, path).await;
        assert!(answer.starts_with("HTTP/1.1 404") && !answer.contains("not yours"), "{path}: {answer}");
    }
}

/// Clients tidy `..` away before they ask; this one does not.
async fn raw_get(address: &str, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_a_careful_host() {
    let (_directory, options) = assets();
    let host = Running::start(options).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for path in ["/", "/carryall/pkg/carryall_bg.wasm", "/api/v1/contacts", "/api/v1/nothing", "/nothing", "/sample/nothing.js"] {
        let answer = visitor.get(path).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let media = host.media().origin;
        assert_eq!(
            header("content-security-policy"),
            format!(
                "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
                 connect-src 'self' http://127.0.0.1:9001 {media}; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'"
            ),
        );
        assert_eq!((header("x-content-type-options").as_str(), header("referrer-policy").as_str()), ("nosniff", "no-referrer"));
    }
}

#[tokio::test]
async fn answers_of_the_api_are_never_stored_and_refusals_have_their_form() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for (path, status) in
        [("/api/v1/contacts", 200), ("/api/v1/me", 200), ("/api/v1/nothing", 404), ("/api/v1/contacts?limit=0", 400)]
    {
        let answer = visitor.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["cache-control"]),
            (status, &"no-store".parse().unwrap()),
            "{path}"
        );
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
    }
    let answer = visitor.request(reqwest::Method::POST, "/api/v1/contacts").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["code"], "method_not_allowed");
}
