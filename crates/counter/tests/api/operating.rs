//! What `docs/operating.md` and `docs/counter.md` say is so: configurations, calls, metrics, words, links.

use std::collections::BTreeSet;
use std::path::Path;

use carryall_counter::Config;
use carryall_protocol::counter::ProblemCode;
use reqwest::Method;
use toml::{Table, Value};

use crate::helpers::{Answer, World, text};

const OPERATING: &str = include_str!("../../../../docs/operating.md");
const COUNTER: &str = include_str!("../../../../docs/counter.md");
const UNIT: &str = include_str!("../../../../docs/examples/carryall-counter.service");

/// The blocks of this language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// The first column of the table whose head begins so.
fn column(text: &str, head: &str) -> BTreeSet<String> {
    let rows = text.lines().skip_while(|line| !line.starts_with(head)).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).unwrap().to_owned()).collect()
}

/// The texts between quotes in the lines of a source that have this mark.
fn words(source: &str, mark: &str) -> BTreeSet<String> {
    let lines = source.lines().filter_map(|line| line.split_once(mark));
    lines.filter_map(|(_, rest)| rest.split('"').nth(1)).map(str::to_owned).collect()
}

fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => merge(base, over),
            (_, value) => drop(base.insert(key, value)),
        }
    }
}

#[test]
fn every_configuration_shown_is_one() {
    let shown: Vec<&str> = [OPERATING, COUNTER].into_iter().flat_map(|text| blocks(text, "toml")).collect();
    assert!(shown.len() > 8);
    let base: Table = shown.iter().find(|block| block.contains("listen = ")).unwrap().parse().unwrap();
    for block in shown {
        let part: Table = block.parse().unwrap_or_else(|error| panic!("{error}: {block}"));
        let mut whole = base.clone();
        merge(&mut whole, part);
        Config::parse(&whole.to_string(), Path::new("/etc/carryall")).unwrap_or_else(|error| panic!("{error}: {block}"));
    }
}

/// Every call in the documentation: method and path, with `$ID` and `$ACCOUNT` in it.
fn calls() -> Vec<(Method, String)> {
    let lines = blocks(OPERATING, "sh").into_iter().flat_map(str::lines).filter(|line| line.starts_with("curl "));
    let call = |line: &str| {
        let method = line.split_once("-X ").map_or("GET", |(_, rest)| rest.split(' ').next().unwrap());
        let target = line.rsplit(' ').next().unwrap().trim_matches('"');
        let path = target.trim_start_matches("$ADMIN").trim_start_matches("http://127.0.0.1:9000");
        assert!(path.starts_with('/'), "{line}");
        (method.parse().unwrap(), path.to_owned())
    };
    lines.map(call).collect()
}

#[tokio::test]
async fn every_call_shown_is_answered() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let calls = calls();
    assert!(calls.len() > 12);
    for (method, path) in calls {
        let path = path.replace("$ID", &id).replace("$ACCOUNT", "acc-1");
        let request = if path.starts_with("/admin") { world.operator(method, &path) } else { world.ada().send(method, &path) };
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
}

#[test]
fn every_call_of_the_operators_is_shown() {
    let shown: BTreeSet<String> = calls().into_iter().map(|(_, path)| path.split('?').next().unwrap().to_owned()).collect();
    let routes = words(include_str!("../../src/http/admin.rs"), ".route(");
    assert!(routes.len() > 12, "{routes:?}");
    for route in routes {
        let path = format!("/admin/v1{}", route.replace("{id}", "$ID").replace("{account}", "$ACCOUNT"));
        assert!(shown.contains(&path) || OPERATING.contains(&format!("`{route}`")), "{route} is not shown");
    }
}

/// The names that the metrics have, as they stand in the text.
async fn metrics() -> BTreeSet<String> {
    let world = World::new().await;
    let export = world.ada().request().await.expect(201);
    world.token_for(&text(&export, "/id")).await;
    world.mail_is("sent").await;
    world.ada().request().await.refused(409, "active_export");
    let told = Answer::of(world.stranger(Method::GET, "/metrics")).await.text;
    let types = told.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.map(|line| line.replace(" counter", "_total").split(' ').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_metric_is_documented_and_every_documented_one_is_there() {
    let there = metrics().await;
    assert!(there.len() > 10, "{there:?}");
    assert_eq!(column(OPERATING, "| metric |"), there);
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let prefix = "carryall_counter_";
    for rest in OPERATING.split(prefix).skip(1) {
        let name = rest.split(|letter| !is_name(letter)).next().unwrap();
        assert!(there.contains(&format!("{prefix}{name}")), "{prefix}{name} is no metric");
    }
}

#[test]
fn every_word_of_refusals_ends_and_events_is_explained() {
    let codes: BTreeSet<String> = ProblemCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(column(COUNTER, "| code | status |"), codes);
    let ends = words(include_str!("../../src/rule/end.rs"), ": &str = ");
    assert!(ends.len() >= 8);
    assert_eq!(column(OPERATING, "| `code` of an end |"), ends);
    let mut events = words(include_str!("../../src/rule.rs"), " => ");
    for quiet in ["renewed", "repeated", "queued"] {
        assert!(events.remove(quiet));
    }
    events.extend(["lapsed", "extended"].map(str::to_owned));
    assert_eq!(column(OPERATING, "| `event` |"), events);
}

#[test]
fn every_link_leads_somewhere() {
    let anchor = |heading: &str| -> String {
        let letters = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = letters.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.collect::<String>().replace(' ', "-")
    };
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (name, text) in [("operating.md", OPERATING), ("counter.md", COUNTER)] {
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let file = docs.join(if file.is_empty() { name } else { file });
            let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {link}: {error}"));
            let found = text.lines().filter(|line| line.starts_with('#')).any(|heading| anchor(heading) == wanted);
            assert!(wanted.is_empty() || found, "{name}: {link}");
        }
    }
}

#[test]
fn the_service_waits_until_the_counter_has_stopped() {
    let line = UNIT.lines().find_map(|line| line.strip_prefix("TimeoutStopSec=")).unwrap();
    let base: Table = blocks(OPERATING, "toml")[0].parse().unwrap();
    let config = Config::parse(&base.to_string(), Path::new("/etc/carryall")).unwrap();
    // Five more than a request: `GRACE` of the accept loop.
    assert!(line.parse::<u64>().unwrap() >= config.http.request_seconds + 5);
    assert!(UNIT.contains("/etc/carryall/counter.toml") && OPERATING.contains("/etc/carryall/counter.toml"));
}
