// @ts-check
/**
 * Every message that crosses a wire in the browser: page <-> worker, page <-> counter, and the part of the catalog
 * that people see. **Types only**; the Rust side of each is in `crates/protocol`. The counter's and the catalog's
 * fields are snake_case, as on their wire; those between page and worker are camelCase.
 *
 * @typedef {string} Timestamp RFC 3339 in UTC, "2026-02-28T12:00:00Z"
 * @typedef {"files" | "document" | "x"} Layout
 * @typedef {"json" | "ndjson" | "csv"} FormatChoice how the files of records are written
 * @typedef {"links" | "files"} MediaChoice what happens to the files that records tell of
 * @typedef {"opfs" | "memory"} StagingKind
 * @typedef {Record<string, string>} Headers
 *
 * What the host gives the panel: the headers that carry its session, or null where the person is signed out; an error
 * means that it could not tell now. With `refresh` the last ones were refused.
 * @typedef {(request: { refresh: boolean }) => Promise<Headers | null> | Headers | null} Authorize
 */

/* The counter (crates/protocol/src/counter.rs) */

/**
 * @typedef {"pending" | "confirmed" | "processing" | "completed" | "expired" | "failed" | "cancelled"} ExportState
 *
 * @typedef {object} ExportView
 * @property {string} id
 * @property {ExportState} state
 * @property {boolean} interrupted `processing` without a live lease
 * @property {string[]} categories
 * @property {Timestamp} requested_at
 * @property {Timestamp} [confirm_by]
 * @property {string} [matching_code] to whoever asked for the export only
 * @property {"queued" | "sent" | "failing"} [mail] to whoever asked for the export only
 * @property {Timestamp} [confirmed_at]
 * @property {Timestamp} [run_by]
 * @property {Timestamp} [started_at]
 * @property {Timestamp} [lease_until]
 * @property {Timestamp} [completed_at]
 * @property {Timestamp} [available_until]
 * @property {Timestamp} [ended_at]
 * @property {string} [end_code]
 * @property {number} reruns_left
 * @property {number} epoch
 *
 * Durations in seconds.
 * @typedef {object} PolicyView
 * @property {"none" | "email" | "reauthentication"} confirmation
 * @property {number} confirmation_window
 * @property {number} cooldown
 * @property {"request" | "completion"} cooldown_from
 * @property {number} download_window
 * @property {boolean} available_blocks
 * @property {number} reruns
 *
 * @typedef {object} Problem
 * @property {string} type
 * @property {string} title
 * @property {number} status
 * @property {string} detail
 * @property {string} code
 * @property {Timestamp} [retry_at]
 * @property {string} [contact]
 *
 * @typedef {object} Current
 * @property {Timestamp} now
 * @property {PolicyView} policy
 * @property {ExportView | null} export
 * @property {Problem | null} refusal
 *
 * @typedef {object} RequestExport
 * @property {string[]} categories
 * @property {string} [locale]
 */

/* The catalog (crates/protocol/src/catalog.rs), as far as the panel reads it */

/**
 * @typedef {string | Record<string, string>} Text
 *
 * One walk over one resource, as far as it bears on what the person may choose.
 * @typedef {object} Stream
 * @property {string} id
 * @property {object} [date_range] a range of time may be chosen
 * @property {object} [only_mine] the person's own records may be chosen
 * @property {{ stream: string }} [for_each] the stream for whose records it is read
 * @property {{ note?: Text }[]} [attachments] where its records tell of files, and what people should know of those
 *
 * @typedef {object} Category
 * @property {string} id
 * @property {Text} title
 * @property {Text} [description]
 * @property {boolean} [default] true where absent
 * @property {"normal" | "high"} [sensitivity]
 * @property {Stream[]} [streams]
 *
 * @typedef {object} Catalog
 * @property {Text} title
 * @property {Category[]} categories
 * @property {{ title: Text, reason: Text }[]} [unavailable]
 * @property {{ layout?: Layout }} [archive]
 * @property {{ default?: MediaChoice, origins?: string[] }} [media] links where absent; no other origins are fetched from
 * @property {Links} [links]
 *
 * Where else a person can turn.
 * @typedef {{ [Link in "formal_request" | "privacy_policy" | "deletion" | "account_deletion" | "correction" | "complaint"]?: string }} Links
 */

