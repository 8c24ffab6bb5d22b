//! Everything that is under way at once: pages, and files piece by piece. The next piece of a file is asked for only when the last
//! one was taken, so what waits is one piece a file.

use std::pin::{Pin, pin};
use std::time::Duration;

use carryall_core::export::{PageRequest, RequestId};
use carryall_core::media::{MediaHead, MediaId, MediaRequest};
use carryall_core::page::{FetchError, Page};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::clock::sleep;
use crate::host::Host;
use crate::media::{self, Body};

/// What has come.
pub(crate) enum Arrival {
    /// The answer to a request for a page.
    Page(RequestId, Result<Page, FetchError>),
    /// The beginning of a file.
    Head(MediaId, MediaHead, Body),
    /// A piece of it.
    Piece(MediaId, Vec<u8>, Body),
    /// Its end, or what went wrong.
    End(MediaId, Result<(), FetchError>),
}

/// Requests under way.
pub(crate) struct Traffic<'a> {
    host: &'a Host<'a>,
    coming: FuturesUnordered<Pin<Box<dyn Future<Output = Arrival> + 'a>>>,
}

impl<'a> Traffic<'a> {
    pub(crate) fn new(host: &'a Host<'a>) -> Self {
        Self { host, coming: FuturesUnordered::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }

    /// Asks for a page.
    pub(crate) fn page(&self, request: PageRequest) {
        let host = self.host;
        self.coming.push(Box::pin(async move {
            let (id, answer) = host.page(request).await;
            Arrival::Page(id, answer)
        }));
    }

    /// Asks for a file.
    pub(crate) fn file(&self, request: MediaRequest) {
        let host = self.host;
        self.coming.push(Box::pin(async move {
            match media::fetch(&request, host.media_origins(), host.signal()).await {
                Ok((head, body)) => Arrival::Head(request.id, head, body),
                Err(error) => Arrival::End(request.id, Err(error)),
            }
        }));
    }

    /// Asks for the next piece of a file.
    pub(crate) fn piece(&self, id: MediaId, mut body: Body) {
        self.coming.push(Box::pin(async move {
            match body.next().await {
                Ok(Some(piece)) => Arrival::Piece(id, piece, body),
                Ok(None) => Arrival::End(id, Ok(())),
                Err(error) => Arrival::End(id, Err(error)),
            }
        }));
    }

    /// The next arrival, if one comes within this time. With nothing under way it is only a wait.
    pub(crate) async fn next_within(&mut self, wait: Duration) -> Option<Arrival> {
        if self.coming.is_empty() {
            sleep(wait).await;
            return None;
        }
        match select(self.coming.next(), pin!(sleep(wait))).await {
            Either::Left((arrival, _)) => arrival,
            Either::Right(((), _)) => None,
        }
    }
}
