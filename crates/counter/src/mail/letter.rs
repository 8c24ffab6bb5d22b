//! What a mail says, in the reader's language: once as plain text, once as HTML, from the same blocks.

use super::moment::Zone;
use super::{Links, escape};
use crate::languages::Language;
use crate::languages::words::{Direction, Piece, pieces};
use crate::ledger::{DueMail, LetterKind};

/// One mail, written out.
pub(super) struct Written {
    /// Its subject.
    pub(super) subject: String,
    /// Its body as plain text.
    pub(super) plain: String,
    /// Its body as HTML.
    pub(super) html: String,
}

/// What is filled in.
struct Value<'v> {
    placeholder: &'static str,
    text: &'v str,
    /// Whether it is an address that can be followed.
    is_link: bool,
}

/// One block of a mail.
enum Block<'b> {
    Paragraph(&'b str),
    Button { label: &'b str, address: String },
    Link { label: &'b str, address: String },
}

/// How blocks are written out.
struct Pen<'p> {
    language: &'p Language,
    values: Vec<Value<'p>>,
}

impl Written {
    /// This mail in this language.
    pub(super) fn new(mail: &DueMail, language: &Language, links: &Links, zone: &Zone) -> Self {
        match &mail.letter.kind {
            LetterKind::Confirmation { token } => confirmation(mail, token, language, links, zone),
            LetterKind::Ready { browser } => ready(mail, browser.as_deref(), language, links, zone),
        }
    }
}

fn confirmation(mail: &DueMail, token: &str, language: &Language, links: &Links, zone: &Zone) -> Written {
    let texts = &language.words.confirmation;
    let invitation = mail.export.invitation.as_ref();
    let code = invitation.map(|invitation| invitation.matching_code.as_str()).unwrap_or_default();
    let requested_at = zone.write(mail.export.requested_at);
    let confirm_by = zone.write(invitation.map_or(mail.export.requested_at, |invitation| invitation.by));
    let link = format!("{}/confirm?lang={}#{}.{token}", links.public_url, language.tag, mail.export.id);
    let mut pen = Pen::new(language, links);
    pen.knows("code", code);
    pen.knows("requested_at", &requested_at);
    pen.knows("confirm_by", &confirm_by);
    let blocks = [
        Block::Paragraph(&texts.requested),
        Block::Paragraph(&texts.how),
        Block::Button { label: &texts.button, address: link.clone() },
        Block::Paragraph(&texts.until),
        Block::Paragraph(&texts.not_me),
        Block::Link { label: &texts.not_me_link, address: format!("{link}.no") },
    ];
    pen.write(&texts.subject, &blocks)
}

fn ready(mail: &DueMail, browser: Option<&str>, language: &Language, links: &Links, zone: &Zone) -> Written {
    let texts = &language.words.ready;
    let until = mail.export.completion.map_or(mail.export.changed_at, |completion| completion.available_until);
    let available_until = zone.write(until);
    let mut pen = Pen::new(language, links);
    pen.knows("browser", browser.unwrap_or(&texts.unknown_browser));
    pen.knows("available_until", &available_until);
    let mut blocks = vec![Block::Paragraph(&texts.lies), Block::Paragraph(&texts.until)];
    blocks.extend(links.return_url.clone().map(|address| Block::Button { label: &texts.button, address }));
    blocks.push(Block::Paragraph(&texts.not_me));
    pen.write(&texts.subject, &blocks)
}

impl<'p> Pen<'p> {
    /// Knows what may stand in every text: the host, and its settings page or else the host again.
    fn new(language: &'p Language, links: &'p Links) -> Self {
        let (settings, is_link) = links.return_url.as_deref().map_or((links.host.as_str(), false), |url| (url, true));
        let mut pen = Self { language, values: vec![Value { placeholder: "settings", text: settings, is_link }] };
        pen.knows("host", &links.host);
        pen
    }

    fn knows(&mut self, placeholder: &'static str, text: &'p str) {
        self.values.push(Value { placeholder, text, is_link: false });
    }

    fn write(&self, subject: &str, blocks: &[Block<'_>]) -> Written {
        Written { subject: self.fill(subject, Form::Line), plain: self.plain(blocks), html: self.html(subject, blocks) }
    }

    /// The text with its placeholders filled in.
    fn fill(&self, text: &str, form: Form) -> String {
        let direction = self.language.words.direction;
        let known = |name: &str| self.values.iter().find(|value| value.placeholder == name);
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Words(text) => form.words(text),
            Piece::Placeholder(name) => known(name).map(|value| form.value(value, direction)).unwrap_or_default(),
        };
        pieces(text).iter().map(piece).collect()
    }

    fn plain(&self, blocks: &[Block<'_>]) -> String {
        let block = |block: &Block<'_>| match block {
            Block::Paragraph(text) => self.fill(text, Form::Plain),
            Block::Button { label, address } | Block::Link { label, address } => {
                format!("{}\n{address}", self.fill(label, Form::Plain))
            }
        };
        blocks.iter().map(block).collect::<Vec<_>>().join("\n\n") + "\n"
    }

    fn html(&self, subject: &str, blocks: &[Block<'_>]) -> String {
        let fill = |text: &str| self.fill(text, Form::Html);
        let block = |block: &Block<'_>| match block {
            Block::Paragraph(text) => format!("<p>{}</p>\n", fill(text)),
            Block::Button { label, address } => format!(
                "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"background:#1a56db;color:#fff;padding:12px 20px;\
                 border-radius:8px;text-decoration:none;display:inline-block\">{}</a></p>\n",
                escape(address),
                fill(label)
            ),
            Block::Link { label, address } => format!("<p><a href=\"{}\">{}</a></p>\n", escape(address), fill(label)),
        };
        format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family:system-ui,sans-serif;line-height:1.5;max-width:36em\">\n{}</body>\n</html>\n",
            self.language.tag,
            self.language.words.direction.as_str(),
            escape(&self.fill(subject, Form::Line)),
            blocks.iter().map(block).collect::<String>()
        )
    }
}

/// What a text is filled in for.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// A header of the mail.
    Line,
    /// The plain text.
    Plain,
    /// The HTML.
    Html,
}

impl Form {
    fn words(self, text: &str) -> String {
        match self {
            Self::Line | Self::Plain => text.to_owned(),
            Self::Html => escape(text),
        }
    }

    /// Within writing from right to left a value is kept apart, or its digits would change places (FSI and PDI, UAX #9).
    fn value(self, value: &Value<'_>, direction: Direction) -> String {
        let text = self.words(value.text);
        match (self, direction) {
            (Self::Html, _) if value.is_link => format!("<a href=\"{text}\" dir=\"ltr\">{text}</a>"),
            (Self::Html, Direction::Rtl) => format!("<span dir=\"auto\">{text}</span>"),
            (Self::Plain, Direction::Rtl) => format!("\u{2068}{text}\u{2069}"),
            _ => text,
        }
    }
}
