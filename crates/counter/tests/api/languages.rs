//! Languages as files: what a translator adds, and what is said about a mistake.

use std::fs;

use carryall_counter::Config;
use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;

use crate::helpers::{Answer, World, config_for, text};
use crate::host::{Host, owner};

const ENGLISH: &str = include_str!("../../languages/en.toml");
const GERMAN: &str = include_str!("../../languages/de.toml");

/// English as if it were written from right to left: a translator's file to test with.
fn hebrew() -> String {
    let words = ENGLISH.replace("dir = \"ltr\"", "dir = \"rtl\"");
    words.replace("\"Confirm the export of your account data\"", "\"אישור ייצוא נתוני החשבון\"")
}

/// A world whose mails speak these languages too, with more lines for `[mail]`.
async fn world(files: &[(&str, &str)], mail: &str) -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let lines = format!("languages = {:?}\n{mail}\nfolder = \"mail\"", folder.path());
    let config = config_for(&host, "", "preset = \"talkif\"").replace("folder = \"mail\"", &lines);
    (World::with_config(host, config).await, folder)
}

async fn page(world: &World, query: &str, accepted: &str) -> Answer {
    let request = Client::new().get(format!("{}/confirm{query}", world.address())).header("accept-language", accepted);
    Answer::of(request).await
}

#[tokio::test]
async fn a_translators_file_is_spoken_from_right_to_left_where_it_says_so() {
    let (world, _folder) = world(&[("he.toml", &hebrew()), (".he.toml.swp", "")], "").await;
    let body = json!({"categories": ["calls"], "locale": "he-IL"});
    let export = world.ada().post("/v1/exports", body).await.expect(201);
    let mail = world.mail_with(&["</html>"]).await;
    let code = text(&export, "/matching_code");
    assert!(mail.contains("<html lang=\"he\" dir=\"rtl\">"), "{mail}");
    assert!(mail.contains("אישור ייצוא נתוני החשבון"), "{mail}");
    assert!(mail.contains(&format!("code is \u{2068}{code}\u{2069};")), "the code may change its order: {mail}");
    assert!(mail.contains(&format!("code is <span dir=\"auto\">{code}</span>;")), "{mail}");
    assert!(mail.contains("/confirm?lang=he#"), "{mail}");

    let page = page(&world, "?lang=he", "de").await;
    assert!(page.text.contains("<html lang=\"he\" dir=\"rtl\">"), "{}", page.text);
    assert!(page.text.contains("<h1 id=\"title\" tabindex=\"-1\">אישור ייצוא נתוני החשבון</h1>"), "{}", page.text);
}

#[tokio::test]
async fn a_file_named_like_a_built_in_language_replaces_it() {
    let english = ENGLISH.replace("\"The link is valid until {confirm_by}.\"", "\"Valid till {confirm_by}, at {host}.\"");
    let (world, _folder) = world(&[("en.toml", &english)], "time_zone = \"Europe/Berlin\"").await;
    world.ada().request().await.expect(201);
    world.mail_with(&["Valid till 2026-03-01 13:00 (Europe/Berlin, UTC+01:00), at app.example.", "</html>"]).await;
}

#[tokio::test]
async fn who_asks_for_no_language_that_is_there_gets_the_operators_default() {
    let (world, _folder) = world(&[], "default_language = \"de\"").await;
    let body = json!({"categories": ["calls"], "locale": "fr-CA"});
    world.ada().post("/v1/exports", body).await.expect(201);
    world.mail_with(&["Export bestätigen", "</html>"]).await;
    assert!(page(&world, "", "fr").await.text.contains("<html lang=\"de\" dir=\"ltr\">"));
}

