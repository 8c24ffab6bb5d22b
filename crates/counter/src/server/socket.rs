//! A connection whose peer must go on: with the head it has begun, and with reading what it asked for.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::Limits;

/// Whose turn it is: counted up when a request is whole but for its body, and again when it is answered. What comes in
/// between is its body, whose time is the request's.
#[derive(Debug, Default)]
pub(super) struct Turn(AtomicU32);

impl Turn {
    pub(super) fn pass(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether no head is awaited, because a request is being answered.
    const fn is_ours(turn: u32) -> bool {
        turn % 2 == 1
    }
}

/// The connection. It fails where its peer keeps it waiting.
pub(super) struct Socket {
    stream: TcpStream,
    limits: Limits,
    turn: Arc<Turn>,
    /// The turn of the last read.
    seen: u32,
    /// Until when the head must be whole whose first bytes have come.
    head: Patience,
    /// Until when something that was written must be taken.
    write: Patience,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, limits: Limits, turn: Arc<Turn>) -> Self {
        Self { stream, limits, turn, seen: 0, head: Patience::default(), write: Patience::default() }
    }

    /// The outcome of a write, or the end where it was waited for too long.
    fn written<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write.end();
            return outcome;
        }
        self.write.begin(self.limits.request);
        ready!(self.write.poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        let turn = self.turn.0.load(Ordering::Relaxed);
        if turn != self.seen {
            self.seen = turn;
            self.head.end();
        }
        if Turn::is_ours(turn) {
            return outcome;
        }
        if buffer.filled().len() > before {
            let limit = self.limits.head;
            self.head.begin(limit);
        }
        // Checked when something came too: a byte now and then must not keep it open.
        match self.head.poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => outcome,
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A deadline that is set at the first reason and not moved by the next.
#[derive(Default)]
struct Patience {
    until: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn begin(&mut self, limit: Duration) {
        self.until.get_or_insert_with(|| Box::pin(sleep(limit)));
    }

    fn end(&mut self) {
        self.until = None;
    }

    /// Ready once it is over; never where it has not begun.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.until {
            Some(until) if until.deadline() <= Instant::now() => Poll::Ready(()),
            Some(until) => until.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}
