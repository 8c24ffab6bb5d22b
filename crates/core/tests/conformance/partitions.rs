//! Streams that are read for each record of another, three levels deep.

mod waiting;

use carryall_core::page::Page;
use carryall_protocol::job::{LayoutChoice, StreamStatus};
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Drive, catalog_of, category};
use crate::faults::Failing;
use crate::outcome::{Outcome, reasons};
use crate::paging::text;

const GUILDS: usize = 4;
const CHANNELS: usize = 5;
const MESSAGES: usize = 23;

fn guilds() -> Value {
    json!({"id": "guilds", "primary_key": "/id", "request": {"path": "/guilds"}, "records": {"pointer": ""}})
}

/// Text channels only: others have no history.
fn channels() -> Value {
    json!({"id": "channels", "primary_key": "/id", "request": {"path": "/guilds/{guild}/channels"},
        "records": {"pointer": "/channels"}, "paginator": {"type": "page_number", "page_size": 2},
        "for_each": {"stream": "guilds", "key": "/id", "as": "guild"}})
}

/// The same message ids in every channel: keys are compared within one partition.
fn messages() -> Value {
    json!({"id": "messages", "primary_key": "/id",
        "request": {"method": "POST", "safe": true, "path": "/channels/{channel}/messages", "query": {"guild": "{guild}"},
            "headers": {"X-Account": "{account}"}, "body": {"in": ["{guild}", {"channel": "{channel}"}], "by": "{account}"}},
        "records": {"pointer": "/messages"}, "add_fields": {"guild": "{guild}", "channel": "{channel}", "account": "{account}"},
        "paginator": {"type": "cursor", "token": "/next", "param": "/after"},
        "for_each": {"stream": "channels", "key": "/id", "as": "channel", "when": [{"pointer": "/kind", "equals": "text"}]},
        "on_response": [{"status": 403, "action": "skip_partition"}, {"status": 404, "action": "skip_partition"}],
        "empty_may_mean_refused": true})
}

fn reactions() -> Value {
    json!({"id": "reactions", "request": {"path": "/channels/{channel}/messages/{message}/reactions", "query": {"g": "{guild}"}},
        "records": {"single": ""}, "for_each": {"stream": "messages", "key": "/id", "as": "message",
            "when": [{"pointer": "/reacted", "equals": true}]}})
}

/// Guild 2 has a name that no path may hold as it is; channel 3 is refused, channel 4 empty.
fn guild(at: usize) -> String {
    ["g0", "g 1/é?", "g2", "g3"][at].to_owned()
}

fn host(call: &Call) -> Page {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["guilds"] => {
            text(&format!("[{}]", (0..GUILDS).map(|at| json!({"id": guild(at)}).to_string()).collect::<Vec<_>>().join(",")))
        }
        ["guilds", guild, "channels"] => {
            let page = call.number("page").unwrap();
            let channel = |at: usize| {
                let kind = if at == 1 { "voice" } else { "text" };
                json!({"id": format!("{guild}.{at}"), "kind": kind})
            };
            text(&json!({"channels": (0..CHANNELS).skip((page - 1) * 2).take(2).map(channel).collect::<Vec<_>>()}).to_string())
        }
        ["channels", channel, "messages"] => messages_of(channel, call),
        ["channels", channel, "messages", message, "reactions"] => {
            assert_eq!(call.param("g"), channel.split('.').next());
            text(&json!({"of": format!("{channel} {message}"), "count": 9_007_199_254_740_993_u64}).to_string())
        }
        other => panic!("nothing is served at {other:?}"),
    }
}

fn messages_of(channel: &str, call: &Call) -> Page {
    let guild = channel.split('.').next().unwrap();
    assert_eq!(call.body["in"], json!([guild, {"channel": channel}]), "values are handed into the body");
    assert_eq!((call.param("guild"), call.headers["X-Account"].as_str()), (Some(guild), "1"));
    assert!(!channel.ends_with(".1"), "a voice channel is asked for its history");
    match channel.split('.').nth(1) {
        Some("3") => return Page { status: if guild == "g0" { 404 } else { 403 }, ..text("{}") },
        Some("4") => return text("{\"messages\": []}"),
        _ => {}
    }
    let after: usize = call.body["after"].as_str().map_or(0, |after| after.parse().unwrap());
    let message = |id: usize| json!({"id": id, "in": channel, "reacted": id.is_multiple_of(7)});
    let next = (after + 10 < MESSAGES).then(|| (after + 10).to_string());
    let messages: Vec<Value> = (after..MESSAGES).take(10).map(message).collect();
    text(&json!({"messages": messages, "next": next}).to_string())
}

fn catalog() -> Value {
    catalog_of(&[
        category("servers", &[guilds(), channels()]),
        category("writings", &[messages()]),
        category("feelings", &[reactions()]),
    ])
}

fn run(categories: &[&str], concurrency: u8, layout: LayoutChoice) -> Outcome {
    let mut drive = Drive::at(concurrency);
    drive.choices.categories = categories.iter().map(|id| crate::drive::id(id)).collect();
    drive.choices.layout = Some(layout);
    drive.run(&catalog(), &mut host).unwrap()
}

