//! What the wasm module weighs, as it lies in `pkg/` and as it travels.

use std::process::Command;

use anyhow::{Result, ensure};
use serde::Serialize;

use crate::stack::workspace;

/// Bytes of the module.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WasmSize {
    /// As it lies there.
    pub wasm_bytes: u64,
    /// After `gzip -9`.
    pub wasm_gzip_bytes: u64,
}

impl WasmSize {
    /// Weighs `pkg/carryall_bg.wasm`.
    ///
    /// # Errors
    ///
    /// Where it is not built, or gzip is missing.
    pub fn measure() -> Result<Self> {
        let module = workspace().join("pkg/carryall_bg.wasm");
        let wasm_bytes = std::fs::metadata(&module)?.len();
        let packed = Command::new("gzip").args(["-9", "--stdout"]).arg(&module).output()?;
        ensure!(packed.status.success(), "gzip: {}", packed.status);
        Ok(Self { wasm_bytes, wasm_gzip_bytes: packed.stdout.len() as u64 })
    }
}