#[tokio::test]
async fn the_page_speaks_the_language_of_its_link_or_else_the_browsers() {
    let world = World::new().await;
    for (query, accepted, lang) in [
        ("?lang=de", "en", "de"),
        ("?lang=xx", "de-CH, en;q=0.5", "de"),
        ("", "fr, de;q=0.3, en;q=0.2", "de"),
        ("", "fr", "en"),
        ("?lang=%22%3E%3Cscript%3E", "en", "en"),
    ] {
        let page = page(&world, query, accepted).await;
        assert!(page.text.contains(&format!("<html lang=\"{lang}\"")), "{query} {accepted}");
        assert_eq!(page.header("vary"), Some("accept-language"));
        assert!(!page.text.contains("{lang}") && !page.text.contains("{host}"));
    }
}

#[tokio::test]
async fn the_words_on_the_page_end_no_tag() {
    let english = ENGLISH.replace("\"Confirmed\"", "\"</script><script>alert(1)</script>\"");
    let (world, _folder) = world(&[("en.toml", &english)], "").await;
    let page = page(&world, "", "en").await;
    assert!(!page.text.contains("<script>"), "{}", page.text);
    assert!(page.text.contains("\\u003c/script>\\u003cscript>alert(1)"), "{}", page.text);
}

/// What is said about a folder with this file.
fn told(name: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let example = include_str!("../../counter.example.toml");
    let mail = format!("[mail]\nlanguages = {:?}", folder.path());
    let config = Config::parse(&example.replace("[mail]", &mail), folder.path()).unwrap();
    let error = carryall_counter::mail::check(config.mail.as_ref().unwrap()).unwrap_err().to_string();
    error.strip_prefix(&format!("{}/", folder.path().display())).unwrap_or(&error).to_owned()
}

#[test]
fn a_mistake_names_file_and_key_and_what_is_expected() {
    for (good, bad, expected) in [
        (
            "until = \"The link is valid until {confirm_by}.\"\n",
            "",
            "fr.toml: confirmation.until: expected a text with {confirm_by}",
        ),
        ("{confirm_by}", "", "fr.toml: confirmation.until: expected {confirm_by} in it"),
        (
            "{confirm_by}",
            "{confirm_by} {code}",
            "fr.toml: confirmation.until: {code} is not known here; expected only {confirm_by}, {host}",
        ),
        ("again = \"Try again\"", "again = \"\"", "fr.toml: page.again: expected a text"),
        ("again = \"Try again\"", "again = \"Try again\"\nmore = \"x\"", "fr.toml: page.more: is not known"),
        ("dir = \"ltr\"", "dir = \"up\"", "fr.toml: dir: expected \"ltr\" or \"rtl\""),
        ("dir = \"ltr\"", "dir = \"ltr\"\nname = \"x\"", "fr.toml: name: is not known"),
        ("[ready]", "[done]", "fr.toml: ready: expected a table [ready] with texts"),
        ("dir = \"ltr\"", "dir", "fr.toml: is not TOML"),
    ] {
        let text = ENGLISH.replacen(good, bad, 1);
        assert_ne!(text, ENGLISH, "{good:?} is not in the file");
        let error = told("fr.toml", &text);
        assert!(error.starts_with(expected), "{bad:?}: {error}");
    }
    assert!(told("french.txt", ENGLISH).starts_with("french.txt: expected a file named for a language"));
    assert!(told("fr_CA.toml", ENGLISH).starts_with("fr_CA.toml: expected a file named for a language"));
}

#[test]
fn each_built_in_language_has_every_key_and_says_it_in_its_own_words() {
    let keys = |text: &str| {
        let table: toml::Table = toml::from_str(text).unwrap();
        let tables = table.iter().filter_map(|(name, value)| Some((name, value.as_table()?)));
        tables
            .flat_map(|(name, texts)| texts.iter().map(move |(key, text)| (format!("{name}.{key}"), text.clone())))
            .collect::<Vec<_>>()
    };
    let (english, german) = (keys(ENGLISH), keys(GERMAN));
    for ((key, english), (other, german)) in english.iter().zip(&german) {
        assert_eq!(key, other);
        assert_ne!(english, german, "{key} is not translated");
    }
    assert_eq!(english.len(), german.len());
}
