// @ts-check
// The page behind the links of the confirmation mail. Opening it changes nothing: mail scanners open links. The token
// stands in the fragment, which no server sees and which is cleared from the address bar before anything else happens;
// a click sends it, once, to the counter. A fragment that ends in ".no" is the link "it wasn't me".

const fragment = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

/**
 * @typedef {Record<"ask_title" | "ask_text" | "ask_note" | "ask_button" | "ask_busy" | "not_me" | "deny_title" | "deny_text" | "deny_note"
 *   | "deny_button" | "deny_busy" | "was_me" | "code" | "confirmed_title" | "confirmed_text" | "denied_title" | "denied_text" | "back"
 *   | "secure" | "broken_title" | "broken_text" | "wrong_title" | "wrong_text" | "late_title" | "late_text" | "used_title" | "used_text"
 *   | "too_late_title" | "too_late_text" | "down_title" | "down_text" | "again", string>} Words
 */

/** @typedef {"confirm" | "deny"} Act */

/** @type {Words} the texts of the person's language, put into the page by the counter */
const words = JSON.parse(element("words").textContent ?? "");

const card = element("card");
const title = element("title");
const code = element("code");
const back = element("return");
const other = button("other");
const buttons = { confirm: button("confirm"), deny: button("deny") };

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found;
}

/**
 * @param {string} id
 * @returns {HTMLButtonElement}
 */
function button(id) {
  return /** @type {HTMLButtonElement} */ (element(id));
}

/**
 * @param {string} phase "ask", "deny", "done", "denied" or "refused"
 * @param {string} heading
 * @param {string} text
 * @param {string} note
 */
function show(phase, heading, text, note = "") {
  card.dataset.phase = phase;
  document.title = heading;
  title.textContent = heading;
  element("text").textContent = text;
  element("note").textContent = note;
  buttons.confirm.hidden = phase !== "ask";
  buttons.deny.hidden = phase !== "deny";
  other.hidden = phase !== "ask" && phase !== "deny";
  code.hidden = other.hidden || !element("code-value").textContent;
  back.hidden = !other.hidden || !back.getAttribute("href");
}

/**
 * One of the two questions, with the way to the other one.
 * @param {Act} act
 */
function ask(act) {
  buttons[act].textContent = act === "deny" ? words.deny_button : words.ask_button;
  other.textContent = act === "deny" ? words.was_me : words.not_me;
  if (act === "deny") show("deny", words.deny_title, words.deny_text, words.deny_note);
  else show("ask", words.ask_title, words.ask_text, words.ask_note);
}

/**
 * How it ended. Whoever listens to the page, or goes through it by keyboard, is taken to the news.
 * @param {string} phase
 * @param {string} heading
 * @param {string} text
 * @param {string} link
 */
function tell(phase, heading, text, link = words.back) {
  back.textContent = link;
  show(phase, heading, text);
  title.focus();
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
  code.hidden = other.hidden;
}

/**
 * @param {Act} act
 * @param {string} id
 * @param {string} token
 */
async function send(act, id, token) {
  const pressed = buttons[act];
  pressed.disabled = other.disabled = true;
  pressed.textContent = act === "deny" ? words.deny_busy : words.ask_busy;
  try {
    const response = await fetch(`v1/exports/${id}/${act}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-carryall": "1" },
      body: JSON.stringify({ token }),
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    answered(act, response.ok ? "done" : codeOf(await response.json()));
  } catch {
    answered(act, "");
  } finally {
    pressed.disabled = other.disabled = false;
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

/**
 * @param {Act} act
 * @param {string} result "done", the code of a refusal, or nothing where nobody answered
 */
function answered(act, result) {
  const isDenial = act === "deny";
  if (result === "done" && isDenial) tell("denied", words.denied_title, words.denied_text, words.secure);
  else if (result === "done") tell("done", words.confirmed_title, words.confirmed_text);
  else if (result === "token_wrong" || result === "unknown_export") tell("refused", words.wrong_title, words.wrong_text);
  else if (result === "token_expired") tell("refused", words.late_title, words.late_text);
  else if (result === "wrong_state" && isDenial) tell("refused", words.too_late_title, words.too_late_text, words.secure);
  else if (result === "wrong_state") tell("refused", words.used_title, words.used_text);
  else {
    tell("refused", words.down_title, words.down_text);
    back.hidden = true;
    code.hidden = !element("code-value").textContent;
    buttons[act].textContent = words.again;
    buttons[act].hidden = false;
  }
}

const link = /^([0-9a-f]{32})\.([A-Za-z0-9_-]{43})(\.no)?$/.exec(fragment);
if (link) {
  const [, id = "", token = "", no] = link;
  ask(no ? "deny" : "confirm");
  buttons.confirm.addEventListener("click", () => void send("confirm", id, token));
  buttons.deny.addEventListener("click", () => void send("deny", id, token));
  other.addEventListener("click", () => {
    ask(card.dataset.phase === "deny" ? "confirm" : "deny");
    title.focus();
  });
  void showCode(token);
} else {
  back.textContent = words.back;
  show("refused", words.broken_title, words.broken_text);
}
