//! `[admin]`: the operator's own listener.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The operator's own listener: `/metrics` for everybody who reaches it, the rest for whoever shows the token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// Where to listen; never an address the public reaches.
    pub listen: SocketAddr,
    /// The file that holds the token, made on the first start; mode 0600.
    pub token_file: PathBuf,
}

impl AdminConfig {
    pub(super) fn place_paths(&mut self, own: &Path) {
        self.token_file = own.join(&self.token_file);
    }
}
