//! The access log.

use carryall_demo::{Options, Running};

use crate::visitor::{OWNER, Visitor, quiet};

#[tokio::test]
async fn every_answer_of_the_api_is_a_line_with_its_bytes_and_its_whole_address() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.log");
    let host = Running::start(Options { access_log: Some(file.clone()), ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.get("/api/v1/contacts?limit=7&offset=14").await.bytes().await.unwrap();
    assert_eq!(visitor.status("/api/v1/campaigns/cmp%200%2F9999/contacts").await, 404);
    let log = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[0], format!("200 {} /api/v1/contacts?limit=7&offset=14", page.len()));
    assert!(lines[1].starts_with("404 ") && lines[1].ends_with(" /api/v1/campaigns/cmp%200%2F9999/contacts"), "{log}");
    assert_eq!(lines.len(), 2, "{log}");
}
