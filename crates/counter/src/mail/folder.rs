//! Mail into a folder: one `.eml` file each. **Folder and files are their owner's alone**: a confirmation mail confirms.

use std::io;
use std::path::Path;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use crate::private;

/// Makes the folder where it is missing; one that exists keeps its mode.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    private::folder().recursive(true).create(folder)
}

/// Writes one mail. Said twice, it is there once.
pub(super) async fn put(folder: &Path, name: &str, mail: &[u8]) -> io::Result<()> {
    let mut options = private::file();
    options.create(true).truncate(true);
    let mut file = OpenOptions::from(options).open(folder.join(format!("{name}.eml"))).await?;
    file.write_all(mail).await?;
    file.flush().await
}
