//! The wire as it stands: a change here is a change for every counter and page in use.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use carryall_protocol::counter::{Confirmation, CooldownFrom};
use carryall_protocol::counter::{
    Current, ExportState, ExportView, PolicyView, Problem, ProblemCode, Receipt, ReceiptStatement, RequestExport, Start, Started,
};
use carryall_protocol::job::{
    JobOptions, LayoutChoice, MediaProgress, Phase, Progress, StagingKind, StreamProgress, StreamStatus,
};
use carryall_protocol::{AccountId, CategoryId, ExportId, LeaseId, StreamId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const NOON: Timestamp = Timestamp::from_secs(1_772_280_000);

/// A value is written as the golden text says, and read back as itself.
fn golden<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, text: &Value) {
    assert_eq!(&serde_json::to_value(value).unwrap(), text);
    assert_eq!(&serde_json::from_value::<T>(text.clone()).unwrap(), value);
}

fn id() -> ExportId {
    ExportId::new("0123456789abcdef0123456789abcdef").unwrap()
}

fn view() -> ExportView {
    ExportView {
        id: id(),
        state: ExportState::Processing,
        interrupted: false,
        categories: vec![CategoryId::new("calls").unwrap()],
        requested_at: NOON,
        confirm_by: None,
        matching_code: None,
        mail: None,
        confirmed_at: Some(NOON),
        run_by: Some(NOON),
        started_at: Some(NOON),
        lease_until: Some(NOON),
        completed_at: None,
        available_until: None,
        ended_at: None,
        end_code: None,
        reruns_left: 2,
        epoch: 1,
    }
}

fn view_text() -> Value {
    json!({
        "id": "0123456789abcdef0123456789abcdef", "state": "processing", "interrupted": false, "categories": ["calls"],
        "requested_at": "2026-02-28T12:00:00Z", "confirmed_at": "2026-02-28T12:00:00Z", "run_by": "2026-02-28T12:00:00Z",
        "started_at": "2026-02-28T12:00:00Z", "lease_until": "2026-02-28T12:00:00Z", "reruns_left": 2, "epoch": 1
    })
}

#[test]
fn a_request_names_its_categories() {
    let request = RequestExport { categories: vec![CategoryId::new("calls").unwrap()], locale: Some("de".to_owned()) };
    golden(&request, &json!({"categories": ["calls"], "locale": "de"}));
}

#[test]
fn a_start_is_answered_with_ticket_lease_and_clock() {
    golden(&Start::default(), &json!({"takeover": false}));
    let started = Started {
        ticket: "e30.e30.c2ln".to_owned(),
        lease: LeaseId::new("f".repeat(32)).unwrap(),
        epoch: 1,
        heartbeat_every: 30,
        now: NOON,
        account: AccountId::new("acc_1").unwrap(),
        export: view(),
    };
    let text = json!({
        "ticket": "e30.e30.c2ln", "lease": "ffffffffffffffffffffffffffffffff", "epoch": 1, "heartbeat_every": 30,
        "now": "2026-02-28T12:00:00Z", "account": "acc_1", "export": view_text()
    });
    golden(&started, &text);
}

#[test]
fn the_current_state_carries_policy_and_refusal() {
    let policy = PolicyView {
        confirmation: Confirmation::Email,
        confirmation_window: 86_400,
        cooldown: 86_400,
        cooldown_from: CooldownFrom::Completion,
        download_window: 86_400,
        available_blocks: true,
        reruns: 2,
    };
    let refusal = Problem {
        kind: "https://carryall.dev/problems/cooldown".to_owned(),
        title: "Cooldown".to_owned(),
        status: 429,
        detail: "Wait.".to_owned(),
        code: ProblemCode::Cooldown,
        retry_at: Some(NOON),
        ahead: None,
        contact: Some("mailto:privacy@example.org".to_owned()),
    };
    let text = json!({
        "now": "2026-02-28T12:00:00Z",
        "policy": {
            "confirmation": "email", "confirmation_window": 86_400, "cooldown": 86_400, "cooldown_from": "completion",
            "download_window": 86_400, "available_blocks": true, "reruns": 2
        },
        "export": view_text(),
        "refusal": {
            "type": "https://carryall.dev/problems/cooldown", "title": "Cooldown", "status": 429, "detail": "Wait.",
            "code": "cooldown", "retry_at": "2026-02-28T12:00:00Z", "contact": "mailto:privacy@example.org"
        }
    });
    golden(&Current { now: NOON, policy, export: Some(view()), refusal: Some(refusal) }, &text);
}

#[test]
fn a_receipt_is_a_statement_and_its_signature() {
    let statement = ReceiptStatement {
        iss: "https://counter.example".to_owned(),
        account: AccountId::new("acc_1").unwrap(),
        export: id(),
        presented_at: NOON,
        payload_digest: "ab".repeat(32),
    };
    let text = json!({
        "statement": {
            "iss": "https://counter.example", "account": "acc_1", "export": "0123456789abcdef0123456789abcdef",
            "presented_at": "2026-02-28T12:00:00Z", "payload_digest": "ab".repeat(32)
        },
        "jws": "e30.e30.c2ln"
    });
    golden(&Receipt { statement, jws: "e30.e30.c2ln".to_owned() }, &text);
}

#[test]
fn what_crosses_between_page_and_worker_is_camel_case() {
    let options = json!({
        "catalogUrl": "/catalog.json", "counterUrl": "/carryall", "exportId": "0123456789abcdef0123456789abcdef",
        "categories": ["calls"], "layout": "document", "format": null, "media": "files", "origins": [], "locale": "en", "lease": null, "takeover": false,
        "concurrency": null, "since": null, "until": "2026-02-28T12:00:00Z", "onlyMine": true
    });
    let read: JobOptions = serde_json::from_value(options.clone()).unwrap();
    assert_eq!((read.layout, read.export_id.clone()), (Some(LayoutChoice::Document), id()));
    golden(&read, &options);
    let stream = StreamProgress {
        category: CategoryId::new("calls").unwrap(),
        stream: StreamId::new("call-transcripts").unwrap(),
        records: 7,
        total: None,
        status: StreamStatus::Reading,
    };
    let progress = Progress {
        phase: Phase::Reading,
        streams: vec![stream],
        archive_bytes: 9,
        waiting_until: Some(NOON),
        ahead: None,
        staging: Some(StagingKind::Opfs),
        media: Some(MediaProgress { files: 3, bytes: 4, waiting: 2, failed: 1 }),
    };
    let text = json!({
        "phase": "reading",
        "streams": [{"category": "calls", "stream": "call-transcripts", "records": 7, "total": null, "status": "reading"}],
        "archiveBytes": 9, "waitingUntil": "2026-02-28T12:00:00Z", "ahead": null, "staging": "opfs",
        "media": {"files": 3, "bytes": 4, "waiting": 2, "failed": 1}
    });
    golden(&progress, &text);
}

#[test]
fn unknown_fields_are_refused_and_not_ignored() {
    assert!(serde_json::from_value::<RequestExport>(json!({"categories": ["calls"], "account": "acc_2"})).is_err());
    assert!(serde_json::from_value::<Start>(json!({"force": true})).is_err());
}
