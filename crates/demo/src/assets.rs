//! The static side of the host: its own pages, and carryall's files as an embedding host would serve them.
//!
//! | address | file below the assets directory |
//! |---|---|
//! | `/` | `www/sample/index.html` |
//! | `/sample/*` | `www/sample/*` |
//! | `/sample/config.json` | made here: which system, where the counter is |
//! | `/carryall/www/*`, `/carryall/pkg/*`, `/carryall/catalogs/*` | `www/*`, `pkg/*`, `catalogs/*` |
//! | `/carryall/bench/*` | `bench/*`: the scripts that measure, which no embedding host serves |
//!
//! **Nothing above those directories can be named**: paths are resolved by tower-http's `ServeDir`.

use std::path::Path;

use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::system::System;

/// What the sample page needs to know.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    system: System,
    title: &'static str,
    counter_url: String,
    catalog_url: String,
}

/// The files below `directory`, and the sample's config.
pub(crate) fn routes(directory: &Path, system: System, counter_url: &str) -> Router {
    let catalog_url = format!("/carryall/catalogs/{}.json", system.name());
    let config = Config { system, title: system.title(), counter_url: counter_url.to_owned(), catalog_url };
    let no_cache = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route_service("/", ServeFile::new(directory.join("www/sample/index.html")))
        .route("/sample/config.json", get(move || std::future::ready(Json(config.clone()))))
        .nest_service("/sample", ServeDir::new(directory.join("www/sample")))
        .nest_service("/carryall/www", ServeDir::new(directory.join("www")))
        .nest_service("/carryall/pkg", ServeDir::new(directory.join("pkg")))
        .nest_service("/carryall/catalogs", ServeDir::new(directory.join("catalogs")))
        .nest_service("/carryall/bench", ServeDir::new(directory.join("bench")))
        .layer(no_cache)
}
