//! What the edge is told, from text: a page's options, a counter's answers.
//!
//! Read as the catalog is, by hand, because serde's derived readers would be compiled for each of these types: a tenth of what
//! people download. **The two are held against each other by a test.** The export as the counter sees it goes through as the text
//! that it is: only pages look into it.

use carryall_protocol::catalog::Members;
use carryall_protocol::counter::{Receipt, ReceiptStatement};
use carryall_protocol::job::{FormatChoice, JobOptions, LayoutChoice, MediaChoice};
use carryall_protocol::{AccountId, LeaseId, Timestamp};

use crate::catalog::reading::object::{Object, list};
use crate::catalog::reading::scalar::{flag, id, moment, text, texts, whole, word};
use crate::json::Misread;

/// Reads a page's options.
///
/// # Errors
///
/// [`Misread`] where a field is unknown, missing or of another type.
pub fn options(json: &str) -> Result<JobOptions, Misread> {
    let mut o = Object::whole(json)?;
    let read = JobOptions {
        catalog_url: o.required("catalogUrl", text)?,
        counter_url: o.required("counterUrl", text)?,
        export_id: o.required("exportId", id)?,
        categories: o.required("categories", |value| list(value, id))?,
        layout: o.optional("layout", |value| word(value, LayoutChoice::ALL, LayoutChoice::as_str)),
        format: o.optional("format", |value| word(value, FormatChoice::ALL, FormatChoice::as_str)),
        media: o.optional("media", |value| word(value, MediaChoice::ALL, MediaChoice::as_str)),
        since: o.optional("since", moment),
        until: o.optional("until", moment),
        only_mine: o.or_default("onlyMine", flag),
        origins: o.or_default("origins", |value| list(value, text)),
        locale: o.optional("locale", text),
        lease: o.optional("lease", id),
        takeover: o.or_default("takeover", flag),
        concurrency: o.optional("concurrency", whole),
    };
    o.end(read)
}

/// Reads the headers that a page gives: an object of texts, or nothing.
///
/// # Errors
///
/// [`Misread`] where it is anything else.
pub fn headers(json: &str) -> Result<Option<Vec<(String, String)>>, Misread> {
    if json == "null" { Ok(None) } else { texts(json).map(|Members(headers)| Some(headers)) }
}

/// A counter's answer to the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// The permission to run this export.
    pub ticket: String,
    /// The lease that was given.
    pub lease: LeaseId,
    /// Its fencing number.
    pub epoch: u32,
    /// Seconds from one heartbeat to the next.
    pub heartbeat_every: u64,
    /// The counter's clock.
    pub now: Timestamp,
    /// The account as the counter knows it.
    pub account: AccountId,
    /// Until when the run may take.
    pub run_by: Option<Timestamp>,
    /// The export as it stands now, as JSON.
    pub export: String,
}

/// Reads a counter's answer to the start. What newer counters say beyond is left alone.
///
/// # Errors
///
/// [`Misread`] where something is missing or of another type.
pub fn started(json: &str) -> Result<Started, Misread> {
    let mut o = Object::whole(json)?;
    let export = o.required("export", raw)?;
    Ok(Started {
        ticket: o.required("ticket", text)?,
        lease: o.required("lease", id)?,
        epoch: o.required("epoch", whole)?,
        heartbeat_every: o.required("heartbeat_every", whole)?,
        now: o.required("now", moment)?,
        account: o.required("account", id)?,
        run_by: Object::open(&export)?.optional("run_by", moment),
        export,
    })
}

/// Reads a counter's answer to a heartbeat: the newest ticket.
///
/// # Errors
///
/// [`Misread`] where there is none.
pub fn renewed(json: &str) -> Result<String, Misread> {
    Object::whole(json)?.required("ticket", text)
}

/// Reads a counter's answer to the completion: the export as it stands now, as JSON, and the receipt.
///
/// # Errors
///
/// [`Misread`] where something is missing or of another type.
pub fn completed(json: &str) -> Result<(String, Receipt), Misread> {
    let mut o = Object::whole(json)?;
    Ok((o.required("export", raw)?, o.required("receipt", receipt)?))
}

fn receipt(value: &str) -> Result<Receipt, Misread> {
    let mut o = Object::open(value)?;
    Ok(Receipt { statement: o.required("statement", statement)?, jws: o.required("jws", text)? })
}

