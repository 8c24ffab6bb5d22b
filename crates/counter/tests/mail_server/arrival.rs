//! A mail as it arrives, read by a mail program's parser.

use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};
use serde_json::json;

use crate::helpers::{NOON, World, text};
use crate::server::{Manner, Server};
use crate::{with_password, world_speaking};

/// The text of an HTML part as a person reads it: tags away, each link's address after its words unless they are it.
fn read(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1.split_once('>').unwrap().1;
    let mut text = String::new();
    let mut address = None;
    for piece in body.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap();
        if let Some((_, rest)) = tag.split_once("href=\"") {
            address = Some(rest.split_once('"').unwrap().0.to_owned());
        }
        if let Some(address) = address.take_if(|address| tag == "/a" && !text.ends_with(address.as_str())) {
            text.push_str(&format!(" {address}"));
        }
        text.push_str(words);
    }
    text.replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Its words, without the marks that keep a value apart.
fn words(text: &str) -> Vec<String> {
    let plain = text.replace(['\u{2068}', '\u{2069}'], "");
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Both parts of a mail.
fn parts(mail: &ParsedMail<'_>) -> (String, String) {
    let part = |kind: &str| mail.parts().find(|part| part.ctype.mimetype == kind).unwrap().get_body().unwrap();
    (part("text/plain"), part("text/html"))
}

/// No line is longer than a server must take (RFC 5321 section 4.5.3.1.6), and nothing needs eight bits.
fn assert_plain_lines(mail: &[u8]) {
    assert!(mail.is_ascii());
    assert!(mail.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
}

/// Ada's confirmation mail in this language.
async fn confirmation(server: &Server, world: &World, locale: &str) -> (String, Vec<u8>) {
    let body = json!({"categories": ["calls"], "locale": locale});
    let id = text(&world.ada().post("/v1/exports", body).await.expect(201), "/id");
    (id, server.mail(1).await)
}

#[tokio::test]
async fn the_headers_say_what_it_is() {
    let (server, world) = with_password("tls").await;
    let (id, mail) = confirmation(&server, &world, "de-AT").await;
    assert_plain_lines(&mail);
    let mail = parse_mail(&mail).unwrap();
    for (name, value) in [
        ("From", "Exports <no-reply@app.example>"),
        ("To", "ada@mail.example"),
        ("Subject", "Bitte bestätigen: Export deiner Kontodaten"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", "de"),
        ("MIME-Version", "1.0"),
        ("Message-ID", &format!("<{id}.confirmation.1@app.example>")),
    ] {
        assert_eq!(mail.headers.get_all_values(name), [value], "{name}");
    }
    let date = mailparse::dateparse(&mail.headers.get_first_value("Date").unwrap()).unwrap();
    assert_eq!(u64::try_from(date).unwrap(), NOON.as_secs());
    for name in ["Bcc", "Cc", "Reply-To", "User-Agent", "X-Mailer"] {
        assert!(mail.headers.get_first_value(name).is_none(), "{name}");
    }
}

#[tokio::test]
async fn text_and_html_say_the_same_in_every_language() {
    let hebrew =
        include_str!("../../languages/en.toml").replace("dir = \"ltr\"", "dir = \"rtl\"").replace("Confirm", "אישור & <אישור>");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("he.toml"), hebrew).unwrap();
    for locale in ["en", "de", "he"] {
        let server = Server::start(&Manner { encryption: "none", ..Manner::default() }).await;
        let languages = format!("languages = {:?}", folder.path());
        let world = world_speaking(&server, "encryption = \"none\"", &languages).await;
        let (id, mail) = confirmation(&server, &world, locale).await;
        assert_plain_lines(&mail);
        let mail = parse_mail(&mail).unwrap();
        let (plain, html) = parts(&mail);
        assert_eq!(words(&plain), words(&read(&html)), "{locale}");
        assert_eq!(plain.matches(&format!("/confirm?lang={locale}#{id}.")).count(), 2, "{plain}");
    }
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_and_lines_without_end_arrive_as_they_were() {
    let long = "ü".repeat(3000);
    let english = include_str!("../../languages/en.toml")
        .replace("\"To confirm it, follow", "\".. To confirm it, follow")
        .replace("\"The link is valid", &format!("\". {long} The link is valid"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("en.toml"), english).unwrap();
    let server = Server::start(&Manner { encryption: "none", ..Manner::default() }).await;
    let languages = format!("languages = {:?}", folder.path());
    let world = world_speaking(&server, "encryption = \"none\"", &languages).await;
    let (_, mail) = confirmation(&server, &world, "en").await;
    assert_plain_lines(&mail);
    let (plain, html) = parts(&parse_mail(&mail).unwrap());
    assert!(plain.contains("\n.. To confirm it, follow"), "{plain}");
    assert!(plain.contains(&format!("\n. {long} The link is valid")), "{plain}");
    assert_eq!(words(&plain), words(&read(&html)));
}
