// @ts-check
/**
 * Every text of the panel, in English and German. A language is added by adding a table: the type check says what is
 * missing in it. Durations arrive as "24 hours" and are used in the accusative, which keeps German right.
 *
 * @typedef {typeof en} Texts
 */

const en = {
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
    format: "Format",
    formatHint: "Both come as one zip archive with a list of what it holds.",
    layouts: {
      files: { title: "One file per category", hint: "Easy to look through and to open in other programs." },
      document: { title: "One JSON document", hint: "Everything in one file, for moving to another service." },
    },
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

  pending: {
    mail: {
      queued: "We are sending you a mail with a link. Open it and confirm there.",
      sent: "We sent you a mail with a link. Open it and confirm there.",
      failing: "The mail could not be sent yet. We keep trying; check that your address in the settings is right.",
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
      reading: "Reading your data",
      verifying: "Reading back what was packed",
      completing: "Asking for the receipt",
      sealing: "Closing and checking the archive",
    },
    overall: "Overall progress",
    /** @param {string} done @param {string} total */
    categories: (done, total) => `${done} of ${total} categories`,
    /** @param {string} count @param {boolean} isOne */
    records: (count, isOne) => (isOne ? "1 record" : `${count} records`),
    /** @param {string} count @param {string} total */
    recordsOf: (count, total) => `${count} of ${total}`,
    /** @param {string} size */
    size: (size) => `${size} packed`,
    status: { waiting: "Waiting", reading: "Reading", complete: "Complete", partial: "Incomplete" },
    /** @param {string} countdown */
    waiting: (countdown) => `The service asks us to slow down. Going on in ${countdown}.`,
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
    file: "File",
    size: "Size",
    records: "Records",
    completeness: "Completeness",
    complete: "Everything you asked for was received.",
    /** @param {string} categories */
    partial: (categories) => `Incomplete: not everything was received (${categories}). The archive's README.txt and export.json say what is missing.`,
    partialTitle: "This archive is incomplete",
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
      cancelled: "You ended it.",
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
    /** @param {string} moment @param {string} ahead */
    until: (moment, ahead) => `You can request an export from ${moment} (${ahead}).`,
  },

  contact: "This wait is a rule of this page, not an answer to a request under data protection law.",
  contactLink: "Make a formal request",
  privacyLink: "Privacy policy",

  unreachable: "We try again by ourselves.",
  offline: "The connection to the service was lost; what you see may be out of date.",

  /** By code; the description that came with a code is shown where there is none. */
  errors: /** @type {Record<string, string>} */ ({
    session_ended: "Your session ended while the archive was packed. Sign in again and request the export anew.",
    nothing_received: "Nothing could be read. Check the connection and try again.",
    storage_full: "This device has no space left for the archive. Free some or choose less, then try again.",
    memory_full: "The archive is too large for this browser window, which can only hold it in memory. Use a window that is not private, or another browser.",
    storage_broken: "This browser could not keep the archive. Try again.",
    archive_damaged: "What was read back is not what was packed; nothing was kept. Try again, and check this device's disk if it happens again.",
    counter_unreachable: "The service cannot be reached. Check the connection and try again.",
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

/** @type {Texts} */
const de = {
  steps: { request: "Auswählen", confirm: "Bestätigen", run: "Packen", save: "Speichern" },
  stepsLabel: "Schritte eines Exports",

  title: {
    loading: "Wird geladen …",
    ready: "Ihre Daten exportieren",
    pending: "Bestätigen Sie Ihren Export",
    confirmed: "Bereit zum Packen",
    running: "Ihr Archiv wird gepackt",
    processing: "Ihr Export läuft anderswo",
    interrupted: "Ihr Export wurde unterbrochen",
    completed: "Ihr Archiv ist fertig",
    missing: "Ihr Archiv liegt nicht in diesem Browser",
    expired: "Ihr letzter Export ist abgelaufen",
    failed: "Ihr letzter Export wurde nicht fertig",
    cancelled: "Ihr letzter Export wurde abgebrochen",
    refused: "Zurzeit kann kein Export angefordert werden",
    unreachable: "Der Datenexport ist gerade nicht erreichbar",
  },

  ready: {
    lead: (host) => `Wählen Sie, was Sie mitnehmen möchten. Ihr Browser liest es von ${host} und packt es auf diesem Gerät; auf keinem Server liegt je ein Archiv.`,
    categories: "Was exportiert wird",
    all: "Alles auswählen",
    selected: (count, total) => `${count} von ${total} ausgewählt`,
    sensitive: "Sensibel",
    sensitiveHint: "Sensible Daten können Ihnen oder anderen schaden, wenn sie in falsche Hände geraten. Bewahren Sie das Archiv dort auf, wo nur Sie es öffnen können.",
    unavailable: "Was hier nicht exportiert werden kann",
    format: "Format",
    formatHint: "Beides kommt als ein Zip-Archiv mit einem Verzeichnis seines Inhalts.",
    layouts: {
      files: { title: "Eine Datei je Kategorie", hint: "Leicht durchzusehen und in anderen Programmen zu öffnen." },
      document: { title: "Ein JSON-Dokument", hint: "Alles in einer Datei, für den Wechsel zu einem anderen Dienst." },
    },
    policy: "Gut zu wissen",
    confirm: {
      none: () => "Es ist keine Bestätigung nötig.",
      email: (window) => `Sie bestätigen per E-Mail: Der Link darin gilt ${window}.`,
      reauthentication: () => "Sie bestätigen mit Ihrem Passwort.",
    },
    cooldown: {
      request: (wait) => `Abstand zwischen zwei Exporten: ${wait}, gezählt ab der Anforderung.`,
      completion: (wait) => `Abstand zwischen zwei Exporten: ${wait}, gezählt ab der Fertigstellung des letzten.`,
    },
    window: (window) => `Ist das Archiv fertig, lässt es sich ${window} lang speichern. Danach löscht dieser Browser seine Kopie.`,
    replaces: "Eine neue Anforderung beendet Ihren jetzigen Export, und dieser Browser löscht seine Kopie.",
  },

  pending: {
    mail: {
      queued: "Wir senden Ihnen gerade eine E-Mail mit einem Link. Öffnen Sie ihn und bestätigen Sie dort.",
      sent: "Wir haben Ihnen eine E-Mail mit einem Link gesendet. Öffnen Sie ihn und bestätigen Sie dort.",
      failing: "Die E-Mail konnte noch nicht gesendet werden. Wir versuchen es weiter; prüfen Sie Ihre Adresse in den Einstellungen.",
    },
    code: "Code dieser Anforderung",
    codeHint: "Die E-Mail zeigt denselben Code. Zeigt sie einen anderen, bestätigen Sie nicht.",
    until: (moment, ahead) => `Bestätigen Sie bis ${moment} (${ahead}).`,
    waiting: "Diese Seite bemerkt von selbst, wenn Sie bestätigt haben.",
    another: {
      title: "Ein Export wartet auf seine Bestätigung",
      lead: "Eine andere Person dieses Kontos hat ihn angefordert. Die E-Mail mit dem Link ging an sie; nur sie kann ihn bestätigen und das Archiv packen.",
      until: (moment, ahead) => `Er endet von selbst, wenn er nicht bis ${moment} bestätigt wird (${ahead}).`,
      waiting: "Diese Seite bemerkt von selbst, wenn es weitergeht.",
    },
  },

  confirmed: {
    lead: "Ihre Anforderung ist bestätigt. Ihr Browser liest nun Ihre Daten und packt sie auf diesem Gerät.",
    keepOpen: "Lassen Sie diesen Tab offen, bis alles fertig ist. In anderen Tabs können Sie weiterarbeiten.",
    stays: "Ihre Daten verlassen dieses Gerät nicht.",
    until: (moment, ahead) => `Starten Sie bis ${moment} (${ahead}).`,
    memory: "Dieses Browserfenster kann keine Dateien behalten: Das Archiv liegt im Arbeitsspeicher und geht verloren, wenn Sie den Tab schließen. Ist das Fenster privat, vermeidet das ein normales; sonst vielleicht ein anderer Browser.",
    chosen: "Was exportiert wird",
  },

  running: {
    phase: {
      starting: "Wird gestartet …",
      reading: "Ihre Daten werden gelesen",
      verifying: "Das Gepackte wird gegengelesen",
      completing: "Die Quittung wird geholt",
      sealing: "Das Archiv wird geschlossen und geprüft",
    },
    overall: "Fortschritt insgesamt",
    categories: (done, total) => `${done} von ${total} Kategorien`,
    records: (count, isOne) => (isOne ? "1 Datensatz" : `${count} Datensätze`),
    recordsOf: (count, total) => `${count} von ${total}`,
    size: (size) => `${size} gepackt`,
    status: { waiting: "Wartet", reading: "Wird gelesen", complete: "Vollständig", partial: "Unvollständig" },
    waiting: (countdown) => `Der Dienst bittet uns, langsamer zu lesen. Weiter in ${countdown}.`,
    keepOpen: "Lassen Sie diesen Tab offen, bis alles fertig ist. Ihre Daten verlassen dieses Gerät nicht.",
    memory: "Das Archiv liegt im Arbeitsspeicher: Schließen Sie diesen Tab, geht es verloren.",
    stopping: "Wird angehalten …",
    announce: (percent) => `${percent} % gepackt.`,
  },

  processing: {
    lead: "Ein anderer Tab oder Browser packt diesen Export. Er läuft dort weiter; hier ist nichts zu tun.",
    takeover: "Wenn Sie ihn übernehmen, hält der andere an, und das Packen beginnt in diesem Tab von vorn.",
    until: (moment, ahead) => `Er muss bis ${moment} fertig sein (${ahead}).`,
  },

  interrupted: {
    lead: "Das Packen hielt vorzeitig an: Der Tab wurde geschlossen, verlor die Verbindung oder wurde vom Browser angehalten. Sie können hier fortfahren; es zählt als derselbe Export.",
  },

  completed: {
    until: (moment, ahead) => `Speichern Sie es bis ${moment} (${ahead}). Danach löscht dieser Browser seine Kopie; was Sie gespeichert haben, bleibt Ihnen.`,
    started: "Der Download hat begonnen. Ist nichts geschehen, speichern Sie das Archiv mit der Schaltfläche.",
    memory: "Es liegt im Arbeitsspeicher: Speichern Sie es, bevor Sie diesen Tab schließen, sonst geht es verloren.",
    file: "Datei",
    size: "Größe",
    records: "Datensätze",
    completeness: "Vollständigkeit",
    complete: "Alles, was Sie wollten, ist angekommen.",
    partial: (categories) => `Unvollständig: Nicht alles ist angekommen (${categories}). README.txt und export.json im Archiv sagen, was fehlt.`,
    partialTitle: "Dieses Archiv ist unvollständig",
    details: "So prüfen Sie dieses Archiv",
    digest: "Prüfsumme des Inhalts (SHA-256)",
    digestHint: "Dieselbe Prüfsumme steht in receipt.json im Archiv, vom Dienst signiert: So kann jeder prüfen, dass die Daten seither unverändert sind.",
    exportId: "Export",
    next: "Weiteren Export anfordern",
    nextAt: (moment) => `Der nächste Export kann ab ${moment} angefordert werden.`,
  },

  missing: {
    lead: (moment) => `Es wurde am ${moment} fertig, liegt aber nicht in diesem Browser: Es wurde in einem anderen gepackt, oder der Speicher dieses Browsers wurde geleert.`,
    elsewhere: "Öffnen Sie diese Seite in dem Browser, der es gepackt hat, um es dort zu speichern.",
    rerun: (times) => `Oder packen Sie es hier noch einmal; das geht noch ${times}.`,
    once: "einmal",
    times: (count) => `${count}-mal`,
    none: "Es kann nicht noch einmal gepackt werden.",
  },

  ended: {
    expired: (moment) => `Er konnte bis ${moment} gespeichert werden. Dieser Browser hat seine Kopie gelöscht.`,
    deleted: (moment) => `Sie haben ihn am ${moment} beendet. Dieser Browser hat seine Kopie gelöscht.`,
    failed: (moment) => `Er hielt am ${moment} an.`,
    cancelled: (moment) => `Er endete am ${moment}.`,
    again: "Sie können einen neuen anfordern.",
    reason: (code) => `Grund: ${code}.`,
    reasons: {
      unconfirmed: "Er wurde nicht rechtzeitig bestätigt.",
      never_started: "Er wurde nicht rechtzeitig gestartet.",
      ran_too_long: "Er wurde nicht rechtzeitig fertig.",
      window_over: "",
      by_person: "Sie haben ihn beendet.",
      cancelled: "Sie haben ihn beendet.",
      superseded: "Eine neuere Anforderung trat an seine Stelle.",
    },
  },

  refused: {
    cooldown: "Die Wartezeit seit Ihrem letzten Export ist noch nicht vorbei.",
    active_export: "Ein anderer Export dieses Kontos läuft noch oder ist noch verfügbar.",
    request_cap: "Heute wurden zu viele Anforderungen gestellt.",
    role_not_allowed: "Ihre Rolle erlaubt es nicht, die Daten dieses Kontos zu exportieren. Fragen Sie jemanden, der es verwaltet.",
    reauth_required: "Geben Sie zuerst Ihr Passwort erneut ein: Melden Sie sich ab, wieder an, und kommen Sie zurück.",
    mail_unverified: "Ihre E-Mail-Adresse fehlt oder ist nicht bestätigt; daher kann keine Bestätigung gesendet werden. Bestätigen Sie sie in den Einstellungen.",
    unauthenticated: "Sie sind abgemeldet. Melden Sie sich an und kommen Sie zurück.",
    until: (moment, ahead) => `Ab ${moment} können Sie einen Export anfordern (${ahead}).`,
  },

  contact: "Diese Wartezeit ist eine Regel dieser Seite, keine Antwort auf einen Antrag nach dem Datenschutzrecht.",
  contactLink: "Förmlichen Antrag stellen",
  privacyLink: "Datenschutzerklärung",

  unreachable: "Wir versuchen es von selbst wieder.",
  offline: "Die Verbindung zum Dienst ist unterbrochen; was Sie sehen, kann veraltet sein.",

  errors: {
    nothing_chosen: "Wählen Sie mindestens eine Kategorie.",
    counter_unreachable: "Der Dienst ist nicht erreichbar; prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    unavailable: "Der Dienst kann gerade nicht entscheiden; versuchen Sie es später noch einmal.",
    catalog_unreachable: "Die Liste der exportierbaren Daten konnte nicht geladen werden; versuchen Sie es noch einmal.",
    catalog_invalid: "Die Liste der exportierbaren Daten ist nicht in Ordnung. Sagen Sie es dem Betreiber dieser Seite; er kann es beheben.",
    worker_blocked: "Der Hintergrundprozess des Exports konnte nicht geladen werden. Prüfen Sie die Verbindung; ein Betreiber prüft, ob worker.js und pkg/carryall.js ausgeliefert werden und die Content-Security-Policy worker-src 'self' enthält.",
    worker_failed: "Der Hintergrundprozess des Exports hielt unerwartet an; starten Sie den Export noch einmal. Vielleicht fehlt diesem Browser Speicher.",
    wasm_blocked: "Dieser Browser hat das WebAssembly-Modul nicht angenommen. Aktualisieren Sie ihn; ein Betreiber prüft, ob die Content-Security-Policy script-src 'wasm-unsafe-eval' enthält.",
    wasm_unreachable: "Das WebAssembly-Modul konnte nicht geladen werden; prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    already_running: "Ein anderer Tab dieses Browsers packt diesen Export; machen Sie dort weiter, oder übernehmen Sie ihn hier.",
    taken_over: "Ein anderer Tab hat diesen Export übernommen; er läuft dort weiter.",
    session_ended: "Ihre Sitzung endete, während das Archiv gepackt wurde. Melden Sie sich wieder an und fordern Sie den Export neu an.",
    nothing_received: "Es konnte nichts gelesen werden. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    storage_full: "Auf diesem Gerät ist kein Platz mehr für das Archiv. Schaffen Sie Platz oder wählen Sie weniger aus, und versuchen Sie es noch einmal.",
    memory_full: "Das Archiv ist zu groß für dieses Browserfenster, das es nur im Arbeitsspeicher halten kann. Nutzen Sie ein nicht privates Fenster oder einen anderen Browser.",
    storage_broken: "Dieser Browser konnte das Archiv nicht behalten. Versuchen Sie es noch einmal.",
    archive_damaged: "Das Gegengelesene ist nicht das Gepackte; nichts wurde behalten. Versuchen Sie es noch einmal, und prüfen Sie den Datenträger, wenn es wieder geschieht.",
    epoch_superseded: "Ein anderer Tab hat diesen Export übernommen; er läuft dort weiter.",
    internal: "Der Export hielt durch einen eigenen Fehler an; starten Sie ihn noch einmal, und sagen Sie es dem Betreiber, wenn es wieder geschieht.",
    lease_held: "Ein anderer Tab packt diesen Export; übernehmen Sie ihn hier, oder machen Sie dort weiter.",
    misconfigured: "Diese Seite ist nicht richtig eingerichtet; sagen Sie es dem Betreiber.",
    other_subject: "Eine andere Person dieses Kontos hat diesen Export angefordert; nur sie kann ihn packen. Sie können einen eigenen anfordern, wenn er beendet ist.",
    not_deleted: "In diesem Browser konnte nicht alles gelöscht werden, weil ein anderer Tab es noch benutzt. Schließen Sie die anderen Tabs dieser Seite und melden Sie sich noch einmal ab.",
  },

  action: {
    request: "Export anfordern",
    start: "Packen starten",
    continue: "Hier fortfahren",
    takeover: "Hier übernehmen",
    rerun: "Hier noch einmal packen",
    save: "Archiv speichern",
    cancel: "Export abbrechen",
    delete: "Jetzt löschen",
    retry: "Noch einmal versuchen",
    check: "Noch einmal prüfen",
    another: "Weiteren Export anfordern",
    back: "Zurück",
    busy: "Einen Moment …",
  },
  ask: {
    cancel: { question: "Diesen Export anhalten? Was bisher gepackt wurde, wird gelöscht.", yes: "Export anhalten", no: "Weitermachen" },
    withdraw: { question: "Diesen Export abbrechen?", yes: "Export abbrechen", no: "Behalten" },
    delete: { question: "Das Archiv in diesem Browser löschen und die Zeit zum Speichern beenden? Gespeicherte Dateien bleiben Ihnen.", yes: "Löschen", no: "Behalten" },
  },
};

/** @type {Record<string, Texts>} */
const tables = { en, de };

/** RFC 5646, section 4.4.1: what every recipient of a tag has room for. */
const LOCALE_MAX = 35;

/**
 * The table for a language, the locale its dates and numbers take, and its direction where that is not the page's:
 * English where there is no table, and from left to right even in an Arabic page. **The locale is always a valid BCP 47
 * tag**, whatever a page's `lang` says (`de_AT` is common): it may be sent on.
 *
 * @param {string} language what a page calls a BCP 47 tag
 * @returns {{ texts: Texts, locale: string, dir: "" | "ltr" }}
 */
export function textsFor(language) {
  const tag = language.trim().replaceAll("_", "-");
  const primary = tag.split("-")[0]?.toLowerCase() ?? "";
  const texts = Object.hasOwn(tables, primary) ? tables[primary] : undefined;
  if (!texts) return { texts: en, locale: "en", dir: "ltr" };
  return { texts, locale: canonical(tag) ?? primary, dir: "" };
}

/** @param {string} tag */
function canonical(tag) {
  try {
    const [locale] = Intl.getCanonicalLocales(tag);
    return locale && locale.length <= LOCALE_MAX ? locale : null;
  } catch {
    return null;
  }
}
