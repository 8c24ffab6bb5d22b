//! How a moment is written: by an API, by its parameters, by an archive.

/// How a moment is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MomentFormat {
    /// "rfc3339": `2026-02-28T12:00:00Z`, with any number of fractional digits and any offset when read.
    #[default]
    Rfc3339,
    /// "unix": seconds since 1970, as a number or a text.
    Unix,
    /// "unix_ms": milliseconds since 1970, as a number or a text.
    UnixMillis,
    /// "date": `2026-02-28`, in UTC.
    Date,
    /// `x_archive`: `Sat Feb 28 12:00:00 +0000 2026`, as X's archives write it.
    XArchive,
    /// `{"snowflake": 1420070400000}`: an id whose upper 42 bits are the milliseconds since that epoch, itself in milliseconds
    /// since 1970.
    Snowflake {
        /// Milliseconds since 1970.
        epoch: u64,
    },
}
