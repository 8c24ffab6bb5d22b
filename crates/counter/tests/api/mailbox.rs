//! The mails that arrive, and what they leave behind.

use std::fs;
use std::time::Duration;

use crate::helpers::World;

/// How often a test looks for what happens behind its back, 20 ms apart.
const LOOKS: usize = 500;

impl World {
    /// Every mail there is, decoded.
    pub(crate) fn mails(&self) -> Vec<String> {
        let entries = fs::read_dir(self.mail_folder()).unwrap();
        entries.map(|entry| decoded(&fs::read_to_string(entry.unwrap().path()).unwrap())).collect()
    }

    /// The mail that contains all of these, once it has arrived.
    pub(crate) async fn mail_with(&self, marks: &[&str]) -> String {
        for _ in 0..LOOKS {
            let found = self.mails().into_iter().find(|mail| marks.iter().all(|mark| mail.contains(mark)));
            if let Some(mail) = found {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail with {marks:?} in {:#?}", self.mails());
    }

    /// The token of the confirmation mail for this export.
    pub(crate) async fn token_for(&self, id: &str) -> String {
        let mark = format!("#{id}.");
        let mail = self.mail_with(&[&mark, "</html>"]).await;
        let (_, rest) = mail.split_once(&mark).unwrap();
        rest.chars().take(43).collect()
    }

    /// Looks at the current export until the mail's state is this one.
    pub(crate) async fn mail_is(&self, state: &str) {
        for _ in 0..LOOKS {
            if self.ada().current().await["export"]["mail"] == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the mail never was {state}");
    }
}

impl World {
    /// The database, as nobody but a test reads it.
    pub(crate) async fn database(&self) -> sqlx::SqlitePool {
        let file = format!("sqlite://{}", self.folder.path().join("counter.sqlite3").display());
        sqlx::SqlitePool::connect(&file).await.unwrap()
    }

    /// Whether this text is in any file of the database.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let files = ["counter.sqlite3", "counter.sqlite3-wal"].map(|name| self.folder.path().join(name));
        let bytes = files.map(|file| fs::read(file).unwrap_or_default());
        bytes.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

/// Quoted-printable undone, as far as these mails need it.
pub(crate) fn decoded(mail: &str) -> String {
    let joined = mail.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match escape.filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// None of these texts is in any file of the database, a moment from now at the latest.
pub(crate) async fn assert_no_trace(world: &World, texts: &[&str]) {
    for _ in 0..LOOKS {
        if !texts.iter().any(|text| world.holds(text)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("one of {texts:?} is still in the database");
}
