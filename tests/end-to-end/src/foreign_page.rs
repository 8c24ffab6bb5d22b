//! A page of another origin, served from another port of the loopback interface.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::Result;

/// Serves one page to everybody, as long as the process lives.
#[derive(Debug)]
pub struct ForeignPage {
    address: String,
}

impl ForeignPage {
    /// Serves this HTML.
    ///
    /// # Errors
    ///
    /// Where there is no free port.
    pub fn serve(html: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{html}",
            html.len()
        );
        thread::spawn(move || listener.incoming().flatten().for_each(|stream| serve_one(&stream, &answer)));
        Ok(Self { address })
    }

    /// Its origin, which is its address too.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// Whatever is asked, once the question is over.
fn serve_one(mut stream: &TcpStream, answer: &str) {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let _ = stream.write_all(answer.as_bytes());
}
