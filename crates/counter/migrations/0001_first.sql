-- Moments are milliseconds since 1970 (UTC). Ids are opaque. No account data is kept here.

CREATE TABLE exports (
    number           INTEGER PRIMARY KEY, -- the order of the requests
    id               TEXT NOT NULL UNIQUE,
    account          TEXT NOT NULL,
    subject          TEXT NOT NULL,
    state            TEXT NOT NULL, -- derived from the facts below; for the index and for people
    categories       TEXT NOT NULL, -- a JSON array
    requested_at     INTEGER NOT NULL,
    token_hash       BLOB,          -- SHA-256 of the confirmation token
    matching_code    TEXT,
    confirm_by       INTEGER,
    confirmed_at     INTEGER,
    start_by         INTEGER,
    first_started_at INTEGER,
    run_by           INTEGER,
    epoch            INTEGER NOT NULL,
    lease            TEXT,
    lease_until      INTEGER,
    completed_at     INTEGER,
    available_until  INTEGER,
    reruns           INTEGER NOT NULL,
    ended_at         INTEGER,
    end_kind         TEXT,
    end_code         TEXT,
    refunded         INTEGER NOT NULL,
    changed_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX exports_by_account ON exports (account, number);

-- The rule already sees to it; this holds even if the rule is wrong.
CREATE UNIQUE INDEX one_active_export ON exports (account) WHERE state IN ('pending', 'confirmed', 'processing');

-- A mail address and a token stand here only until the mail is handed over or dropped; then both are blanked.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    export      TEXT NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('confirmation', 'ready')),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'failing', 'sent', 'dropped')),
    address     TEXT,
    token       TEXT,
    locale      TEXT,
    browser     TEXT,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    drop_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX outbox_by_export ON outbox (export);
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE state IN ('queued', 'failing');

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    account TEXT NOT NULL,
    export  TEXT NOT NULL,
    event   TEXT NOT NULL,
    epoch   INTEGER NOT NULL
) STRICT;

-- An export together with how its confirmation mail fares.
CREATE VIEW exports_with_mail AS
SELECT exports.*, (
    SELECT outbox.state FROM outbox
    WHERE outbox.export = exports.id AND outbox.kind = 'confirmation'
    ORDER BY outbox.id DESC LIMIT 1
) AS mail
FROM exports;
