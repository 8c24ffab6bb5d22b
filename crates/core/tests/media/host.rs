//! A media host in memory, with its bad habits as switches.

use std::collections::BTreeMap;

use carryall_core::media::MediaRequest;

/// What a media host does instead of giving the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    Good,
    /// Breaks off after so many bytes, on every connection.
    Drop {
        after: usize,
    },
    /// Gives the whole file whatever is asked, and breaks off so many times.
    IgnoresRanges {
        drops: u32,
    },
    /// Has another version, with another tag, from the second request on; the first breaks off.
    Changes,
    /// Another version without telling: the same file has another length in the answer to a range.
    ChangesSilently,
    Html,
    /// Claims so many bytes more than there are.
    LongLength(u64),
    /// Gives so many bytes less than there are, and says that it is all.
    Short(usize),
    /// Answers a range with another one.
    WrongRange,
    Status(u16),
    /// Answers with this status so many times.
    Busy(u16, u32),
    /// Nobody answers a request with a range.
    NoPreflight {
        after: usize,
    },
    /// Nobody answers.
    Down,
    /// Says nothing of ranges, tags and lengths that a page could read, and breaks off.
    Hides {
        after: usize,
    },
}

/// What comes over one connection.
#[derive(Debug)]
pub(crate) enum Came {
    Nothing,
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8>, is_whole: bool },
}

/// Files by their addresses.
#[derive(Debug, Default)]
pub(crate) struct MediaHost {
    pub(crate) files: BTreeMap<String, (Vec<u8>, Habit)>,
    pub(crate) seen: Vec<MediaRequest>,
    requests: BTreeMap<String, u32>,
}

/// Bytes that no two files share.
pub(crate) fn drawn(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

impl MediaHost {
    pub(crate) fn answer(&mut self, request: &MediaRequest) -> Came {
        self.seen.push(request.clone());
        let Some((bytes, habit)) = self.files.get(&request.url) else { return plain(404, Vec::new()) };
        let count = self.requests.entry(request.url.clone()).or_default();
        *count += 1;
        let from = request.from as usize;
        match *habit {
            Habit::Good => give(bytes, request, "\"v1\"", usize::MAX),
            Habit::Drop { after } => give(bytes, request, "\"v1\"", after),
            Habit::IgnoresRanges { drops } => {
                let request = MediaRequest { from: 0, if_range: None, ..request.clone() };
                give(bytes, &request, "\"v1\"", if *count <= drops { bytes.len() / 2 } else { usize::MAX })
            }
            Habit::Changes if *count == 1 => give(&drawn(99, bytes.len()), request, "\"v0\"", bytes.len() / 2),
            Habit::Changes => give(bytes, request, "\"v1\"", usize::MAX),
            Habit::ChangesSilently if *count == 1 => give(&drawn(99, bytes.len() + 7), request, "\"v1\"", bytes.len() / 2),
            Habit::ChangesSilently => give(bytes, request, "\"v1\"", usize::MAX),
            Habit::Html => plain_of(200, "text/html; charset=utf-8", b"<!doctype html>Sign in".to_vec()),
            Habit::LongLength(more) => {
                let mut came = give(bytes, request, "\"v1\"", usize::MAX);
                if let Came::Answer { headers, is_whole, .. } = &mut came {
                    set(headers, "content-length", (bytes.len() as u64 + more).to_string());
                    *is_whole = false;
                }
                came
            }
            Habit::Short(less) => plain(200, bytes[..bytes.len() - less].to_vec()),
            Habit::WrongRange if from > 0 => {
                let mut came = give(bytes, &MediaRequest { from: 1, ..request.clone() }, "\"v1\"", usize::MAX);
                if let Came::Answer { headers, .. } = &mut came {
                    set(headers, "content-range", format!("bytes 1-{}/{}", bytes.len() - 1, bytes.len()));
                }
                came
            }
            Habit::WrongRange => give(bytes, request, "\"v1\"", if *count > 2 { usize::MAX } else { bytes.len() / 2 }),
            Habit::Status(status) => plain(status, Vec::new()),
            Habit::Busy(status, times) if *count <= times => plain(status, Vec::new()),
            Habit::Busy(..) => give(bytes, request, "\"v1\"", usize::MAX),
            Habit::NoPreflight { .. } if from > 0 => Came::Nothing,
            Habit::NoPreflight { after } => give(bytes, request, "\"v1\"", if *count > 1 { usize::MAX } else { after }),
            Habit::Down => Came::Nothing,
            Habit::Hides { after } => {
                let mut came = give(bytes, request, "\"v1\"", if *count > 2 { usize::MAX } else { after });
                if let Came::Answer { headers, .. } = &mut came {
                    headers.retain(|(name, _)| name == "content-type");
                }
                came
            }
        }
    }
}

fn set(headers: &mut [(String, String)], name: &str, value: String) {
    headers.iter_mut().filter(|(known, _)| known == name).for_each(|(_, old)| old.clone_from(&value));
}

fn plain(status: u16, body: Vec<u8>) -> Came {
    plain_of(status, "application/octet-stream", body)
}

fn plain_of(status: u16, media_type: &str, body: Vec<u8>) -> Came {
    let headers = vec![("content-type".to_owned(), media_type.to_owned()), ("content-length".to_owned(), body.len().to_string())];
    Came::Answer { status, headers, body, is_whole: true }
}

/// What an honest host gives (RFC 9110 section 14), if the connection holds for so many bytes.
fn give(bytes: &[u8], request: &MediaRequest, tag: &str, holds: usize) -> Came {
    let is_part = request.from > 0 && request.if_range.as_deref().is_none_or(|known| known == tag);
    let from = if is_part { request.from as usize } else { 0 };
    if from >= bytes.len() && is_part {
        return plain(416, Vec::new());
    }
    let rest = &bytes[from..];
    let mut headers = vec![
        ("content-type".to_owned(), "application/octet-stream".to_owned()),
        ("content-length".to_owned(), rest.len().to_string()),
        ("etag".to_owned(), tag.to_owned()),
    ];
    if is_part {
        headers.push(("content-range".to_owned(), format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len())));
    }
    let body = rest[..rest.len().min(holds)].to_vec();
    Came::Answer { status: if is_part { 206 } else { 200 }, headers, is_whole: body.len() == rest.len(), body }
}
