//! What an answer that is no page means for the catalog.

use carryall_core::page::{FetchError, Page, PageError};
use carryall_protocol::catalog::{RecordsAt, Stream};

use super::finding::Kind;
use super::host::Answer;
use super::outline::Outline;

/// Something that went wrong: whose it is, what it is, and what to do.
pub(crate) type Trouble = (Kind, String, String);

/// Why there was no answer.
pub(crate) fn without_answer(error: &FetchError, answer: &Answer) -> Trouble {
    let (kind, what, help) = match error {
        _ if answer.is_redirect => {
            let help =
                "redirects are never followed: write the path that answers itself, often with or without a slash at the end";
            (Kind::Catalog, "redirected elsewhere", help)
        }
        FetchError::TooLarge { .. } => {
            (Kind::Catalog, "a page larger than 16 MiB", "ask for fewer records with a smaller page_size")
        }
        FetchError::Forbidden => {
            (Kind::Catalog, "an address outside of base_url", "a next address must lie below base_url and path_prefix")
        }
        FetchError::Unauthorized | FetchError::Connection => {
            (Kind::Host, "no connection", "see whether the host is up and --against is its address")
        }
    };
    (kind, what.to_owned(), help.to_owned())
}

/// What a status means that is no page's.
pub(crate) fn status(page: &Page, is_partition: bool) -> Trouble {
    let status = page.status;
    let (kind, help) = match status {
        202 => (Kind::Catalog, "if it is still being prepared: \"on_response\": [{\"status\": 202, \"action\": \"not_ready\"}]".to_owned()),
        401 => (Kind::Host, "sign in again: give the session with --header or --token-env".to_owned()),
        403 | 404 | 410 if is_partition => {
            (Kind::Catalog, format!("if some have none: \"on_response\": [{{\"status\": {status}, \"action\": \"skip_partition\"}}]"))
        }
        403 => (
            Kind::Host,
            "this session may not read it; if a host can have it switched off: \"on_response\": [{\"status\": 403, \"action\": \"switched_off\"}]"
                .to_owned(),
        ),
        404 | 410 => (Kind::Catalog, "see whether base_url and request.path together are the address".to_owned()),
        405 => (Kind::Catalog, "the resource wants another method: \"method\": \"POST\", \"safe\": true".to_owned()),
        429 => (Kind::Host, "say what the host bears: \"rate\": {\"requests\": 10, \"seconds\": 1}".to_owned()),
        400..=499 => (Kind::Catalog, "the host does not understand: look at query, page_size (often 100 at most) and param".to_owned()),
        500..=599 => (Kind::Host, "the host is in trouble; try again later".to_owned()),
        _ => (Kind::Catalog, "say in on_response what it means".to_owned()),
    };
    (kind, format!("answered {status}"), help)
}

/// What a body is that is no page's.
pub(crate) fn body(error: PageError, stream: &Stream, page: &Page, is_html: bool) -> Trouble {
    let outline = Outline::of(&page.body);
    let help = match error {
        PageError::NotJson | PageError::NotUtf8 if is_html => {
            "this is a web page, no API: see whether base_url is the API's, and whether the session is still good".to_owned()
        }
        PageError::NotJson | PageError::NotUtf8 => {
            "carryall reads JSON in UTF-8: ask for it in a query parameter or a header".to_owned()
        }
        PageError::RecordsMissing | PageError::RecordsNotArray => {
            outline.map_or_else(String::new, |outline| records(stream, &outline))
        }
        PageError::HostErrors => "see what `errors` says; the resource, its query or the session is wrong".to_owned(),
        PageError::TooManyRecords => "ask for fewer records with a smaller page_size".to_owned(),
    };
    (Kind::Catalog, error.to_string(), help)
}

fn records(stream: &Stream, outline: &Outline) -> String {
    let place = stream.records.pointer().to_string();
    let is_list = matches!(stream.records.at, RecordsAt::Pointer(_));
    if is_list && outline.is_object(&place) && !place.is_empty() {
        return format!(
            "an object stands there: {{\"entries\": \"{place}\"}} if each member is a record, {{\"single\": \"{place}\"}} if it is one"
        );
    }
    match outline.lists().as_slice() {
        [] if outline.names().is_empty() => {
            "the answer has no list; if an empty page has none: \"may_be_absent\": true".to_owned()
        }
        [] => format!(
            "the answer has no list, but {}: {{\"single\": \"\"}} if it is one record; \"may_be_absent\": true if it is an empty page",
            outline.names().join(", ")
        ),
        lists => {
            let choices: Vec<String> = lists.iter().take(3).map(|place| format!("{{\"pointer\": \"{place}\"}}")).collect();
            format!("lists stand elsewhere; write \"records\": {}", choices.join(" or "))
        }
    }
}
