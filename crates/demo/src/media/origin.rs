//! What somebody who sets a host up decides about its media: the origin that records name, and how large files are at most.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// The origin that records name for their media.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// The one that the real system would name, like `https://media.fluxer.example`. Nothing answers there.
    #[default]
    Example,
    /// `http://ADDRESS`, where a host of this crate serves them.
    At(SocketAddr),
}

/// What is no origin of a media host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no origin with a number for its address, like http://127.0.0.1:9002")]
pub struct NoOrigin(String);

impl Origin {
    /// It, as records write it; `example` is what the real system would write.
    pub(crate) fn or(self, example: &'static str) -> String {
        match self {
            Self::Example => example.to_owned(),
            Self::At(address) => format!("http://{address}"),
        }
    }

    /// Where the media are served, if anywhere.
    pub(crate) fn served(self) -> Option<String> {
        matches!(self, Self::At(_)).then(|| self.to_string())
    }
}

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let address = text.strip_prefix("http://").and_then(|address| address.parse().ok());
        address.map(Self::At).ok_or_else(|| NoOrigin(text.to_owned()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Example => f.write_str("the system's own"),
            Self::At(address) => write!(f, "http://{address}"),
        }
    }
}

/// How media are told of and drawn. **Records depend on it**: whoever asks for the truth must name the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The origin that records name.
    pub origin: Origin,
    /// No file is larger, in bytes.
    pub largest: u64,
}

impl Default for Terms {
    /// The real system's origin and sizes.
    fn default() -> Self {
        Self { origin: Origin::Example, largest: u64::MAX }
    }
}

impl Terms {
    /// The size of a file for which so many bytes were drawn; never 0.
    pub(crate) const fn size(self, drawn: u64) -> u64 {
        match drawn.checked_rem(self.largest) {
            Some(rest) if drawn > self.largest => 1 + rest,
            _ => drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_it_is_written() {
        let origin: Origin = "http://127.0.0.1:9002".parse().unwrap();
        assert_eq!([origin.to_string(), origin.or("https://m.example")], ["http://127.0.0.1:9002"; 2]);
        assert_eq!(Origin::Example.or("https://m.example"), "https://m.example");
        for wrong in ["", "127.0.0.1:9002", "http://127.0.0.1", "http://127.0.0.1:9002/", "https://127.0.0.1:9002"] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_size_is_above_the_largest_and_smaller_ones_stay() {
        let terms = Terms { largest: 1_000, ..Terms::default() };
        assert_eq!([1, 999, 1_000].map(|drawn| terms.size(drawn)), [1, 999, 1_000]);
        assert!((1_001..5_000).map(|drawn| terms.size(drawn)).all(|size| (1..=1_000).contains(&size)));
        assert_eq!(Terms::default().size(u64::MAX), u64::MAX);
    }
}
