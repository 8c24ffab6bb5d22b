//! A careful download, as this crate's tests understand it: it goes on where it was cut, never mixes two files, and believes
//! no answer that contradicts itself. It shares nothing with the exporter.

use reqwest::{Method, Response};

use super::{ask, header};

/// Answers after which a careful client gives up.
const PATIENCE: usize = 60;

/// What came of it.
pub(crate) struct Download {
    pub(crate) bytes: Vec<u8>,
    pub(crate) answers: Vec<u16>,
}

/// Downloads until the file is whole, or patience ends.
pub(crate) async fn download(url: &str) -> Option<Download> {
    let (mut bytes, mut etag, mut answers) = (Vec::new(), String::new(), Vec::new());
    while answers.len() < PATIENCE {
        let request = ask(Method::GET, url);
        let rest = format!("bytes={}-", bytes.len());
        let request = if bytes.is_empty() { request } else { request.header("range", rest).header("if-range", &etag) };
        let mut answer = request.send().await.unwrap();
        answers.push(answer.status().as_u16());
        let size = match answer.status().as_u16() {
            200 => {
                (bytes, etag) = (Vec::new(), header(&answer, "etag").to_owned());
                answer.content_length().unwrap()
            }
            206 => {
                let (start, size) = place(&answer);
                bytes.truncate(usize::try_from(start).unwrap());
                assert_eq!(bytes.len() as u64, start, "a part that begins later");
                size
            }
            _ => return None,
        };
        while let Ok(Some(piece)) = answer.chunk().await {
            bytes.extend_from_slice(&piece);
        }
        if bytes.len() as u64 == size {
            return Some(Download { bytes, answers });
        }
    }
    None
}

/// Where a part begins, and how large the whole is.
fn place(answer: &Response) -> (u64, u64) {
    let (range, size) = header(answer, "content-range").strip_prefix("bytes ").unwrap().split_once('/').unwrap();
    (range.split_once('-').unwrap().0.parse().unwrap(), size.parse().unwrap())
}
