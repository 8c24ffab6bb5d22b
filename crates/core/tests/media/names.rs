//! Names that come with data: whatever they are, files have safe and distinct ones, and the index tells the original.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::drive::{Drive, MEDIA};
use crate::host::{Habit, MediaHost, drawn};

fn hostile() -> Vec<String> {
    let long = "x".repeat(300);
    let names = [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "C:\\Windows\\win.ini",
        "C:evil.txt",
        "CON",
        "con.txt",
        "LPT1",
        "lpt\u{b9}.log",
        "NUL.",
        "aux .txt",
        "photo\u{202e}gpj.exe",
        "\u{2066}a\u{2069}.png",
        "Photo.JPG",
        "photo.jpg",
        "PHOTO.jpg",
        "e\u{301}t\u{e9}.png",
        "\u{e9}t\u{e9}.png",
        "\u{c9}T\u{c9}.PNG",
        "",
        ".",
        "..",
        "...",
        " ",
        ". . .",
        "a.",
        "a ",
        "a",
        "nul\0l",
        "tab\tname",
        "line\nbreak",
        "a:b",
        "a*b?c\"d<e>f|g",
        "~",
        "-rf",
        "=cmd|calc.csv",
        "a\u{ff0f}b",
        "a/b",
        "\u{200b}",
        "\u{feff}x",
        "\u{1f469}\u{200d}\u{1f680}.png",
        "\u{0645}\u{0631}.mp4",
        "\u{6f22}\u{5b57}.txt",
        "index.html",
        "%2e%2e%2f",
        "a%00b",
        "COM1.tar.gz",
        "\u{10ffff}",
        "\u{e000}x",
    ];
    let mut names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.extend([long.clone(), format!("{long}.png"), format!("{long}y.png"), "\u{6f22}".repeat(300), format!("a.{long}")]);
    names
}

#[test]
fn a_corpus_of_hostile_names_ends_as_safe_distinct_names_in_every_order() {
    let names = hostile();
    // Without keys and ids nothing but the name tells files apart.
    let attachments = json!([{"at": "/files", "url": "/url", "name": "/name"}]);
    let files: Vec<Value> =
        names.iter().enumerate().map(|(at, name)| json!({"url": format!("{MEDIA}/{at}"), "name": name})).collect();
    let mut runs = Vec::new();
    for order in [vec![0], vec![9, 2, 5]] {
        let mut host = MediaHost::default();
        for at in 0..names.len() {
            host.files.insert(format!("{MEDIA}/{at}"), (drawn(at as u64, 100 + at), Habit::Good));
        }
        let records = vec![json!({"files": files})];
        let drive = Drive { records, attachments: attachments.clone(), order, ..Drive::default() };
        let outcome = drive.run(&mut host);
        let index = outcome.index();
        let files = outcome.files();
        let mut folded = BTreeSet::new();
        for (at, line) in index.iter().enumerate() {
            let file = line["file"].as_str().unwrap();
            assert_eq!(files[file], drawn(at as u64, 100 + at), "{file:?}");
            assert_eq!(line["name"].as_str().unwrap_or_default(), names[at], "the original stands in the index");
            assert!(folded.insert(file.replace("e\u{301}", "\u{e9}").to_lowercase()), "{file:?} twice");
            assert!(file.starts_with("data/media/notes/") && file.matches('/').count() == 3, "{file:?}");
            let name = file.rsplit('/').next().unwrap();
            assert!(!name.ends_with(['.', ' ']) && name.len() <= 201 && file.chars().count() <= 180, "{file:?}");
            assert!(
                !name.contains(|c: char| c.is_control() || "\\:*?\"<>|\u{202e}\u{2066}\u{2069}\u{ff0f}\u{200b}".contains(c)),
                "{file:?}"
            );
            let stem = name.split('.').next().unwrap().trim_end().to_ascii_lowercase();
            assert!(!["con", "aux", "nul", "lpt1", "lpt\u{b9}", "com1"].contains(&stem.as_str()), "{file:?}");
        }
        runs.push((index.len(), outcome.digest));
    }
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0].0, names.len());
}
