// @ts-check
// The page behind the link of the confirmation mail. Opening it confirms nothing: mail scanners open links. The token
// stands in the fragment, which no server sees and which is cleared from the address bar before anything else happens;
// a click sends it, once, to the counter.

const fragment = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

/**
 * @typedef {object} Words
 * @property {string} title
 * @property {string} text
 * @property {string} code
 * @property {string} button
 * @property {string} note
 * @property {string} busy
 * @property {string} doneTitle
 * @property {string} doneText
 * @property {string} back
 * @property {string} brokenTitle
 * @property {string} brokenText
 * @property {string} wrongTitle
 * @property {string} wrongText
 * @property {string} lateTitle
 * @property {string} lateText
 * @property {string} usedTitle
 * @property {string} usedText
 * @property {string} downTitle
 * @property {string} downText
 * @property {string} again
 */

/** @type {Record<string, Words>} */
const WORDS = {
  en: {
    title: "Confirm the export of your account data",
    text: "Press the button to allow the export that was requested from your account. It then starts in the browser that requested it.",
    code: "Code of this request",
    button: "Confirm the export",
    note: "Compare the code with the one on your settings page. If you did not request an export, just close this page: nothing will be exported. Then change your password.",
    busy: "Confirming …",
    doneTitle: "Confirmed",
    doneText: "The export is confirmed. Go back to the settings page to start it; you can close this page.",
    back: "Back to the settings page",
    brokenTitle: "This link is incomplete",
    brokenText: "Open it again from the mail, or copy the whole link from there. Nothing has been confirmed.",
    wrongTitle: "This link is not the right one",
    wrongText: "Use the link of the newest mail, or request the export again on the settings page. Nothing has been confirmed.",
    lateTitle: "This link has run out",
    lateText: "Nothing has been confirmed. Request the export again on the settings page.",
    usedTitle: "This link was used before",
    usedText: "There is nothing left to confirm. The settings page shows how the export stands.",
    downTitle: "That did not work",
    downText: "The server could not be reached or could not decide. Nothing has been confirmed; try again in a moment.",
    again: "Try again",
  },
  de: {
    title: "Export deiner Kontodaten bestätigen",
    text: "Mit dem Knopf erlaubst du den Export, der in deinem Konto angefordert wurde. Er beginnt dann in dem Browser, der ihn angefordert hat.",
    code: "Code dieser Anforderung",
    button: "Export bestätigen",
    note: "Vergleiche den Code mit dem in deinen Einstellungen. Wenn du keinen Export angefordert hast, schließe diese Seite einfach: es wird nichts exportiert. Ändere dann dein Passwort.",
    busy: "Wird bestätigt …",
    doneTitle: "Bestätigt",
    doneText: "Der Export ist bestätigt. Starte ihn jetzt in den Einstellungen; diese Seite kannst du schließen.",
    back: "Zurück zu den Einstellungen",
    brokenTitle: "Dieser Link ist unvollständig",
    brokenText: "Öffne ihn noch einmal aus der Mail oder kopiere ihn dort ganz. Es wurde nichts bestätigt.",
    wrongTitle: "Dieser Link ist nicht der richtige",
    wrongText: "Nimm den Link der neuesten Mail oder fordere den Export in den Einstellungen neu an. Es wurde nichts bestätigt.",
    lateTitle: "Dieser Link ist abgelaufen",
    lateText: "Es wurde nichts bestätigt. Fordere den Export in den Einstellungen neu an.",
    usedTitle: "Dieser Link wurde schon benutzt",
    usedText: "Hier ist nichts mehr zu bestätigen. In den Einstellungen siehst du, wie es um den Export steht.",
    downTitle: "Das hat nicht geklappt",
    downText: "Der Server war nicht erreichbar oder konnte nicht entscheiden. Es wurde nichts bestätigt; versuche es gleich noch einmal.",
    again: "Noch einmal versuchen",
  },
};

const language = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag in WORDS) ?? "en";
const words = WORDS[language];
document.documentElement.lang = language;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found;
}

const card = element("card");
const button = /** @type {HTMLButtonElement} */ (element("confirm"));
const back = element("return");

/**
 * @param {"ask" | "done" | "refused"} phase
 * @param {string} title
 * @param {string} text
 */
function show(phase, title, text) {
  card.dataset.phase = phase;
  document.title = title;
  element("title").textContent = title;
  element("text").textContent = text;
  element("note").textContent = phase === "ask" ? words.note : "";
  back.textContent = words.back;
  back.hidden = phase === "ask" || !back.getAttribute("href");
  button.hidden = phase !== "ask";
}

/**
 * Shows the code that follows from the token, as the mail and the panel do. Needs a secure context.
 * @param {string} token
 */
async function showCode(token) {
  if (!crypto.subtle) return;
  const bytes = new TextEncoder().encode(`carryall matching code ${token}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digits = Array.from(digest.slice(0, 6), (byte) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[byte % 32]).join("");
  element("code-label").textContent = words.code;
  element("code-value").textContent = `${digits.slice(0, 3)}-${digits.slice(3)}`;
  element("code").hidden = false;
}

/**
 * @param {string} id
 * @param {string} token
 */
async function confirm(id, token) {
  button.disabled = true;
  button.textContent = words.busy;
  try {
    const response = await fetch(`v1/exports/${id}/confirm`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-carryall": "1" },
      body: JSON.stringify({ token }),
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    answered(response.ok ? "confirmed" : codeOf(await response.json()));
  } catch {
    answered("");
  } finally {
    button.disabled = false;
  }
}

/**
 * The stable code of a refusal (problem details).
 * @param {unknown} problem
 * @returns {string}
 */
function codeOf(problem) {
  const named = typeof problem === "object" && problem !== null && "code" in problem;
  return named && typeof problem.code === "string" ? problem.code : "";
}

/** @param {string} code */
function answered(code) {
  element("code").hidden = true;
  if (code === "confirmed") show("done", words.doneTitle, words.doneText);
  else if (code === "token_wrong" || code === "unknown_export") show("refused", words.wrongTitle, words.wrongText);
  else if (code === "token_expired") show("refused", words.lateTitle, words.lateText);
  else if (code === "wrong_state") show("refused", words.usedTitle, words.usedText);
  else {
    show("refused", words.downTitle, words.downText);
    element("code").hidden = false;
    button.textContent = words.again;
    button.hidden = false;
    return;
  }
  element("title").tabIndex = -1;
  element("title").focus();
}

const link = /^([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/.exec(fragment);
if (link) {
  const [, id, token] = link;
  show("ask", words.title, words.text);
  button.textContent = words.button;
  button.addEventListener("click", () => void confirm(id, token));
  void showCode(token);
} else {
  show("refused", words.brokenTitle, words.brokenText);
}
