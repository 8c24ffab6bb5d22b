//! Calls that a person's browser would never make: straight to the counter, as another program would.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::poll;
use crate::stack::Stack;

/// The sample host's person.
pub const EMAIL: &str = "owner@talkif.example";
/// Their password.
pub const PASSWORD: &str = "correct horse battery staple";

/// Another program in which the same person is signed in.
#[derive(Debug)]
pub struct Caller {
    client: Client,
    host: String,
    counter: String,
    token: String,
}

impl Caller {
    /// Signs the sample host's person in.
    ///
    /// # Errors
    ///
    /// Where the host refuses.
    pub async fn sign_in(stack: &Stack) -> Result<Self> {
        let client = Client::new();
        let sign_in = client.post(format!("{}/session", stack.host())).json(&json!({ "email": EMAIL, "password": PASSWORD }));
        let answer: Value = sign_in.send().await?.error_for_status()?.json().await?;
        let token = answer["token"].as_str().context("the host gave no token")?.to_owned();
        Ok(Self { client, host: stack.host().to_owned(), counter: stack.counter().to_owned(), token })
    }

    /// Calls the counter as the panel would, and gives status and answer.
    ///
    /// # Errors
    ///
    /// Where there is no answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<(StatusCode, Value)> {
        let request = self.client.request(method, format!("{}{path}", self.counter));
        let request = request.bearer_auth(&self.token).header("origin", &self.host).header("x-carryall", "1");
        answer(request.json(&body.unwrap_or(json!({})))).await
    }

    /// Calls the counter with nothing but a method.
    ///
    /// # Errors
    ///
    /// Where there is no answer.
    pub async fn bare(&self, method: Method, path: &str) -> Result<(StatusCode, Value)> {
        answer(self.client.request(method, format!("{}{path}", self.counter))).await
    }

    /// What the counter says of the account's export.
    ///
    /// # Errors
    ///
    /// Where it does not say.
    pub async fn current(&self) -> Result<Value> {
        let (status, current) = self.call(Method::GET, "/v1/exports/current", None).await?;
        ensure!(status == StatusCode::OK, "the counter answers {status}: {current}");
        Ok(current)
    }

    /// Waits until the counter says what is hoped for.
    ///
    /// # Errors
    ///
    /// Where it does not in time.
    pub async fn wait_for(&self, what: &str, patience: Duration, hoped: impl Fn(&Value) -> bool) -> Result<Value> {
        poll::until(what, patience, async || Ok(Some(self.current().await?).filter(|current| hoped(current)))).await
    }
}

async fn answer(request: RequestBuilder) -> Result<(StatusCode, Value)> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}
