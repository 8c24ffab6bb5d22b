//! Files and folders that are their owner's alone: keys, the ledger, tokens, mails. Where the system knows no modes, whoever may enter the
//! folder above may read them.

use std::fs::{DirBuilder, Metadata, OpenOptions};

/// How a file is made that nobody else may read (mode 0600). One that exists keeps its mode.
pub(crate) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// How a folder is made that nobody else may enter (mode 0700). One that exists keeps its mode.
pub(crate) fn folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Whether others may read, change or enter what this describes.
#[cfg(unix)]
pub(crate) fn is_exposed(data: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    data.permissions().mode() & 0o077 != 0
}

/// The same where the system knows no modes.
#[cfg(not(unix))]
pub(crate) const fn is_exposed(_: &Metadata) -> bool {
    false
}