fn statement(value: &str) -> Result<ReceiptStatement, Misread> {
    let mut o = Object::open(value)?;
    Ok(ReceiptStatement {
        iss: o.required("iss", text)?,
        account: o.required("account", id)?,
        export: o.required("export", id)?,
        presented_at: o.required("presented_at", moment)?,
        payload_digest: o.required("payload_digest", text)?,
    })
}

/// What an export must know of a counter's problem. A newer counter may say more, and in codes that are not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable word.
    pub code: String,
    /// A sentence for the person.
    pub detail: String,
    /// When asking again makes sense.
    pub retry_at: Option<Timestamp>,
    /// How many wait for a place before.
    pub ahead: Option<u32>,
}

/// Reads a counter's problem.
///
/// # Errors
///
/// [`Misread`] where it is none.
pub fn refusal(json: &str) -> Result<Refusal, Misread> {
    let mut o = Object::whole(json)?;
    Ok(Refusal {
        code: o.required("code", text)?,
        detail: o.required("detail", text)?,
        retry_at: o.optional("retry_at", moment),
        ahead: o.optional("ahead", whole),
    })
}

fn raw(value: &str) -> Result<String, Misread> {
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn job() -> Value {
        json!({
            "catalogUrl": "/c.json", "counterUrl": "/counter", "exportId": "0123456789abcdef0123456789abcdef",
            "categories": ["calls", "users"], "layout": "x", "format": "csv", "media": "files", "since": "2026-02-28T12:00:00Z", "until": null,
            "onlyMine": true, "origins": ["https://a.example"], "locale": "de", "lease": null, "takeover": true, "concurrency": 40,
        })
    }

    #[test]
    fn a_pages_options_are_read_as_serde_reads_them_and_so_is_every_way_to_break_one() {
        let names: Vec<String> = job().as_object().unwrap().keys().cloned().collect();
        let mut all = vec![job()];
        for name in &names {
            for broken in
                [json!(null), json!(7), json!(-1), json!(true), json!("x"), json!([]), json!({}), json!([1]), json!(300)]
            {
                let mut other = job();
                other[name] = broken;
                all.push(other);
            }
            let mut other = job();
            other.as_object_mut().unwrap().remove(name);
            all.push(other);
        }
        let mut other = job();
        other["more"] = json!(1);
        all.push(other);
        for job in all {
            let (own, derived) = (options(&job.to_string()), serde_json::from_value::<JobOptions>(job.clone()));
            assert_eq!(own.as_ref().ok(), derived.as_ref().ok(), "{own:?} / {derived:?}: {job}");
        }
    }

    #[test]
    fn a_counters_answers_are_read_and_what_is_new_in_them_left_alone() {
        let export = r#"{"id":"e","state":"processing","run_by":"2026-03-01T12:00:00Z","new":[1.50]}"#;
        let text = format!(
            r#"{{"ticket":"t","lease":"0123456789abcdef0123456789abcdef","epoch":2,"heartbeat_every":30,"now":"2026-02-28T12:00:00Z","account":"acc_1","export":{export},"more":1}}"#
        );
        let started = started(&text).unwrap();
        assert_eq!((started.epoch, started.run_by.unwrap().as_secs(), started.export.as_str()), (2, 1_772_366_400, export));
        assert_eq!(renewed(r#"{"ticket":"n","lease_until":"x"}"#).unwrap(), "n");
        let statement = json!({
            "iss": "https://c.example", "account": "a", "export": "0123456789abcdef0123456789abcdef", "presented_at": "2026-02-28T12:00:00Z",
            "payload_digest": "00"
        });
        let answer = json!({"export": {"id": "e"}, "receipt": {"statement": statement, "jws": "e30.e30.c2ln"}});
        let (export, receipt) = completed(&answer.to_string()).unwrap();
        assert_eq!((export.as_str(), serde_json::to_value(receipt).unwrap()), (r#"{"id":"e"}"#, answer["receipt"].clone()));
        let refused = refusal(r#"{"code":"of_tomorrow","detail":"Wait.","ahead":3,"type":"x"}"#).unwrap();
        assert_eq!((refused.code.as_str(), refused.ahead, refused.retry_at), ("of_tomorrow", Some(3), None));
        assert!(refusal("<html>").is_err() && completed("{}").is_err() && super::started("[]").is_err());
        assert_eq!((headers("null"), headers(r#"{"a":"b"}"#)), (Ok(None), Ok(Some(vec![("a".to_owned(), "b".to_owned())]))));
        assert!(headers(r#"{"a":1}"#).is_err() && headers("7").is_err());
    }
}
