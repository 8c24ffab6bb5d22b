//! A signed-in client, and a host for it to visit.

use carryall_demo::{Options, Running, Size, System};
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) const OWNER: &str = "owner@talkif.example";
pub(crate) const VIEWER: &str = "viewer@talkif.example";
pub(crate) const OTHER: &str = "other@talkif.example";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A small host without faults: what a test is about should be the only thing that happens.
pub(crate) fn quiet() -> Options {
    Options { faults: false, ..Options::new(System::Talkif, 7, Size::Small) }
}

/// Someone who visits a host.
pub(crate) struct Visitor {
    client: Client,
    url: String,
    pub(crate) token: String,
    pub(crate) cookie: String,
}

impl Visitor {
    /// Not signed in.
    pub(crate) fn stranger(host: &Running) -> Self {
        Self { client: Client::new(), url: host.url(), token: String::new(), cookie: String::new() }
    }

    /// Signed in.
    pub(crate) async fn sign_in(host: &Running, email: &str) -> Self {
        let mut visitor = Self::stranger(host);
        let answer = visitor.enter(email, PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::OK);
        visitor.keep(answer).await;
        visitor
    }

    /// Asks for a session.
    pub(crate) async fn enter(&self, email: &str, password: &str) -> Response {
        let body = json!({"email": email, "password": password});
        self.request(Method::POST, "/session").json(&body).send().await.unwrap()
    }

    /// Asks for the next access token, with the cookie alone.
    pub(crate) async fn refresh(&self) -> Response {
        let request = self.client.post(format!("{}/session/refresh", self.url)).header(COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    /// Keeps the token and the cookie of an answer.
    pub(crate) async fn keep(&mut self, answer: Response) -> Value {
        self.cookie = set_cookie(answer.headers()).split(';').next().unwrap().to_owned();
        let body: Value = answer.json().await.unwrap();
        self.token = body["token"].as_str().unwrap().to_owned();
        body
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// The status alone.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }

    /// The body of a good answer.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }
}

pub(crate) fn set_cookie(headers: &HeaderMap) -> String {
    headers[SET_COOKIE].to_str().unwrap().to_owned()
}

/// The ids in a list, as JSON texts.
pub(crate) fn ids(page: &Value, key: &str) -> Vec<String> {
    page[key].as_array().unwrap().iter().map(|record| record["id"].to_string()).collect()
}
