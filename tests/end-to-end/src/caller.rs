//! Calls that a person's browser would never make: straight to the counter, as another program would.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use ureq::Agent;
pub use ureq::http::Method;
use ureq::http::Request;

use crate::poll;
use crate::stack::Stack;

/// The password of the sample host's person.
pub const PASSWORD: &str = "correct horse battery staple";

/// Pages of a list, with those asked for again.
const MOST_PAGES: usize = 100;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Another program in which the same person is signed in.
#[derive(Debug)]
pub struct Caller {
    host: String,
    counter: String,
    authorization: String,
}

impl Caller {
    /// Signs the sample host's person in.
    ///
    /// # Errors
    ///
    /// Where the host refuses.
    pub fn sign_in(stack: &Stack) -> Result<Self> {
        Self::sign_in_as(stack, &stack.person())
    }

    /// Signs another of the sample host's people in.
    ///
    /// # Errors
    ///
    /// Where the host refuses.
    pub fn sign_in_as(stack: &Stack, email: &str) -> Result<Self> {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let (status, answer) = send(Method::POST, &format!("{}/session", stack.host()), &[], Some(&credentials))?;
        let token = answer["token"].as_str().with_context(|| format!("the host answers {status}: {answer}"))?;
        let scheme = answer["scheme"].as_str().map(|scheme| format!("{scheme} ")).unwrap_or_default();
        Ok(Self { host: stack.host().to_owned(), counter: stack.counter().to_owned(), authorization: scheme + token })
    }

    /// Calls the counter as the panel would, and gives status and answer.
    ///
    /// # Errors
    ///
    /// Where there is no answer.
    pub fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let headers = [("authorization", self.authorization.as_str()), ("origin", &self.host), ("x-carryall", "1")];
        send(method, &format!("{}{path}", self.counter), &headers, body)
    }

    /// Every record of a list of the host's API, once each, page by page until one brings nothing new: records that arrive
    /// meanwhile push others down, and none away. Pages on which the host has a bad moment are asked for again.
    ///
    /// # Errors
    ///
    /// Where the host hands out no list.
    pub fn list(&self, path: &str, key: &str) -> Result<Vec<Value>> {
        let mut records: BTreeMap<String, Value> = BTreeMap::new();
        for _ in 0..MOST_PAGES {
            let address = format!("{}/api/v1{path}?limit=100&offset={}", self.host, records.len());
            let (status, page) = send(Method::GET, &address, &[("authorization", &self.authorization)], None)?;
            if status == 429 || status == 503 {
                continue;
            }
            let found = page[key].as_array().with_context(|| format!("the host answers {status}: {page}"))?;
            let before = records.len();
            records.extend(found.iter().map(|record| (record["id"].to_string(), record.clone())));
            if records.len() == before {
                return Ok(records.into_values().collect());
            }
        }
        bail!("{path} has more than {MOST_PAGES} pages")
    }

    /// What the counter says of the account's export.
    ///
    /// # Errors
    ///
    /// Where it does not say.
    pub fn current(&self) -> Result<Value> {
        let (status, current) = self.call(Method::GET, "/v1/exports/current", None)?;
        ensure!(status == 200, "the counter answers {status}: {current}");
        Ok(current)
    }

    /// Waits until the counter says what is hoped for.
    ///
    /// # Errors
    ///
    /// Where it does not in time.
    pub async fn wait_for(&self, what: &str, patience: Duration, hoped: impl Fn(&Value) -> bool) -> Result<Value> {
        poll::until(what, patience, async || Ok(Some(self.current()?).filter(|current| hoped(current)))).await
    }
}

/// Sends a request, with a JSON body or none, and gives status and answer whatever they are.
///
/// # Errors
///
/// Where there is no answer.
pub fn send(method: Method, address: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Result<(u16, Value)> {
    let agent = Agent::from(Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build());
    let plain = Request::builder().method(method).uri(address);
    let request = headers.iter().fold(plain, |request, (name, value)| request.header(*name, *value));
    let mut response = match body {
        Some(body) => agent.run(request.header("content-type", "application/json").body(body.to_string())?)?,
        None => agent.run(request.body(())?)?,
    };
    let text = response.body_mut().read_to_string()?;
    Ok((response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
}
