//! Ranges, permissions of browsers, and credentials that nobody wants.

use carryall_demo::{Options, Running, System};
use reqwest::Method;

use super::{a_recording, ask, get, header, small};

#[tokio::test]
async fn a_rest_is_given_while_the_file_is_the_one_that_was_begun() {
    let (_host, url) = a_recording(small(System::Talkif)).await;
    let answer = get(&url).await;
    let (etag, modified) = (header(&answer, "etag").to_owned(), header(&answer, "last-modified").to_owned());
    assert_eq!(header(&answer, "accept-ranges"), "bytes");
    let whole = answer.bytes().await.unwrap();
    let rest = async |validator: &str| {
        let request = ask(Method::GET, &url).header("range", "bytes=50-").header("if-range", validator);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    };
    for current in [etag.as_str(), modified.as_str()] {
        assert_eq!(rest(current).await, (206, whole.slice(50..)));
    }
    for other in ["\"another\"", &format!("W/{etag}"), "Sun, 06 Nov 1994 08:49:37 GMT"] {
        assert_eq!(rest(other).await, (200, whole.clone()), "{other}");
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_told_where_the_end_is() {
    let (_host, url) = a_recording(small(System::Talkif)).await;
    let size = get(&url).await.content_length().unwrap();
    let answer = ask(Method::GET, &url).header("range", format!("bytes={size}-")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "content-range")), (416, format!("bytes */{size}").as_str()));
    assert_eq!(header(&answer, "access-control-allow-origin"), "*");
}

#[tokio::test]
async fn head_tells_all_but_the_bytes() {
    let (_host, url) = a_recording(small(System::Talkif)).await;
    let (whole, head) = (get(&url).await, ask(Method::HEAD, &url).send().await.unwrap());
    for name in ["content-length", "etag", "last-modified", "content-type", "accept-ranges"] {
        assert_eq!(header(&whole, name), header(&head, name));
    }
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_page_may_send_ranges_and_read_what_the_system_lets_it() {
    for (system, exposed) in [(System::Talkif, Some("content-range, etag, accept-ranges")), (System::X, None)] {
        let host = Running::start(small(system)).await.unwrap();
        let url = format!("{}/nothing", host.media().origin);
        let request = ask(Method::OPTIONS, &url).header("access-control-request-method", "GET");
        let answer = request.header("access-control-request-headers", "if-range,range").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), header(&answer, "access-control-allow-origin")), (204, "*"));
        assert_eq!(header(&answer, "access-control-allow-headers"), "range, if-range");
        let answer = get(&url).await;
        assert_eq!(answer.headers().get("access-control-expose-headers").map(|value| value.to_str().unwrap()), exposed);
        assert_eq!(ask(Method::POST, &url).send().await.unwrap().status(), 405);
    }
}

#[tokio::test]
async fn who_brings_credentials_is_refused() {
    let (_host, url) = a_recording(small(System::Talkif)).await;
    for name in ["authorization", "cookie"] {
        assert_eq!(ask(Method::GET, &url).header(name, "a=b").send().await.unwrap().status(), 400, "{name}");
    }
}

#[tokio::test]
async fn every_answer_is_written_down_where_somebody_wants_to_know() {
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("media.log");
    let (_host, url) = a_recording(Options { media_log: Some(log.clone()), ..small(System::Talkif) }).await;
    let answer = get(&url).await;
    let (_, path) = url.split_once("/recordings").unwrap();
    let expected = format!("200 {} /recordings{path}\n", answer.content_length().unwrap());
    assert_eq!(std::fs::read_to_string(log).unwrap(), expected);
}
