// @ts-check
/**
 * The panel in German. Durations arrive as "24 Stunden" and are used in the accusative.
 *
 * @typedef {import("../texts.js").Texts} Texts
 */

/** @type {Texts} */
export const de = {
  dir: "ltr",

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

  narrow: {
    title: "Eingrenzen",
    days: "Nur ein Zeitraum",
    from: "Von",
    to: "Bis",
    daysHint: "Ganze Tage, wie dieses Gerät sie zählt. Ein leeres Feld setzt keine Grenze.",
    applies: (categories) => `Der Zeitraum gilt für: ${categories}.`,
    inPart: (category) => `${category} (zum Teil)`,
    whole: (categories) => `Für diese gilt er nicht; sie werden ganz exportiert: ${categories}.`,
    mineLabel: "Nur, was ich selbst geschrieben habe",
    mineApplies: (categories) => `Lässt weg, was andere geschrieben haben. Gilt für: ${categories}.`,
    between: (from, to) => (from === to ? `Nur am ${from}` : `Nur vom ${from} bis ${to}`),
    since: (from) => `Nur ab ${from}`,
    until: (to) => `Nur bis ${to}`,
    mine: "Nur, was Sie selbst geschrieben haben",
  },

  media: {
    legend: "Fotos, Aufnahmen und andere Dateien",
    choices: {
      links: { title: "Nur Links", hint: "Das Archiv verzeichnet, wo sie liegen. Es ist schneller fertig und kleiner, aber ein Link kann enden." },
      files: { title: "Die Dateien selbst", hint: "Sie kommen ins Archiv. Das dauert länger und braucht Platz auf diesem Gerät." },
    },
    applies: (categories) => `Es geht um die Dateien in: ${categories}.`,
    memory: "Dieses Browserfenster kann das Archiv nur im Arbeitsspeicher halten: Viele oder große Dateien passen vielleicht nicht hinein.",
  },

  layout: {
    legend: "Wie das Archiv aufgebaut ist",
    hint: "Jedes kommt als ein Zip-Archiv mit einem Verzeichnis seines Inhalts.",
    layouts: {
      files: { title: "Eine Datei je Kategorie", hint: "Leicht durchzusehen und in anderen Programmen zu öffnen." },
      document: { title: "Ein JSON-Dokument", hint: "Alles in einer Datei, für den Wechsel zu einem anderen Dienst." },
      x: { title: "Wie ein Archiv von X", hint: "Für Programme, die Archive von X lesen; einfaches JSON liegt daneben." },
    },
  },

  format: {
    legend: "Wie die Dateien geschrieben sind",
    formats: {
      json: { title: "JSON", hint: "Die meisten Programme lesen es. Im Zweifel dieses." },
      ndjson: { title: "NDJSON", hint: "Ein Datensatz je Zeile, für Datenbanken und sehr lange Listen." },
      csv: { title: "JSON und eine CSV für Tabellen", hint: "Eine Tabelle neben jeder JSON-Datei, zum Durchsehen. Maßgeblich ist das JSON." },
    },
  },

  pending: {
    mail: {
      queued: "Wir senden Ihnen gerade eine E-Mail mit einem Link. Öffnen Sie ihn und bestätigen Sie dort.",
      sent: "Wir haben Ihnen eine E-Mail mit einem Link gesendet. Öffnen Sie ihn und bestätigen Sie dort.",
      failing: "Die E-Mail konnte bisher nicht zugestellt werden. Prüfen Sie Ihre E-Mail-Adresse in den Einstellungen. Ist sie falsch, berichtigen Sie sie, brechen Sie diese Anforderung ab und stellen Sie eine neue; ist sie richtig, kann die E-Mail noch kommen.",
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
      queued: "Wartet auf einen Platz",
      reading: "Ihre Daten werden gelesen",
      verifying: "Das Gepackte wird gegengelesen",
      completing: "Die Quittung wird geholt",
      sealing: "Das Archiv wird geschlossen und geprüft",
    },
    queued: (count, ahead) =>
      `Gerade exportieren viele. Ihr Export beginnt von selbst, sobald ein Platz frei ist; ${count === 0 ? "er ist der nächste" : count === 1 ? "einer kommt vor ihm" : `${ahead} kommen vor ihm`}.`,
    overall: "Fortschritt insgesamt",
    categories: (done, total) => `${done} von ${total} Kategorien`,
    records: (count, isOne) => (isOne ? "1 Datensatz" : `${count} Datensätze`),
    recordsOf: (count, total) => `${count} von ${total}`,
    size: (size) => `${size} gepackt`,
    media: {
      files: (count, isOne, size) => `${isOne ? "1 Foto, Aufnahme oder andere Datei" : `${count} Fotos, Aufnahmen und andere Dateien`} gepackt (${size})`,
      waiting: (count) => `${count} warten noch`,
      failed: (count) => `${count} nicht zu bekommen`,
    },
    status: { waiting: "Wartet", reading: "Wird gelesen", complete: "Vollständig", partial: "Unvollständig" },
    waiting: (countdown) => `Wir warten, bevor wir den Dienst weiter fragen: Er begrenzt, wie schnell gelesen werden darf, oder ist gerade nicht erreichbar. Weiter in ${countdown}; nichts geht verloren.`,
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
    noReceipt: "Dieses Archiv hat keine Quittung: Der Dienst, der Exporte zählt, war nicht zu erreichen, als es fertig wurde; niemand hat dafür unterschrieben. Der Inhalt ist mit und ohne Quittung derselbe.",
    file: "Datei",
    size: "Größe",
    records: "Datensätze",
    completeness: "Vollständigkeit",
    complete: "Alles, was Sie wollten, ist angekommen.",
    partial: (categories) => `Unvollständig: Nicht alles ist angekommen (${categories}). README.txt und export.json im Archiv sagen, was fehlt.`,
    partialTitle: "Dieses Archiv ist unvollständig",
    media: {
      files: "Fotos, Aufnahmen und andere Dateien",
      kept: "Im Archiv",
      linked: "Nur als Link",
      failed: "Nicht zu bekommen",
      sized: (count, size) => `${count} (${size})`,
      lack: (count, isOne) =>
        `${isOne ? "1 Foto, Aufnahme oder andere Datei war" : `${count} Fotos, Aufnahmen und andere Dateien waren`} nicht zu bekommen. Das Archiv verzeichnet ${isOne ? "sie" : "jede"} in export.json und in data/media, mit dem zugehörigen Datensatz.`,
    },
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
      denied: "Er wurde mit dem Link „Das war ich nicht“ aus der Mail angehalten. Wenn Sie ihn nicht angefordert haben, ändern Sie Ihr Passwort und melden Sie sich überall ab.",
      cancelled: "Sie haben ihn beendet.",
      by_operator: "Der Betreiber hat ihn beendet.",
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
    paused: "Der Betreiber hat Exporte vorübergehend angehalten. Was läuft, läuft weiter; versuchen Sie es später noch einmal.",
    until: (moment, ahead) => `Ab ${moment} können Sie einen Export anfordern (${ahead}).`,
  },

  contact: "Diese Wartezeit ist eine Regel dieser Seite, keine Antwort auf einen Antrag nach dem Datenschutzrecht.",
  rights: {
    title: "Ihre Rechte",
    correction: "Etwas berichtigen lassen",
    deletion: "Etwas löschen lassen",
    account_deletion: "Ihr Konto löschen",
    formal_request: "Förmlichen Antrag stellen",
    complaint: "Beschwerde einlegen",
    privacy_policy: "Datenschutzerklärung",
  },

  unreachable: "Wir versuchen es von selbst wieder.",
  offline: "Die Verbindung zum Dienst ist unterbrochen; was Sie sehen, kann veraltet sein.",

  errors: {
    date_unfinished: "Ein Datum ist nicht vollständig. Ergänzen oder leeren Sie es.",
    date_in_future: "Ein Datum liegt in der Zukunft. Wählen Sie heute oder einen früheren Tag.",
    range_reversed: "Der erste Tag liegt nach dem letzten. Vertauschen Sie sie.",
    nothing_chosen: "Wählen Sie mindestens eine Kategorie.",
    counter_unreachable: "Der Dienst ist nicht erreichbar; prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    unavailable: "Der Dienst kann gerade nicht entscheiden; versuchen Sie es später noch einmal.",
    too_many_requests: "Aus Ihrem Netz kamen zu viele Anfragen. Diese Seite macht gleich von selbst weiter.",
    catalog_unreachable: "Die Liste der exportierbaren Daten konnte nicht geladen werden; versuchen Sie es noch einmal.",
    catalog_invalid: "Die Liste der exportierbaren Daten ist nicht in Ordnung. Sagen Sie es dem Betreiber dieser Seite; er kann es beheben.",
    worker_blocked: "Der Hintergrundprozess des Exports konnte nicht geladen werden. Prüfen Sie die Verbindung; ein Betreiber prüft, ob worker.js und pkg/carryall.js ausgeliefert werden und die Content-Security-Policy worker-src 'self' enthält.",
    worker_failed: "Der Hintergrundprozess des Exports hielt unerwartet an; starten Sie den Export noch einmal. Vielleicht fehlt diesem Browser Speicher.",
    wasm_blocked: "Dieser Browser hat das WebAssembly-Modul nicht angenommen. Aktualisieren Sie ihn; ein Betreiber prüft, ob die Content-Security-Policy script-src 'wasm-unsafe-eval' enthält.",
    wasm_unreachable: "Das WebAssembly-Modul konnte nicht geladen werden; prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    package_incomplete: "Eine Datei des Exports konnte nicht geladen werden. Prüfen Sie die Verbindung und versuchen Sie es noch einmal; ein Betreiber prüft, ob alles unter www/ ausgeliefert wird.",
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
