// @ts-check
/**
 * The sample host's one page: sign in, see Settings > General > Data Export, sign out. Everything an embedding app
 * has to do is in `showSettings` and `signOut`.
 */
import { CarryallError } from "/carryall/www/errors.js";
import { CarryallExport } from "/carryall/www/panel.js";
import { Session } from "./session.js";

/** @typedef {{ system: string, title: string, counterUrl: string, catalogUrl: string }} Config */

const session = new Session();
/** @type {CarryallExport | null} */
let panel = null;

await begin();

async function begin() {
  const response = await fetch("/sample/config.json");
  const config = /** @type {Config} */ (await response.json());
  element("brand").textContent = config.title;
  document.title = `Settings - ${config.title}`;
  element("sign-in").addEventListener("submit", (event) => void signIn(event, config));
  element("sign-out").addEventListener("click", () => void signOut());
  if (await session.refresh()) showSettings(config);
  else showSignIn();
}

/**
 * @param {SubmitEvent | Event} event
 * @param {Config} config
 */
async function signIn(event, config) {
  event.preventDefault();
  const email = field("email");
  const password = field("password");
  const isRight = await session.signIn(email.value, password.value).catch(() => false);
  password.value = "";
  element("sign-in-error").textContent = isRight ? "" : "That email and password do not belong together, or the service cannot be reached.";
  if (!isRight) return;
  element("who").textContent = email.value;
  showSettings(config);
  element("settings").querySelector("h1")?.focus();
}

/** @param {Config} config */
function showSettings(config) {
  panel = new CarryallExport();
  panel.setAttribute("catalog", config.catalogUrl);
  panel.setAttribute("counter", config.counterUrl);
  panel.authorize = (request) => session.authorize(request);
  element("export").replaceChildren(panel);
  show("settings");
}

/** The session ends whatever else fails; what could not be done is said where the person signs in again. */
async function signOut() {
  /** @type {string[]} */
  const undone = [];
  try {
    await panel?.clear();
  } catch (error) {
    undone.push(error instanceof CarryallError ? error.description : "Not everything could be deleted from this browser.");
  } finally {
    panel?.remove();
    panel = null;
    await session.signOut().catch(() => undone.push("The service could not be reached to end your session there."));
    showSignIn();
    element("sign-in-error").textContent = undone.join(" ");
  }
}

function showSignIn() {
  element("who").textContent = "";
  show("sign-in");
  field("email").focus();
}

/** @param {"sign-in" | "settings"} page */
function show(page) {
  const isSignedIn = page === "settings";
  element("sign-in").hidden = isSignedIn;
  element("settings").hidden = !isSignedIn;
  element("sign-out").hidden = !isSignedIn;
  element("who").hidden = !isSignedIn;
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id */
function field(id) {
  return /** @type {HTMLInputElement} */ (element(id));
}
