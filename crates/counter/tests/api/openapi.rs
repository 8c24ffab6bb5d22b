//! The OpenAPI document: what the types give, every route in it, and every answer as it says.

mod document;

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::helpers::{Answer, DIGEST, Held, World, text};

/// What is served.
const PUBLISHED: &str = include_str!("../../assets/openapi.json");

/// The routes, as the router is built of them.
const ROUTER: &str = include_str!("../../src/http.rs");

#[test]
fn the_published_document_is_what_the_types_give() {
    let mut written = serde_json::to_string_pretty(&document::document()).unwrap();
    written.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/openapi.json");
        return fs::write(file, written).unwrap();
    }
    assert!(PUBLISHED == written, "run `UPDATE=1 cargo test -p carryall-counter --test api openapi`");
}

/// Method and path of every call that the router has below `/v1`.
fn routes() -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for line in ROUTER.lines().filter_map(|line| line.trim().strip_prefix(".route(\"/v1/")) {
        let (path, rest) = line.split_once("\", ").unwrap();
        let (method, _) = rest.trim_start_matches("axum::routing::").split_once('(').unwrap();
        routes.push((method.to_owned(), format!("/v1/{path}")));
    }
    routes
}

#[test]
fn every_route_stands_in_it_and_nothing_else() {
    let document = document::document();
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        documented.extend(methods.map(|method| (method.clone(), path.clone())));
    }
    let mut routes = routes();
    assert!(routes.len() >= 11, "{routes:?}");
    routes.sort();
    documented.sort();
    assert_eq!(documented, routes);
}

#[tokio::test]
async fn it_is_served_and_refers_to_nothing_that_is_not_there() {
    let world = World::new().await;
    let served = Answer::of(Client::new().get(format!("{}/openapi.json", world.address()))).await;
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.text, PUBLISHED);
    let document = served.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, references)),
        _ => {}
    }
}

/// The document, to hold calls against.
struct Contract(Value);

impl Contract {
    /// The part of the document that `at` leads to.
    fn validator(&self, at: &Value) -> Validator {
        let mut schema = at.clone();
        schema["components"] = self.0["components"].clone();
        jsonschema::validator_for(&schema).unwrap()
    }

    #[track_caller]
    fn hold(&self, schema: &Value, value: &Value, what: &str) {
        assert!(schema.is_object(), "{what} has no schema");
        let errors: Vec<_> = self.validator(schema).iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?} in {value}");
    }

    /// Makes a call as the document describes it, and holds its answer against the document.
    async fn call(&self, world: &World, method: &str, path: &str, held: Option<&Held>, body: Option<Value>) -> Value {
        let id = held.map(|held| held.id.clone()).unwrap_or_default();
        let operation = &self.0["paths"][path][method];
        let what = format!("{method} {path}");
        let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let mut request = world.ada().send(verb, &path.replace("{id}", &id));
        if let Some(ticket) = held.map(|held| &held.ticket).filter(|ticket| !ticket.is_empty()) {
            request = request.header("x-carryall-ticket", ticket);
        }
        if let Some(body) = &body {
            self.hold(&operation["requestBody"]["content"]["application/json"]["schema"], body, &format!("the body of {what}"));
            request = request.body(body.to_string());
        }
        let answer = Answer::of(request).await;
        let responses = &operation["responses"];
        let (response, content) = match responses.get(answer.status.to_string()) {
            Some(response) => (response, "application/json"),
            None => (&self.0["components"]["responses"]["Refused"], "application/problem+json"),
        };
        let status = answer.status;
        for name in response["headers"].as_object().map(serde_json::Map::keys).into_iter().flatten() {
            let optional = ["Preference-Applied", "Retry-After"].contains(&name.as_str());
            assert!(optional || answer.header(name).is_some(), "{what}: {status} without {name}");
        }
        if status == 204 {
            return Value::Null;
        }
        assert_eq!(answer.header("content-type"), Some(content), "{what}: {}", answer.text);
        let value = answer.expect(status);
        self.hold(&response["content"][content]["schema"], &value, &format!("{status} of {what}"));
        value
    }
}

#[tokio::test]
async fn every_answer_of_a_life_cycle_is_as_it_says() {
    let world = World::new().await;
    let contract = Contract(document::document());
    let call = async |method: &str, path: &str, held: Option<&Held>, body| contract.call(&world, method, path, held, body).await;
    call("get", "/v1/keys", None, None).await;
    call("get", "/v1/exports/current", None, None).await;
    let id = text(&call("post", "/v1/exports", None, Some(json!({"categories": ["calls"], "locale": "de"}))).await, "/id");
    let named = |id: &str| Held { id: id.to_owned(), lease: String::new(), epoch: 0, ticket: String::new() };
    let refused = call("post", "/v1/exports", None, Some(json!({"categories": ["calls"]}))).await;
    assert_eq!(refused["code"], "active_export");
    call("get", "/v1/exports/current", None, None).await;
    let wrong = Some(json!({"token": "x"}));
    assert_eq!(call("post", "/v1/exports/{id}/confirm", Some(&named(&id)), wrong.clone()).await["code"], "token_wrong");
    assert_eq!(call("post", "/v1/exports/{id}/deny", Some(&named(&id)), wrong).await["code"], "token_wrong");
    let token = Some(json!({"token": world.token_for(&id).await}));
    call("post", "/v1/exports/{id}/confirm", Some(&named(&id)), token).await;
    let held = Held::new(&call("post", "/v1/exports/{id}/start", Some(&named(&id)), Some(json!({"takeover": false}))).await);
    call("get", "/v1/exports/current", None, None).await;
    call("get", "/v1/authorize", Some(&held), None).await;
    let mine = json!({"lease": held.lease, "epoch": held.epoch});
    call("post", "/v1/exports/{id}/heartbeat", Some(&held), Some(mine.clone())).await;
    let mut complete = mine.clone();
    complete["payload_digest"] = json!(DIGEST);
    call("post", "/v1/exports/{id}/complete", Some(&held), Some(complete)).await;
    call("get", "/v1/exports/current", None, None).await;
    let mut fail = mine;
    fail["code"] = json!("storage_full");
    assert_eq!(call("post", "/v1/exports/{id}/fail", Some(&held), Some(fail)).await["code"], "wrong_state");
    assert_eq!(call("delete", "/v1/exports/{id}", Some(&held), None).await["state"], "expired");
    assert_eq!(call("get", "/v1/authorize", Some(&named(&id)), None).await["code"], "ticket_invalid");
    call("get", "/v1/exports/current", None, None).await;
}

#[test]
fn an_unknown_field_and_a_wrong_lease_break_what_it_says() {
    let contract = Contract(document::document());
    let heartbeat = contract.validator(&json!({"$ref": "#/components/schemas/Heartbeat"}));
    let lease = "0123456789abcdef0123456789abcdef";
    assert!(heartbeat.is_valid(&json!({"lease": lease, "epoch": 1})));
    for bad in [json!({"lease": lease}), json!({"lease": "x", "epoch": 1}), json!({"lease": lease, "epoch": 1, "more": 1})] {
        assert!(!heartbeat.is_valid(&bad), "{bad}");
    }
}
