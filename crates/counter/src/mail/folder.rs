//! Mail into a folder: one `.eml` file each. **Folder and files are their owner's alone**: a confirmation mail confirms.

use std::io;
use std::path::Path;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

/// Makes the folder where it is missing; one that exists keeps its mode.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes one mail. Said twice, it is there once.
pub(super) async fn put(folder: &Path, name: &str, mail: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(folder.join(format!("{name}.eml"))).await?;
    file.write_all(mail).await?;
    file.flush().await
}
