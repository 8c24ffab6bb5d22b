//! How records are written: each layout and format as it looks, what stands beside them, and what they hold of what is hostile.

use carryall_protocol::StreamId;
use carryall_protocol::catalog::{Catalog, Group, Owner, Stream};
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use carryall_protocol::pointer::Pointer;
use serde_json::{Value, json};

use crate::drive::{Drive, Outcome};
use crate::host::Host;

fn stream<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut Stream {
    let mut streams = catalog.categories.iter_mut().flat_map(|category| &mut category.streams);
    streams.find(|stream| stream.id.as_str() == id).unwrap()
}

fn place(text: &str) -> Pointer {
    Pointer::new(text).unwrap()
}

/// Gathers calls by whether they were scrubbed, and contacts by their credit.
pub(crate) fn gather(catalog: &mut Catalog) {
    for (id, by) in [("calls", "/scrubbed"), ("contacts", "/credit")] {
        let group = Group { by: place(by), key: "key".into(), name: "records".into(), wrap: Some("gathered".into()) };
        stream(catalog, id).group = Some(group);
    }
}

/// What a catalog of X says.
fn as_x(catalog: &mut Catalog) {
    let owner = StreamId::new("users").unwrap();
    catalog.archive.owner = Some(Owner { stream: owner, handle: place("/account/id"), name: place("/account/name") });
    let users = stream(catalog, "users");
    users.wrap = Some("account".into());
    users.file = Some(StreamId::new("account").unwrap());
    let contacts = stream(catalog, "contacts");
    contacts.file = Some(StreamId::new("direct-messages").unwrap());
    contacts.numbers_as_strings = true;
    contacts.wrap = Some("messageCreate".into());
    contacts.group = Some(Group {
        by: place("/credit"),
        key: "conversationId".into(),
        name: "messages".into(),
        wrap: Some("dmConversation".into()),
    });
    let media = json!([{"at": "/photo", "url": "/url", "directory": "direct_messages_media"}]);
    contacts.attachments = serde_json::from_value(media).unwrap();
}

/// Every file of the payload, one after the other.
fn payload(outcome: &Outcome) -> String {
    let names = outcome.names().into_iter().filter(|name| name.starts_with("data/"));
    names.map(|name| format!("==> {name}\n{}", outcome.entry(&name))).collect()
}

fn small(layout: LayoutChoice, format: FormatChoice, edit: fn(&mut Catalog)) -> Outcome {
    let mut host = Host::talkif(2, 2);
    let drive = Drive { layout, format, edit, concurrency: 1, categories: vec!["users", "contacts"], ..Drive::default() };
    drive.run(&mut host).unwrap()
}

#[test]
fn each_format_of_files_looks_like_this() {
    insta::assert_snapshot!("json", payload(&small(LayoutChoice::Files, FormatChoice::Json, gather)));
    insta::assert_snapshot!("ndjson", payload(&small(LayoutChoice::Files, FormatChoice::Ndjson, |_| {})));
    insta::assert_snapshot!("csv", payload(&small(LayoutChoice::Files, FormatChoice::Csv, |_| {})));
}

#[test]
fn the_x_layout_looks_like_this() {
    insta::assert_snapshot!("x", payload(&small(LayoutChoice::X, FormatChoice::Json, as_x)));
}

#[test]
fn a_schema_tells_of_each_stream_and_export_json_leads_to_it() {
    let outcome = small(LayoutChoice::Files, FormatChoice::Json, |catalog| {
        stream(catalog, "users").schema = Some(carryall_protocol::catalog::Json::Object(Default::default()));
    });
    insta::assert_snapshot!("schema", outcome.entry("schemas/contacts.schema.json"));
    let users: Value = serde_json::from_str(&outcome.entry("schemas/users.schema.json")).unwrap();
    assert_eq!(users["$defs"]["users"], json!({}));
    for stream in &outcome.report.streams {
        let (file, place) = stream.schema.as_deref().unwrap().split_once('#').unwrap();
        let schema: Value = serde_json::from_str(&outcome.entry(file)).unwrap();
        assert!(schema.pointer(place).is_some(), "{file}#{place}");
    }
    assert!(!outcome.everything().contains("SECRET-"));
}

#[test]
fn cells_that_would_be_formulas_are_guarded_and_told() {
    let mut host = Host::talkif(0, 0);
    host.lists.get_mut("/contacts").unwrap().records = vec![r#"{"id":-1,"name":"=1+1","=x":"-5"}"#.into()];
    let drive = Drive { format: FormatChoice::Csv, categories: vec!["contacts"], ..Drive::default() };
    let outcome = drive.run(&mut host).unwrap();
    assert_eq!(outcome.entry("data/contacts.csv"), "\u{feff}id,name,'=x,_more\r\n-1,'=1+1,'-5,\r\n");
    let stated: Value = serde_json::from_str(&outcome.entry("export.json")).unwrap();
    assert_eq!(stated["streams"][0]["guarded"], json!({"=x": 2, "name": 1}));
    assert_eq!(stated["streams"][0]["files"], json!(["data/contacts.json"]));
    assert_eq!(stated["streams"][0]["views"], json!(["data/contacts.csv"]));
}
