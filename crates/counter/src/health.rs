//! Whether a counter answers on this machine: for a container's health check, which has no other program to ask with.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use thiserror::Error;

/// How long anything of it may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why it is taken for ill.
#[derive(Debug, Error)]
pub enum Ill {
    /// The configuration names no port.
    #[error("listen: port 0 takes a free one each time; to ask for its health, the counter needs a port of its own")]
    NoPort,
    /// Nobody answers, or not in time.
    #[error("the counter does not answer at {address}: {source}")]
    Silent {
        /// Where it was asked.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Something else answers, or the counter is not well.
    #[error("what answers at {address} is no counter that is well: {answer:?}")]
    Other {
        /// Where it was asked.
        address: SocketAddr,
        /// The beginning of its answer.
        answer: String,
    },
}

/// Asks the counter that listens there for `/healthz`. Waits for it, seconds at most.
///
/// # Errors
///
/// [`Ill`].
pub fn ask(listen: SocketAddr) -> Result<(), Ill> {
    let address = reachable(listen);
    if address.port() == 0 {
        return Err(Ill::NoPort);
    }
    let answer = exchange(address).map_err(|source| Ill::Silent { address, source })?;
    if answer.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(Ill::Other { address, answer }) }
}

/// Whoever listens everywhere listens on loopback too.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}

/// The first line of the answer, and what came with it.
fn exchange(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = [0; 64];
    let read = stream.read(&mut answer)?;
    Ok(String::from_utf8_lossy(answer.get(..read).unwrap_or_default()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_asked_on_loopback() {
        for (listen, asked) in [("0.0.0.0:9", "127.0.0.1:9"), ("[::]:9", "[::1]:9"), ("192.0.2.1:9", "192.0.2.1:9")] {
            assert_eq!(reachable(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }

    #[test]
    fn whoever_does_not_answer_is_ill() {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(matches!(ask(address), Err(Ill::Silent { .. })));
        assert!(matches!(ask("127.0.0.1:0".parse().unwrap()), Err(Ill::NoPort)));
    }
}
