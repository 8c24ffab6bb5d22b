//! What the page provides to a running export.

use carryall_protocol::job::Progress;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

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
    pub(crate) async fn headers(&self, refresh: bool) -> Option<Vec<(String, String)>> {
        let headers = self.authorize(refresh).await.ok()?;
        serde_wasm_bindgen::from_value::<std::collections::BTreeMap<String, String>>(headers).ok().map(Vec::from_iter)
    }

    /// Shows the page how far the export is.
    pub(crate) fn show(&self, progress: &Progress) {
        if let Ok(progress) = serde_wasm_bindgen::to_value(progress) {
            self.progress(progress);
        }
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
