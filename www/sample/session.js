// @ts-check
/**
 * The sample host's session: a short-lived token in memory, renewed by an HttpOnly cookie. The host says which word goes
 * before it in the header, if any. **The token never touches storage or a URL.**
 */

export class Session {
  /** @type {string | null} */ #token = null;
  /** @type {string | null} */ #scheme = null;
  /** @type {Promise<boolean> | null} */ #refreshing = null;

  /**
   * @param {string} email
   * @param {string} password
   * @returns {Promise<boolean>} false where they are not right
   */
  signIn(email, password) {
    return this.#open("/session", { email, password });
  }

  /**
   * Renews the token; several callers at once share one call.
   *
   * @returns {Promise<boolean>} false where the person is signed out
   */
  refresh() {
    this.#refreshing ??= this.#open("/session/refresh", {}).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** Ends the session at the host too, even where the token has just run out. */
  async signOut() {
    const end = () => fetch("/session", { method: "DELETE", headers: this.#headers() });
    try {
      const response = await end();
      if (response.status === 401 && (await this.refresh())) await end();
    } finally {
      this.#token = null;
    }
  }

  /**
   * What the panel asks for.
   *
   * @param {{ refresh: boolean }} request
   */
  async authorize({ refresh }) {
    if (refresh || !this.#token) await this.refresh();
    return this.#token ? this.#headers() : null;
  }

  /** @returns {Record<string, string>} */
  #headers() {
    if (!this.#token) return {};
    return { Authorization: this.#scheme ? `${this.#scheme} ${this.#token}` : this.#token };
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} body
   */
  async #open(path, body) {
    const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = response.ok ? await response.json() : null;
    this.#token = typeof answer?.token === "string" ? answer.token : null;
    this.#scheme = typeof answer?.scheme === "string" ? answer.scheme : null;
    return this.#token !== null;
  }
}
