//! The mails of a stack, read as a mail program reads them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use mailparse::{MailHeaderMap, ParsedMail};

use crate::poll;

const DELIVERY: Duration = Duration::from_secs(20);

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Who it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its plain text, or all its text where it has several parts.
    pub text: String,
}

impl Mail {
    /// The link in it that confirms: `{public address}/confirm?lang={language}#{export id}.{token}`.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn confirmation_link(&self) -> Result<&str> {
        let is_link = |word: &&str| word.starts_with("http") && word.contains("/confirm?") && !word.ends_with(".no");
        self.text.split_whitespace().find(is_link).with_context(|| format!("no confirmation link in the mail {:?}", self.subject))
    }

    /// The link in it that says "it wasn't me": the same with `.no` at its end.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn denial_link(&self) -> Result<&str> {
        let is_link = |word: &&str| word.starts_with("http") && word.contains("/confirm?") && word.ends_with(".no");
        self.text.split_whitespace().find(is_link).with_context(|| format!("no denial link in the mail {:?}", self.subject))
    }
}

/// All mails in the folder, in the order they were written.
///
/// # Errors
///
/// Where one cannot be read as a mail.
pub fn read(folder: &Path) -> Result<Vec<Mail>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "eml") {
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    files.sort();
    files.iter().map(|(_, file)| parse(&std::fs::read(file)?)).collect()
}

/// The mail number `count`, once it is there.
///
/// # Errors
///
/// Where it does not come in time.
pub async fn wait_for(folder: &Path, count: usize) -> Result<Mail> {
    let what = format!("mail number {count}");
    poll::until(&what, DELIVERY, async || Ok(read(folder)?.into_iter().nth(count.saturating_sub(1)))).await
}

fn parse(bytes: &[u8]) -> Result<Mail> {
    let mail = mailparse::parse_mail(bytes)?;
    let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    let plain = mail.parts().find(|part| part.ctype.mimetype == "text/plain");
    let text = plain.map_or_else(|| mail.get_body(), ParsedMail::get_body)?;
    Ok(Mail { to: header("To"), subject: header("Subject"), text })
}
