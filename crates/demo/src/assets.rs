//! The static side of the host: its own pages, and carryall's files as an embedding host would serve them.
//!
//! | address | file below the assets directory |
//! |---|---|
//! | `/` | `www/sample/index.html` |
//! | `/sample/*` | `www/sample/*` |
//! | `/sample/config.json` | made here: which system, where the counter is |
//! | `/carryall/www/*`, `/carryall/pkg/*`, `/carryall/catalogs/*` | `www/*`, `pkg/*`, `catalogs/*` |
//! | `/carryall/catalogs/{system}.json` | the same with the origin of this host's media in `media.origins`, where it names some |
//! | `/carryall/bench/*` | `bench/*`: the scripts that measure, which no embedding host serves |
//!
//! **Nothing above those directories can be named**: paths are resolved by tower-http's `ServeDir`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::host::Options;
use crate::media::Origin;
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

/// A catalog as it is served.
async fn served(file: PathBuf, media: Origin) -> Response {
    let Ok(bytes) = tokio::fs::read(file).await else { return StatusCode::NOT_FOUND.into_response() };
    // What is no text is served as it is: that, too, is what a host may do.
    let with_origin = std::str::from_utf8(&bytes).ok().and_then(|text| with_origin(text, media));
    let bytes = with_origin.map_or(bytes, String::into_bytes);
    ([(CONTENT_TYPE, "application/json")], bytes).into_response()
}

type Members = BTreeMap<String, Box<RawValue>>;

/// The catalog with this origin alone in `media.origins`; all else stays as it is spelt. Nothing where it names no origins.
fn with_origin(catalog: &str, media: Origin) -> Option<String> {
    let mut catalog: Members = serde_json::from_str(catalog).ok()?;
    let mut section: Members = serde_json::from_str(catalog.get("media")?.get()).ok()?;
    *section.get_mut("origins")? = to_raw_value(&[media.served()?]).ok()?;
    catalog.insert("media".to_owned(), to_raw_value(&section).ok()?);
    serde_json::to_string(&catalog).ok()
}

/// The files below `directory`, and the sample's config.
pub(crate) fn routes(directory: &Path, options: &Options) -> Router {
    let (system, counter_url, media) = (options.system, options.counter_url.clone(), options.media.origin);
    let catalog_url = format!("/carryall/catalogs/{}.json", system.name());
    let catalog = directory.join("catalogs").join(system.name()).with_extension("json");
    let config = Config { system, title: system.title(), counter_url, catalog_url: catalog_url.clone() };
    let no_cache = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route_service("/", ServeFile::new(directory.join("www/sample/index.html")))
        .route("/sample/config.json", get(move || std::future::ready(Json(config.clone()))))
        .route(&catalog_url, get(move || served(catalog.clone(), media)))
        .nest_service("/sample", ServeDir::new(directory.join("www/sample")))
        .nest_service("/carryall/www", ServeDir::new(directory.join("www")))
        .nest_service("/carryall/pkg", ServeDir::new(directory.join("pkg")))
        .nest_service("/carryall/catalogs", ServeDir::new(directory.join("catalogs")))
        .nest_service("/carryall/bench", ServeDir::new(directory.join("bench")))
        .layer(no_cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_names_the_media_host_that_is_there_and_is_else_as_it_was() {
        let media = "http://127.0.0.1:9002".parse().unwrap();
        let catalog = r#"{"name":"x","media":{"origins":["https://a","https://b"],"default":"files"},"n":1.50}"#;
        let expected = r#"{"media":{"default":"files","origins":["http://127.0.0.1:9002"]},"n":1.50,"name":"x"}"#;
        assert_eq!(with_origin(catalog, media).as_deref(), Some(expected));
        for untouched in ["{}", "[]", r#"{"media":{}}"#, r#"{"media":[]}"#, ""] {
            assert_eq!(with_origin(untouched, media), None, "{untouched}");
        }
        assert_eq!(with_origin(catalog, Origin::Example), None);
    }
}
