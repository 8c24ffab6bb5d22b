//! Proper requests that mean ill: in every field, every header and with every method.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::helpers::{Answer, DIGEST, Held, PAGE, World, text};
use crate::host::owner;

/// What breaks out of a statement, a page, a header, a format or a path, if anything does.
const HOSTILE: [&str; 8] = [
    "'; DROP TABLE exports; --",
    "\" OR \"1\"=\"1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{7*7}}{0}%s%n",
    "../../../../etc/passwd",
    "x\u{202e}\u{0}y",
    "\r\nset-cookie: stolen=1",
];

/// Every path with every method that it takes.
const ROUTES: [(&str, &str); 18] = [
    ("POST", "/v1/exports"),
    ("GET", "/v1/exports/current"),
    ("DELETE", "/v1/exports/{id}"),
    ("POST", "/v1/exports/{id}/confirm"),
    ("POST", "/v1/exports/{id}/deny"),
    ("POST", "/v1/exports/{id}/start"),
    ("POST", "/v1/exports/{id}/heartbeat"),
    ("POST", "/v1/exports/{id}/complete"),
    ("POST", "/v1/exports/{id}/fail"),
    ("GET", "/v1/keys"),
    ("GET", "/v1/authorize"),
    ("GET", "/openapi.json"),
    ("GET", "/confirm"),
    ("GET", "/assets/confirm.css"),
    ("GET", "/assets/confirm.js"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/nowhere"),
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// It is refused as what it is: not taken, not crashed on, not given back as a page.
#[track_caller]
fn assert_harmless(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text);
    assert_eq!(answer.header("set-cookie"), None, "{what}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    let is_page = answer.header("content-type").is_some_and(|found| found.contains("html"));
    assert!(!is_page || !answer.text.contains("alert(1)"), "{what}: {}", answer.text);
}

#[tokio::test]
async fn nothing_breaks_out_of_any_field() {
    let world = World::new().await;
    let held = world.started().await;
    let (ada, id) = (world.ada(), held.id.clone());
    for hostile in HOSTILE {
        let lease = json!({"lease": hostile, "epoch": 1});
        for (path, body) in [
            ("/v1/exports".to_owned(), json!({"categories": [hostile]})),
            ("/v1/exports".to_owned(), json!({"categories": ["calls"], "locale": hostile})),
            ("/v1/exports".to_owned(), json!({hostile: hostile})),
            (format!("/v1/exports/{id}/confirm"), json!({"token": hostile})),
            (format!("/v1/exports/{id}/deny"), json!({"token": hostile})),
            (format!("/v1/exports/{id}/start"), json!({"lease": hostile})),
            (format!("/v1/exports/{id}/heartbeat"), lease.clone()),
            (format!("/v1/exports/{id}/complete"), json!({"lease": held.lease, "epoch": 1, "payload_digest": hostile})),
            (format!("/v1/exports/{id}/fail"), json!({"lease": held.lease, "epoch": 1, "code": hostile})),
            (format!("/v1/exports/{}/confirm", encoded(hostile)), json!({"token": "x"})),
            (format!("/v1/exports/{}/start", encoded(hostile)), json!({})),
            (format!("/v1/exports/{}/fail", encoded(hostile)), lease),
        ] {
            let answer = ada.post(&path, body.clone()).await;
            assert_harmless(&answer, &format!("{path} {body}"));
            assert!(answer.status >= 400, "{path} {body} was granted");
        }
        for path in [format!("/v1/exports/current?x={0}&{0}", encoded(hostile)), format!("/confirm?lang={}", encoded(hostile))] {
            assert_harmless(&Answer::of(ada.send(Method::GET, &path)).await, &path);
        }
    }
    // Everything is as it was, and goes on.
    assert_eq!(ada.state().await, "processing");
    ada.complete(&held).await.expect(200);
}

#[tokio::test]
async fn nothing_breaks_out_of_any_header() {
    let world = World::new().await;
    let held = world.started().await;
    for hostile in HOSTILE {
        // What no header can hold no client can send.
        let value: String = hostile.chars().filter(|letter| (' '..='~').contains(letter)).collect();
        for name in [
            "authorization",
            "cookie",
            "origin",
            "x-carryall",
            "x-carryall-ticket",
            "content-type",
            "user-agent",
            "accept-language",
            "if-none-match",
            "prefer",
            "x-forwarded-for",
            "forwarded",
            "x-forwarded-host",
            "x-http-method-override",
            "range",
            "expect",
        ] {
            for (method, path) in [(Method::GET, "/v1/exports/current"), (Method::GET, "/confirm"), (Method::POST, "/v1/exports")]
            {
                let request = Client::new().request(method, format!("{}{path}", world.address())).header(name, &value);
                assert_harmless(&Answer::of(request.body("{}")).await, &format!("{name}: {value}"));
            }
        }
    }
    world.ada().complete(&held).await.expect(200);
}

#[tokio::test]
async fn a_hosts_odd_answers_are_kept_as_they_are_and_break_out_of_nothing() {
    let world = World::new().await;
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        let token = format!("odd{number}");
        let mut answer = owner("odd", "acc-odd");
        answer["user"]["id"] = json!(hostile);
        answer["user"]["locale"] = json!(hostile);
        answer["account"]["id"] = json!(format!("{hostile}{number}"));
        world.host.knows(&token, answer);
        let odd = world.person(&token).request().await;
        // An id that no counter takes is the host's mistake, and is told so.
        assert!(matches!(odd.status, 201 | 503), "{hostile}: {} {}", odd.status, odd.text);
        if odd.status == 201 {
            assert_eq!(world.person(&token).state().await, "pending", "{hostile}");
        }
    }
    world.ada().request().await.expect(201);
}

#[tokio::test]
async fn no_header_makes_a_mail_lead_elsewhere() {
    let world = World::new().await;
    let evil = "evil.example";
    let request = world.ada().send(Method::POST, "/v1/exports").body(json!({"categories": ["calls"]}).to_string());
    let request = request
        .header("host", evil)
        .header("x-forwarded-host", evil)
        .header("x-forwarded-server", evil)
        .header("x-forwarded-proto", "javascript")
        .header("x-original-url", format!("https://{evil}/confirm"))
        .header("x-forwarded-prefix", format!("//{evil}"))
        .header("forwarded", format!("for=192.0.2.1;host={evil};proto=https"))
        .header("referer", format!("https://{evil}/"));
    let id = text(&Answer::of(request).await.expect(201), "/id");
    world.token_for(&id).await;
    assert!(world.mails().iter().all(|mail| mail.contains(world.address()) && !mail.contains(evil)));
    let page = Client::new().get(format!("{}/confirm", world.address())).header("host", evil).header("x-forwarded-host", evil);
    assert!(!Answer::of(page).await.text.contains(evil));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing_however_it_is_written() {
    let world = World::new().await;
    let held = world.started().await;
    let json_like = json!({"categories": ["calls"], "x": "="}).to_string();
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", "categories=calls"),
        ("text/plain", &*json_like),
        ("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=\"categories\"\r\n\r\ncalls\r\n--x--"),
    ] {
        for (_, path) in ROUTES.iter().filter(|(method, _)| *method == "POST") {
            let url = format!("{}{}?_method=DELETE", world.address(), path.replace("{id}", &held.id));
            for origin in ["https://evil.example", "null"] {
                let form =
                    Client::new().post(&url).bearer_auth("ada").header("origin", origin).header("content-type", content_type);
                let form = form.header("x-http-method-override", "DELETE").body(body.to_owned());
                Answer::of(form).await.refused(403, "origin_not_allowed");
            }
            // Even where the page itself is tricked into sending one.
            let own = Client::new().post(&url).bearer_auth("ada").header("origin", PAGE).header("content-type", content_type);
            Answer::of(own.body(body.to_owned())).await.refused(403, "origin_not_allowed");
        }
    }
    assert_eq!(world.ada().state().await, "processing");
}

#[tokio::test]
async fn looking_with_any_method_at_any_route_changes_nothing() {
    let world = World::new().await;
    let held = world.started().await;
    let before = world.ada().current().await;
    for (taken, path) in ROUTES {
        let path = path.replace("{id}", &held.id);
        for method in ["HEAD", "OPTIONS", "GET", "PUT", "PATCH", "TRACE", "PROPFIND"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = world.ada().send(method.clone(), &path).header("x-carryall-ticket", &held.ticket);
            let body = json!({"lease": held.lease, "epoch": held.epoch, "code": "x", "payload_digest": DIGEST});
            let answer = Answer::of(request.body(body.to_string())).await;
            assert!(answer.status < 500, "{method} {path}: {}", answer.status);
            let is_look = taken == "GET" && matches!(method.as_str(), "GET" | "HEAD");
            if !is_look && method != Method::OPTIONS {
                assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
            }
            assert!(method != Method::HEAD || answer.text.is_empty(), "{path}: HEAD has a body");
        }
    }
    assert_eq!(world.ada().current().await, before);
}

#[tokio::test]
async fn numbers_and_shapes_that_no_call_takes_are_refused() {
    let world = World::new().await;
    let held: Held = world.started().await;
    let deep = format!("{}{}", "[".repeat(8000), "]".repeat(8000));
    let path = format!("/v1/exports/{}/heartbeat", held.id);
    for body in [
        json!({"lease": held.lease, "epoch": -1}).to_string(),
        json!({"lease": held.lease, "epoch": 4_294_967_296_u64}).to_string(),
        json!({"lease": held.lease, "epoch": 1.5}).to_string(),
        json!({"lease": held.lease, "epoch": "1"}).to_string(),
        json!({"lease": [held.lease], "epoch": 1}).to_string(),
        json!({"lease": held.lease, "epoch": 1, "more": 1}).to_string(),
        format!("{{\"lease\":\"{0}\",\"lease\":\"{0}\",\"epoch\":1}}", held.lease),
        format!("{{\"lease\":\"{}\",\"epoch\":1}} {{}}", held.lease),
        "null".to_owned(),
        "[]".to_owned(),
        String::new(),
        deep,
    ] {
        let request = world.ada().send(Method::POST, &path).header("x-carryall-ticket", &held.ticket);
        let answer: Value = Answer::of(request.body(body)).await.refused(400, "bad_request");
        assert!(answer["detail"].as_str().unwrap().len() < 1000);
    }
    world.ada().heartbeat(&held).await.expect(200);
}
