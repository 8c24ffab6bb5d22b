//! What the mails say, in English and in German.

use carryall_protocol::Timestamp;

use super::Links;
use crate::ledger::{DueMail, LetterKind};

/// One mail's words.
pub(super) struct Texts {
    /// Its subject.
    pub(super) subject: &'static str,
    /// Its body as plain text.
    pub(super) plain: String,
    /// Its body as HTML.
    pub(super) html: String,
}

/// The languages spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    German,
}

impl Language {
    /// German for any kind of German, else English.
    fn of(locale: Option<&str>) -> Self {
        let primary = locale.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") { Self::German } else { Self::English }
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// A mail as paragraphs around one button.
struct Draft {
    subject: &'static str,
    before: Vec<String>,
    button: Option<(&'static str, String)>,
    after: Vec<String>,
}

impl Texts {
    /// The words of this mail.
    pub(super) fn of(mail: &DueMail, links: &Links) -> Self {
        let language = Language::of(mail.letter.locale.as_deref());
        let draft = match &mail.letter.kind {
            LetterKind::Confirmation { token } => confirmation(language, mail, links, token),
            LetterKind::Ready { browser } => ready(language, mail, links, browser.as_deref()),
        };
        Self { subject: draft.subject, plain: plain(&draft), html: html(language, &draft) }
    }
}

fn confirmation(language: Language, mail: &DueMail, links: &Links, token: &str) -> Draft {
    let invitation = mail.export.invitation.as_ref();
    let code = invitation.map(|invitation| invitation.matching_code.as_str()).unwrap_or_default();
    let by = minute(invitation.map_or(mail.export.requested_at, |invitation| invitation.by));
    let at = minute(mail.export.requested_at);
    let link = format!("{}/confirm#{}.{token}", links.public_url, mail.export.id);
    match language {
        Language::English => Draft {
            subject: "Confirm the export of your account data",
            before: vec![
                format!(
                    "An export of your account data was requested on {at}. Its code is {code}; the settings page shows the same."
                ),
                "To confirm it, follow this link and press the button on the page.".to_owned(),
            ],
            button: Some(("Confirm the export", link)),
            after: vec![
                format!("The link is valid until {by}."),
                "It wasn't you? Then do not follow the link: without it nothing is exported. Change your password, \
                 because somebody may be signed in to your account."
                    .to_owned(),
            ],
        },
        Language::German => Draft {
            subject: "Bitte bestätigen: Export deiner Kontodaten",
            before: vec![
                format!(
                    "Am {at} wurde ein Export deiner Kontodaten angefordert. Sein Code ist {code}; in den Einstellungen steht derselbe."
                ),
                "Zum Bestätigen öffne diesen Link und drücke auf der Seite den Knopf.".to_owned(),
            ],
            button: Some(("Export bestätigen", link)),
            after: vec![
                format!("Der Link gilt bis {by}."),
                "Das warst du nicht? Dann öffne den Link nicht: ohne ihn wird nichts exportiert. Ändere dein Passwort, \
                 denn vielleicht ist jemand anderes in deinem Konto angemeldet."
                    .to_owned(),
            ],
        },
    }
}

fn ready(language: Language, mail: &DueMail, links: &Links, browser: Option<&str>) -> Draft {
    let until = minute(mail.export.completion.map_or(mail.export.changed_at, |completion| completion.available_until));
    let settings = links.return_url.clone();
    match language {
        Language::English => Draft {
            subject: "The export of your account data is ready",
            before: vec![
                format!(
                    "Your export is ready. It lies in the browser that made it ({}), and nowhere else.",
                    browser.unwrap_or("unknown browser")
                ),
                format!("Save it there until {until}; after that it is deleted."),
            ],
            button: settings.map(|link| ("Open the settings page", link)),
            after: vec!["It wasn't you? Change your password at once, because somebody is signed in to your account.".to_owned()],
        },
        Language::German => Draft {
            subject: "Der Export deiner Kontodaten ist fertig",
            before: vec![
                format!(
                    "Dein Export ist fertig. Er liegt in dem Browser, der ihn erstellt hat ({}), und sonst nirgends.",
                    browser.unwrap_or("unbekannter Browser")
                ),
                format!("Speichere ihn dort bis {until}; danach wird er gelöscht."),
            ],
            button: settings.map(|link| ("Einstellungen öffnen", link)),
            after: vec![
                "Das warst du nicht? Ändere sofort dein Passwort, denn jemand anderes ist in deinem Konto angemeldet.".to_owned(),
            ],
        },
    }
}

fn plain(draft: &Draft) -> String {
    let link = draft.button.iter().map(|(_, link)| link.clone());
    let paragraphs: Vec<_> = draft.before.iter().cloned().chain(link).chain(draft.after.iter().cloned()).collect();
    paragraphs.join("\n\n") + "\n"
}

fn html(language: Language, draft: &Draft) -> String {
    let paragraph = |text: &String| format!("<p>{}</p>", escape(text));
    let button = draft.button.as_ref().map(|(label, link)| {
        format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"background:#1a56db;color:#fff;padding:12px 20px;\
             border-radius:8px;text-decoration:none;display:inline-block\">{}</a></p>",
            escape(link),
            escape(label)
        )
    });
    let body: String = draft.before.iter().map(paragraph).chain(button).chain(draft.after.iter().map(paragraph)).collect();
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:system-ui,sans-serif;line-height:1.5;max-width:36em\">{body}</body></html>",
        language.tag(),
        escape(draft.subject)
    )
}

/// Text as it stands between tags and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// "2026-02-28 12:00 UTC".
fn minute(at: Timestamp) -> String {
    let text = at.to_string().replacen('T', " ", 1);
    text.chars().take(16).chain(" UTC".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_kind_of_german_is_answered_in_german_and_all_else_in_english() {
        for (locale, language) in [
            (Some("de"), Language::German),
            (Some("de-AT"), Language::German),
            (Some("den"), Language::English),
            (Some("fr"), Language::English),
            (None, Language::English),
        ] {
            assert_eq!(Language::of(locale), language, "{locale:?}");
        }
    }

    #[test]
    fn a_moment_is_written_to_the_minute() {
        assert_eq!(minute(Timestamp::from_millis(1_772_280_059_123)), "2026-02-28 12:00 UTC");
    }

    #[test]
    fn what_an_operator_configures_cannot_break_out_of_the_html() {
        assert_eq!(escape("\"><b>'&"), "&quot;&gt;&lt;b&gt;&#39;&amp;");
    }
}