#[test]
fn three_levels_are_read_and_every_value_reaches_its_place() {
    let everything = ["servers", "writings", "feelings"];
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let outcome = run(&everything, 8, layout);
        assert!(outcome.report.complete);
        let messages = outcome.records("messages");
        assert_eq!(messages.len(), GUILDS * 2 * MESSAGES, "two channels of each guild have a history");
        let first = r#"{"id":0,"in":"g0.0","reacted":true,"account":"1","channel":"g0.0","guild":"g0"}"#;
        assert_eq!(messages[0], first);
        let reactions = outcome.records("reactions");
        assert_eq!(reactions.len(), GUILDS * 2 * MESSAGES.div_ceil(7));
        assert!(reactions[0].contains("9007199254740993"));
        let partitions = outcome.stream("messages").partitions.as_ref().unwrap();
        let refused: Vec<u64> = [403, 404]
            .map(|status| partitions.refused.iter().find(|(of, _)| **of == status).map_or(0, |(_, count)| *count))
            .to_vec();
        assert_eq!((partitions.asked, partitions.read, refused), (16, 12, vec![3, 1]));
        assert_eq!(outcome.stream("messages").empty_or_refused, 4);
        for concurrency in [1, 40] {
            assert_eq!(run(&everything, concurrency, layout).digest, outcome.digest);
            let mut drive = Drive::at(concurrency);
            drive.choices.layout = Some(layout);
            let failing = drive.run(&catalog(), &mut Failing::new(&mut host, 3)).unwrap();
            assert!(failing.report.complete && failing.digest == outcome.digest, "where answers fail");
        }
    }
}

#[test]
fn parents_that_were_not_chosen_are_read_for_their_keys_and_leave_nothing_behind() {
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let outcome = run(&["feelings"], 8, layout);
        assert!(outcome.report.complete);
        assert_eq!(outcome.records("reactions"), run(&["servers", "writings", "feelings"], 1, layout).records("reactions"));
        for parent in ["guilds", "channels", "messages"] {
            let report = outcome.stream(parent);
            assert!(report.read_for_keys_only && report.written == 0 && report.files.is_empty(), "{parent}");
        }
        let everything = outcome.everything();
        assert!(!everything.contains("voice") && !everything.contains("reacted"), "a parent's record is in the archive");
    }
}

#[test]
fn a_child_of_a_parent_that_is_cut_is_not_called_complete() {
    let mut served = 0;
    let outcome = Drive::default().run(&catalog(), &mut |call: &Call| {
        let is_cut = call.path.get(2).is_some_and(|name| name == "channels") && call.number("page") == Some(2);
        served += usize::from(is_cut);
        if is_cut { Page { status: 410, ..text("{}") } } else { host(call) }
    });
    let outcome = outcome.unwrap();
    assert_eq!(served, GUILDS);
    for stream in ["channels", "messages", "reactions"] {
        assert_eq!(outcome.stream(stream).status, StreamStatus::Partial, "{stream}");
    }
    assert!(reasons(outcome.stream("messages")).contains(&"parent_incomplete".to_owned()));
}

#[test]
fn keys_that_cannot_stand_in_a_path_are_told_and_never_asked_for() {
    let catalog = catalog_of(&[category(
        "all",
        &[guilds(), {
            let mut channels = channels();
            channels["paginator"] = json!({"type": "single_page"});
            channels
        }],
    )]);
    let ids =
        ["\"..\"", "\".\"", "\"\"", "null", "{}", "[1]", "\"../../admin\"", "\"a\\\\..\\\\b\"", "\"ok\"", "7", "\"%2e%2e\""];
    let mut asked = Vec::new();
    let outcome = Drive::default().run(&catalog, &mut |call: &Call| {
        if call.path.len() == 1 {
            return text(&format!("[{}]", ids.map(|id| format!("{{\"id\":{id}}}")).join(",")));
        }
        asked.push(call.path[1].clone());
        text("{\"channels\": []}")
    });
    let outcome = outcome.unwrap();
    assert_eq!(asked, ["ok", "7", "%2e%2e"]);
    let errors: Vec<_> = outcome.stream("channels").errors.iter().collect();
    assert_eq!(errors, [(&"key_not_usable".to_owned(), &8)]);
}

#[test]
fn a_key_that_several_parents_share_is_read_once_in_each_partition() {
    let mut parent = guilds();
    parent["primary_key"] = json!("/n");
    let mut children = channels();
    children["for_each"]["key"] = json!("/guild");
    children["paginator"] = json!({"type": "single_page"});
    let grandchildren = json!({"id": "people", "request": {"path": "/guilds/{guild}/channels/{kind}"}, "records": {"single": ""},
        "for_each": {"stream": "channels", "key": "/kind", "as": "kind"}});
    let catalog = catalog_of(&[category("all", &[parent, children, grandchildren])]);
    let outcome = Drive::default().run(&catalog, &mut |call: &Call| match call.path.as_slice() {
        [_] => text(r#"[{"n":1,"guild":"a"},{"n":2,"guild":"b"},{"n":3,"guild":"a"}]"#),
        [_, _, _] => text(r#"{"channels": [{"id":1,"kind":"x"},{"id":2,"kind":"y"},{"id":3,"kind":"x"}]}"#),
        other => text(&format!("[\"{} {}\"]", other[1], other[3])),
    });
    let outcome = outcome.unwrap();
    assert_eq!(outcome.records("channels").len(), 6);
    assert_eq!(outcome.records("people"), [r#"["a x"]"#, r#"["a y"]"#, r#"["b x"]"#, r#"["b y"]"#]);
    assert!(outcome.report.complete);
}
