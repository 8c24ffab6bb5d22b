//! carryall: account data, packed in the person's own browser.
//!
//! This crate is the browser edge, compiled to WebAssembly and run in a dedicated worker. It connects the
//! [core](carryall_core) to `fetch`, the origin's private file system and the counter. **No decision about data is taken
//! here**: an exported function forwards, and what a page, a failure or a record means is the core's business.
//!
//! # Layout
//!
//! | module | what it holds |
//! |---|---|
//! | `export` | the whole product in one function, in the order it happens |
//! | `page` | what the page provides: credentials, progress, cancellation |
//! | `credentials` | the session's headers, and one refresh at a time |
//! | `host`, `media` | the catalog, and one page of the host's API; one file that a record tells of |
//! | `traffic` | everything that is under way at once |
//! | `counter`, `lease` | who may export, and that this tab still does |
//! | `staging` | where the archive lives while it is built: the private file system, or memory |
//! | `progress`, `clock`, `error` | what the page sees; time; `{code, description}` |
//! | `wire` | plain objects of the page as types, and back |
//!
//! From JavaScript there is one function, [`run_export`]; the panel in `www/` calls it through `www/worker.js`.

#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
compile_error!(
    "carryall needs simd128 on wasm32: a RUSTFLAGS variable has replaced the flags of .cargo/config.toml; unset it, or add -Ctarget-feature=+simd128"
);

mod clock;
mod counter;
mod credentials;
mod error;
mod export;
mod host;
mod lease;
mod media;
mod page;
mod progress;
pub mod staging;
mod traffic;
mod wire;

use carryall_core::readme::Words;
use wasm_bindgen::prelude::*;

pub use page::JobPage;

/// Runs one export that the counter has confirmed: start, read, pack, read back, complete, seal.
///
/// `options` is a `JobOptions` object; `readme` is the text of the package's `archive/readme.<language>.json`. The promise resolves to `{summary, file}`: a `Summary`, and the sealed archive as a
/// `File` or, where there is no private file system, a `Blob`. To be called in a dedicated worker.
///
/// # Errors
///
/// An object `{code, description}`. Nothing that looks like an archive is left behind.
#[wasm_bindgen(js_name = runExport)]
pub async fn run_export(options: JsValue, page: JobPage, readme: String) -> Result<JsValue, JsValue> {
    console_error_panic_hook::set_once();
    let options = carryall_core::wire::options(&wire::text(&options).unwrap_or_default());
    let options = options.map_err(|error| error::JobError::Options(error.to_string()).into_js())?;
    let words = Words::read(&readme).map_err(|error| error::JobError::Readme(error).into_js())?;
    export::run(options, page, words).await.map_err(error::JobError::into_js)
}