/* The job (crates/protocol/src/job.rs) */

/**
 * @typedef {object} JobOptions
 * @property {string} catalogUrl
 * @property {string} counterUrl
 * @property {string} exportId
 * @property {string[]} categories
 * @property {Layout | null} layout
 * @property {FormatChoice | null} format JSON where null
 * @property {MediaChoice | null} media the catalog's own where null
 * @property {Timestamp | null} since nothing older, where the catalog allows the choice
 * @property {Timestamp | null} until nothing newer, where the catalog allows the choice
 * @property {boolean} onlyMine nothing of others, where the catalog allows the choice
 * @property {string[]} origins
 * @property {string | null} locale
 * @property {boolean} takeover
 *
 * @typedef {object} StreamProgress
 * @property {string} category
 * @property {string} stream
 * @property {number} records
 * @property {number | null} [total]
 * @property {"waiting" | "reading" | "complete" | "partial"} status
 *
 * The files that records tell of, where they come into the archive.
 * @typedef {object} MediaProgress
 * @property {number} files kept so far
 * @property {number} bytes of those
 * @property {number} waiting for their turn
 * @property {number} failed that could not be fetched
 *
 * @typedef {object} Progress
 * @property {"queued" | "reading" | "verifying" | "completing" | "sealing"} phase
 * @property {StreamProgress[]} streams
 * @property {number} archiveBytes
 * @property {Timestamp | null} [waitingUntil]
 * @property {number | null} [ahead] while a place is waited for: how many others wait before
 * @property {StagingKind | null} [staging] once there is an archive
 * @property {MediaProgress | null} [media]
 *
 * The files that records tell of.
 * @typedef {object} MediaSummary
 * @property {number} kept in the archive
 * @property {number} bytes of those
 * @property {number} linked of which only the address is there
 * @property {number} failed that could not be fetched
 *
 * @typedef {object} Summary
 * @property {ExportView} export
 * @property {string} fileName
 * @property {number} archiveBytes
 * @property {number} records
 * @property {boolean} complete
 * @property {boolean} receipt whether the counter's receipt is in it
 * @property {string} payloadDigest
 * @property {StreamProgress[]} streams
 * @property {StagingKind} staging
 * @property {MediaSummary | null} [media]
 * @property {number} elapsedMillis
 * @property {number} wasmMemoryBytes
 *
 * @typedef {object} JobOutcome
 * @property {Summary} summary
 * @property {File | Blob} file
 *
 * @typedef {object} ErrorReport
 * @property {string} code
 * @property {string} description
 *
 * What the wasm module needs of the page while it runs.
 * @typedef {object} JobPage
 * @property {(refresh: boolean) => Promise<Headers>} authorize
 * @property {(progress: Progress) => void} progress
 * @property {AbortSignal} signal
 */

/* Page -> worker */

/**
 * @typedef {{ type: "run", options: JobOptions }} RunMessage
 * @typedef {{ type: "authorized", id: number, headers: Headers }} AuthorizedMessage
 * @typedef {{ type: "authorize_failed", id: number, error: ErrorReport }} AuthorizeFailedMessage
 * @typedef {{ type: "cancel" }} CancelMessage
 * @typedef {RunMessage | AuthorizedMessage | AuthorizeFailedMessage | CancelMessage} ToWorker
 */

/* Worker -> page */

/**
 * `ready` comes once, when the worker and everything it imports has loaded. `pulse` names a Web Lock that the worker holds
 * for as long as it lives; null where there are no locks.
 * @typedef {{ type: "ready", pulse: string | null }} ReadyMessage
 * @typedef {{ type: "authorize", id: number, refresh: boolean }} AuthorizeMessage
 * @typedef {{ type: "progress", progress: Progress }} ProgressMessage
 * @typedef {{ type: "done", outcome: JobOutcome }} DoneMessage
 * @typedef {{ type: "failed", error: ErrorReport }} FailedMessage
 * @typedef {ReadyMessage | AuthorizeMessage | ProgressMessage | DoneMessage | FailedMessage} ToPage
 */

export {};
