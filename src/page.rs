//! What the page provides to a running export.

use carryall_protocol::job::Progress;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::wire;

/// Why the page gives no headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCredentials {
    /// The person is signed out.
    SignedOut,
    /// The page could not tell; asking again may help.
    NotNow,
}

impl NoCredentials {
    fn from_js(error: &JsValue) -> Self {
        let code = js_sys::Reflect::get(error, &JsValue::from_str("code")).ok().and_then(|code| code.as_string());
        if code.as_deref() == Some("unauthenticated") { Self::SignedOut } else { Self::NotNow }
    }
}

#[wasm_bindgen]
extern "C" {
    /// The page's side of an export, implemented by `www/worker.js`.
    pub type JobPage;

    /// The headers that carry the host's session, as an object; with `refresh` the last ones were refused.
    #[wasm_bindgen(method, catch)]
    async fn authorize(this: &JobPage, refresh: bool) -> Result<JsValue, JsValue>;

    /// Takes a `Progress` object.
    #[wasm_bindgen(method)]
    fn progress(this: &JobPage, progress: JsValue);

    /// Aborted when the person cancels.
    #[wasm_bindgen(method, getter)]
    fn signal(this: &JobPage) -> AbortSignal;
}

impl JobPage {
    /// Asks the page for the session's headers.
    ///
    /// # Errors
    ///
    /// [`NoCredentials::SignedOut`] where the page says so (no headers, or an error with the code `unauthenticated`);
    /// [`NoCredentials::NotNow`] where it could not be asked.
    pub(crate) async fn headers(&self, refresh: bool) -> Result<Vec<(String, String)>, NoCredentials> {
        let headers = self.authorize(refresh).await.map_err(|error| NoCredentials::from_js(&error))?;
        let headers = wire::text(&headers).and_then(|json| carryall_core::wire::headers(&json).ok());
        headers.flatten().ok_or(NoCredentials::SignedOut)
    }

    /// Shows the page how far the export is.
    pub(crate) fn show(&self, progress: &Progress) {
        self.progress(wire::to_js(progress));
    }

    /// Whether the person has cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.signal().aborted()
    }

    /// The signal that ends every request of this export.
    pub(crate) fn abort_signal(&self) -> AbortSignal {
        self.signal()
    }
}
