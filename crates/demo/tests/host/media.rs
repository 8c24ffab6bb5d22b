//! The media host over HTTP: recordings, pictures and videos, ranges and permissions, and bad servers.

mod bad;
mod careful;
mod files;
mod manners;

use carryall_demo::media::Terms;
use carryall_demo::{Options, Running, System};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::visitor::{OWNER, Visitor, quiet};

/// Moments that are surely later than all data and earlier than all arrivals.
const FROZEN: &str = "2026-02-28T12:00:00Z";

/// A host of Talkif or X with small files.
fn small(system: System) -> Options {
    Options { system, media: Terms { largest: 9_000, ..Terms::default() }, ..quiet() }
}

/// The calls that are exported and have a recording, by their ids.
async fn recorded(visitor: &Visitor) -> Vec<String> {
    let page = visitor.read(&format!("/api/v1/calls?limit=100&endDate={FROZEN}")).await;
    let all = page["calls"].as_array().unwrap().iter();
    let fit = all.filter(|call| call["status"] == "completed" && call["scrubbed"] == false);
    fit.map(|call| call["id"].as_str().unwrap().to_owned()).collect()
}

async fn recording(visitor: &Visitor, call: &str) -> Value {
    visitor.read(&format!("/api/v1/calls/{call}/recording")).await
}

/// A host of Talkif, and the address of one recording there.
async fn a_recording(options: Options) -> (Running, String) {
    let host = Running::start(options).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let call = recorded(&visitor).await.swap_remove(0);
    let url = recording(&visitor, &call).await["url"].as_str().unwrap().to_owned();
    (host, url)
}

/// A request as a page of another origin sends it, which follows nobody elsewhere.
fn ask(method: Method, url: &str) -> RequestBuilder {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    client.request(method, url).header("origin", "https://app.example")
}

async fn get(url: &str) -> Response {
    ask(Method::GET, url).send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}
