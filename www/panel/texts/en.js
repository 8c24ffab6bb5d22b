// @ts-check
/** The panel in English: the table that every other language follows. */

export const en = {
  /** Which way the language is written. */
  dir: /** @type {"ltr" | "rtl"} */ ("ltr"),

  steps: { request: "Choose", confirm: "Confirm", run: "Pack", save: "Save" },
  stepsLabel: "Steps of an export",

  title: {
    loading: "Loading…",
    ready: "Export your data",
    pending: "Confirm your export",
    confirmed: "Ready to pack",
    running: "Packing your archive",
    processing: "Your export runs elsewhere",
    interrupted: "Your export was interrupted",
    completed: "Your archive is ready",
    missing: "Your archive is not in this browser",
    expired: "Your last export has expired",
    failed: "Your last export did not finish",
    cancelled: "Your last export was cancelled",
    refused: "No export can be requested now",
    unreachable: "Data export is not available at the moment",
  },

  ready: {
    /** @param {string} host */
    lead: (host) => `Choose what you want to take with you. Your browser reads it from ${host} and packs it on this device; no archive ever lies on a server.`,
    categories: "What to export",
    all: "Select everything",
    /** @param {string} count @param {string} total */
    selected: (count, total) => `${count} of ${total} selected`,
    sensitive: "Sensitive",
    sensitiveHint: "Sensitive categories can hurt you or others if they fall into the wrong hands. Keep the archive where only you can open it.",
    unavailable: "What cannot be exported here",
    policy: "Good to know",
    confirm: {
      none: () => "No confirmation is needed.",
      /** @param {string} window */
      email: (window) => `You confirm by mail: the link in it is valid for ${window}.`,
      reauthentication: () => "You confirm with your password.",
    },
    cooldown: {
      /** @param {string} wait */
      request: (wait) => `One export every ${wait}, counted from the request.`,
      /** @param {string} wait */
      completion: (wait) => `One export every ${wait}, counted from when the last one was finished.`,
    },
    /** @param {string} window */
    window: (window) => `Once it is ready, the archive can be saved for ${window}. Then this browser deletes its copy.`,
    replaces: "A new request ends the export you have now, and this browser deletes its copy.",
  },

  narrow: {
    title: "Narrow it down",
    days: "Only a period of time",
    from: "From",
    to: "To",
    daysHint: "Whole days, as this device counts them. A field left empty sets no limit.",
    /** @param {string} categories */
    applies: (categories) => `The period applies to: ${categories}.`,
    /** @param {string} category */
    inPart: (category) => `${category} (a part of it)`,
    /** @param {string} categories */
    whole: (categories) => `It does not apply to these; they are exported whole: ${categories}.`,
    mineLabel: "Only what I wrote myself",
    /** @param {string} categories */
    mineApplies: (categories) => `Leaves out what others wrote. Applies to: ${categories}.`,
    /** @param {string} from @param {string} to */
    between: (from, to) => (from === to ? `Only on ${from}` : `Only from ${from} to ${to}`),
    /** @param {string} from */
    since: (from) => `Only from ${from} on`,
    /** @param {string} to */
    until: (to) => `Only up to ${to}`,
    mine: "Only what you wrote yourself",
  },

  media: {
    legend: "Photos, recordings and other files",
    choices: {
      links: { title: "Links only", hint: "The archive lists where they are. It is done sooner and smaller, but a link can end." },
      files: { title: "The files themselves", hint: "They come into the archive. It takes longer and needs space on this device." },
    },
    /** @param {string} categories */
    applies: (categories) => `This is about the files in: ${categories}.`,
    memory: "This browser window can only hold the archive in memory: many or large files may not fit.",
  },

  layout: {
    legend: "How the archive is arranged",
    hint: "Each comes as one zip archive with a list of what it holds.",
    layouts: {
      files: { title: "One file per category", hint: "Easy to look through and to open in other programs." },
      document: { title: "One JSON document", hint: "Everything in one file, for moving to another service." },
      x: { title: "Like an archive from X", hint: "For programs that read X's own archives; plain JSON lies beside it." },
    },
  },

  format: {
    legend: "How the files are written",
    formats: {
      json: { title: "JSON", hint: "Most programs read it. If in doubt, this one." },
      ndjson: { title: "NDJSON", hint: "One record a line, for databases and very long lists." },
      csv: { title: "JSON and a CSV for spreadsheets", hint: "A table beside each JSON file, to look through. The JSON is what counts." },
    },
  },

  pending: {
    mail: {
      queued: "We are sending you a mail with a link. Open it and confirm there.",
      sent: "We sent you a mail with a link. Open it and confirm there.",
      failing: "The mail could not be delivered so far. Check your mail address in the settings. If it is wrong, correct it, cancel this request and make a new one; if it is right, the mail may still come.",
    },
    code: "Code of this request",
    codeHint: "The mail shows the same code. If it shows another one, do not confirm.",
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `Confirm by ${moment} (${ahead}).`,
    waiting: "This page notices by itself when you have confirmed.",
    another: {
      title: "An export waits for its confirmation",
      lead: "Another person of this account requested it. The mail with the link went to them; only they can confirm it and pack the archive.",
      /** @param {string} moment @param {string} ahead */
      until: (moment, ahead) => `It ends by itself unless it is confirmed by ${moment} (${ahead}).`,
      waiting: "This page notices by itself when it goes on.",
    },
  },

  confirmed: {
    lead: "Your request is confirmed. Your browser now reads your data and packs it on this device.",
    keepOpen: "Keep this tab open until it is done. You can go on working in other tabs.",
    stays: "Your data does not leave this device.",
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `Start by ${moment} (${ahead}).`,
    memory: "This browser window cannot keep files: the archive will be held in memory, and closing the tab loses it. If this window is private, a normal one avoids that; otherwise another browser may.",
    chosen: "What will be exported",
  },

  running: {
    phase: {
      starting: "Starting…",
      queued: "Waiting for a place",
      reading: "Reading your data",
      verifying: "Reading back what was packed",
      completing: "Asking for the receipt",
      sealing: "Closing and checking the archive",
    },
    /** @param {number} count @param {string} ahead */
    queued: (count, ahead) =>
      `Many people export at the moment. Yours begins by itself as soon as there is a place; ${count === 0 ? "it is the next" : count === 1 ? "one other comes before it" : `${ahead} others come before it`}.`,
    overall: "Overall progress",
    /** @param {string} done @param {string} total */
    categories: (done, total) => `${done} of ${total} categories`,
    /** @param {string} count @param {boolean} isOne */
    records: (count, isOne) => (isOne ? "1 record" : `${count} records`),
    /** @param {string} count @param {string} total */
    recordsOf: (count, total) => `${count} of ${total}`,
    /** @param {string} size */
    size: (size) => `${size} packed`,
    media: {
      /** @param {string} count @param {boolean} isOne @param {string} size */
      files: (count, isOne, size) => `${isOne ? "1 photo, recording or other file" : `${count} photos, recordings and other files`} packed (${size})`,
      /** @param {string} count */
      waiting: (count) => `${count} waiting`,
      /** @param {string} count */
      failed: (count) => `${count} could not be fetched`,
    },
    status: { waiting: "Waiting", reading: "Reading", complete: "Complete", partial: "Incomplete" },
    /** @param {string} countdown */
    waiting: (countdown) => `Waiting before the service is asked again: it limits how fast it can be read, or cannot be reached just now. Going on in ${countdown}; nothing is lost.`,
    keepOpen: "Keep this tab open until it is done. Your data does not leave this device.",
    memory: "The archive is held in memory: closing this tab loses it.",
    stopping: "Stopping…",
    /** @param {string} percent */
    announce: (percent) => `${percent} % packed.`,
  },

  processing: {
    lead: "Another tab or browser is packing this export. It goes on there; nothing is needed here.",
    takeover: "If you take it over, the other one stops, and packing starts again in this tab.",
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `It has to be done by ${moment} (${ahead}).`,
  },

  interrupted: {
    lead: "Packing stopped before it was done: the tab was closed, lost its connection, or was stopped by the browser. You can continue here; it counts as the same export.",
  },

  completed: {
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `Save it by ${moment} (${ahead}). Then this browser deletes its copy; what you saved stays yours.`,
    started: "The download has started. If nothing happened, save it with the button.",
    memory: "It is held in memory: save it before you close this tab, or it is lost.",
    noReceipt: "This archive has no receipt: the service that counts exports could not be reached when it was finished, so nobody has signed for it. Its contents are the same with and without one.",
    file: "File",
    size: "Size",
    records: "Records",
    completeness: "Completeness",
    complete: "Everything you asked for was received.",
    /** @param {string} categories */
    partial: (categories) => `Incomplete: not everything was received (${categories}). The archive's README.txt and export.json say what is missing.`,
    partialTitle: "This archive is incomplete",
    media: {
      files: "Photos, recordings and other files",
      kept: "In the archive",
      linked: "Only as a link",
      failed: "Could not be fetched",
      /** @param {string} count @param {string} size */
      sized: (count, size) => `${count} (${size})`,
      /** @param {string} count @param {boolean} isOne */
      lack: (count, isOne) =>
        `${isOne ? "1 photo, recording or other file" : `${count} photos, recordings and other files`} could not be fetched. The archive lists ${isOne ? "it" : "them"} in export.json and in data/media, with the record ${isOne ? "it belongs" : "each belongs"} to.`,
    },
    details: "How to check this archive",
    digest: "Payload digest (SHA-256)",
    digestHint: "It is the digest in receipt.json inside the archive, which the service signed: so anyone can check that the data is unchanged since.",
    exportId: "Export",
    next: "Request another export",
    /** @param {string} moment */
    nextAt: (moment) => `The next export can be requested from ${moment}.`,
  },

  missing: {
    /** @param {string} moment */
    lead: (moment) => `It was finished on ${moment}, but it does not lie in this browser: it was packed in another one, or this browser's storage was cleared.`,
    elsewhere: "Open this page in the browser that packed it to save it there.",
    /** @param {string} times */
    rerun: (times) => `Or pack it again here; this is possible ${times} more.`,
    once: "once",
    /** @param {string} count */
    times: (count) => `${count} times`,
    none: "It cannot be packed again.",
  },

  ended: {
    /** @param {string} moment */
    expired: (moment) => `It could be saved until ${moment}. This browser has deleted its copy.`,
    /** @param {string} moment */
    deleted: (moment) => `You ended it on ${moment}. This browser has deleted its copy.`,
    /** @param {string} moment */
    failed: (moment) => `It stopped on ${moment}.`,
    /** @param {string} moment */
    cancelled: (moment) => `It ended on ${moment}.`,
    again: "You can request a new one.",
    /** @param {string} code */
    reason: (code) => `Reason: ${code}.`,
    reasons: /** @type {Record<string, string>} */ ({
      unconfirmed: "It was not confirmed in time.",
      never_started: "It was not started in time.",
      ran_too_long: "It was not finished in time.",
      window_over: "",
      by_person: "You ended it.",
      denied: "It was stopped with the link “It wasn't me” in the mail. If you did not request it, change your password and sign out everywhere.",
      cancelled: "You ended it.",
      by_operator: "The operator ended it.",
      superseded: "A newer request took its place.",
    }),
  },

  refused: {
    cooldown: "The wait since your last export is not over.",
    active_export: "Another export of this account is still under way or available.",
    request_cap: "Too many requests were made today.",
    role_not_allowed: "Your role does not allow exporting this account's data. Ask someone who manages it.",
    reauth_required: "Enter your password again first: sign out, sign in, and come back.",
    mail_unverified: "Your mail address is missing or unverified, so no confirmation can be sent. Verify it in the settings.",
    unauthenticated: "You are signed out. Sign in and come back.",
    paused: "The operator has paused exports for now. What is under way goes on; try again later.",
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `You can request an export from ${moment} (${ahead}).`,
  },

  contact: "This wait is a rule of this page, not an answer to a request under data protection law.",
  rights: {
    title: "Your rights",
    correction: "Have something corrected",
    deletion: "Have something deleted",
    account_deletion: "Delete your account",
    formal_request: "Make a formal request",
    complaint: "Make a complaint",
    privacy_policy: "Privacy policy",
  },

  unreachable: "We try again by ourselves.",
  offline: "The connection to the service was lost; what you see may be out of date.",

  /** By code; the description that came with a code is shown where there is none. */
  errors: /** @type {Record<string, string>} */ ({
    date_unfinished: "A date is not complete. Finish it or clear it.",
    date_in_future: "A date lies in the future. Choose today or an earlier day.",
    range_reversed: "The first day comes after the last. Swap them.",
    session_ended: "Your session ended while the archive was packed. Sign in again and request the export anew.",
    nothing_received: "Nothing could be read. Check the connection and try again.",
    storage_full: "This device has no space left for the archive. Free some or choose less, then try again.",
    memory_full: "The archive is too large for this browser window, which can only hold it in memory. Use a window that is not private, or another browser.",
    storage_broken: "This browser could not keep the archive. Try again.",
    archive_damaged: "What was read back is not what was packed; nothing was kept. Try again, and check this device's disk if it happens again.",
    counter_unreachable: "The service cannot be reached. Check the connection and try again.",
    too_many_requests: "Too many requests came from your network. This page goes on by itself in a moment.",
    catalog_unreachable: "The list of what can be exported could not be loaded. Check the connection and try again.",
    catalog_invalid: "The list of what can be exported is not in order. Tell the operator of this site; they can mend it.",
    epoch_superseded: "Another tab took this export over; it goes on there.",
    lease_held: "Another tab runs this export. Go on there, or take it over here.",
    other_subject: "Another person of this account requested this export; only they can pack it. You can request your own when it has ended.",
    not_deleted: "Not everything could be deleted from this browser, because another tab still uses it. Close the other tabs of this site and sign out again.",
  }),

  action: {
    request: "Request export",
    start: "Start packing",
    continue: "Continue here",
    takeover: "Take over here",
    rerun: "Pack again here",
    save: "Save archive",
    cancel: "Cancel export",
    delete: "Delete now",
    retry: "Try again",
    check: "Check again",
    another: "Request another export",
    back: "Back",
    busy: "One moment…",
  },
  ask: {
    cancel: { question: "Stop this export? What was packed so far is deleted.", yes: "Stop export", no: "Keep going" },
    withdraw: { question: "Cancel this export?", yes: "Cancel export", no: "Keep it" },
    delete: { question: "Delete the archive from this browser and end its time for saving? Files you saved stay yours.", yes: "Delete", no: "Keep it" },
  },
};
