//! A signed-in client, and a host for it to visit.

use carryall_demo::{Options, Running, Search, Size, System};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) const OWNER: &str = "owner@fluxer.example";
pub(crate) const OTHER: &str = "other@fluxer.example";

/// A small host without faults and with windows so short that no limit is met by chance: what a test is about should be the
/// only thing that happens.
pub(crate) fn quiet() -> Options {
    let limit_window = Some(std::time::Duration::from_millis(1));
    Options { faults: false, limit_window, ..Options::new(System::Fluxer, 7, Size::Small) }
}

/// The same without its search.
pub(crate) fn without_search() -> Options {
    Options { search: Search::Off, ..quiet() }
}

/// Someone who visits a host.
pub(crate) struct Visitor {
    client: Client,
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Visitor {
    /// Not signed in.
    pub(crate) fn stranger(host: &Running) -> Self {
        Self { client: Client::new(), url: host.url(), token: String::new() }
    }

    /// Signed in.
    pub(crate) async fn sign_in(host: &Running, email: &str) -> Self {
        let stranger = Self::stranger(host);
        let body = json!({"email": email, "password": "correct horse battery staple"});
        let answer = stranger.request(Method::POST, "/session").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["scheme"], Value::Null);
        Self { token: body["token"].as_str().unwrap().to_owned(), ..stranger }
    }

    /// A request as the app's own pages send it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url)).header("origin", &self.url);
        if self.token.is_empty() { request } else { request.header("authorization", &self.token) }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, &format!("/api{path}")).send().await.unwrap()
    }

    /// The status and the code of a refusal.
    pub(crate) async fn refusal(&self, path: &str) -> (u16, String) {
        refusal(self.get(path).await).await
    }

    /// The body of a good answer, asked for until there is one.
    pub(crate) async fn text(&self, path: &str) -> String {
        loop {
            let answer = self.get(path).await;
            match answer.status().as_u16() {
                200 => return answer.text().await.unwrap(),
                429 | 503 => {}
                other => panic!("{path}: {other}"),
            }
        }
    }

    /// The same understood.
    pub(crate) async fn read(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path).await).unwrap()
    }

    pub(crate) async fn search(&self, body: &Value) -> Response {
        self.request(Method::POST, "/api/search/messages").json(body).send().await.unwrap()
    }

    /// A page of hits, asked for until there is one.
    pub(crate) async fn hits(&self, body: &Value) -> String {
        loop {
            let answer = self.search(body).await;
            match answer.status().as_u16() {
                200 => return answer.text().await.unwrap(),
                202 | 429 | 503 => {}
                other => panic!("{other}"),
            }
        }
    }
}

pub(crate) async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert!(body["message"].is_string(), "{body}");
    (status, body["code"].as_str().unwrap().to_owned())
}

/// The texts at a place in every record of a list.
pub(crate) fn texts(list: &Value, pointer: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|record| record.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}
