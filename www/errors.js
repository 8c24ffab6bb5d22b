// @ts-check
/**
 * The one error of the page side: a stable code for programs, a sentence for people. **Never account data.**
 *
 * @typedef {import("./protocol.js").ErrorReport} ErrorReport
 */

export class CarryallError extends Error {
  /**
   * @param {string} code
   * @param {string} description
   * @param {{ status?: number, retryAt?: string, contact?: string }} [more]
   */
  constructor(code, description, more = {}) {
    super(description);
    this.name = "CarryallError";
    this.code = code;
    this.description = description;
    this.status = more.status ?? 0;
    this.retryAt = more.retryAt ?? null;
    this.contact = more.contact ?? null;
  }

  /** @returns {ErrorReport} */
  report() {
    return { code: this.code, description: this.description };
  }
}

/**
 * Whatever was thrown, as a {@link CarryallError}: the wasm module and the worker throw plain `{ code, description }`.
 *
 * @param {unknown} thrown
 * @param {ErrorReport} otherwise what to say where nothing better is known
 */
export function toCarryallError(thrown, otherwise) {
  if (thrown instanceof CarryallError) return thrown;
  const report = /** @type {Partial<ErrorReport> | null} */ (typeof thrown === "object" ? thrown : null);
  if (typeof report?.code === "string" && typeof report.description === "string") {
    return new CarryallError(report.code, report.description);
  }
  return new CarryallError(otherwise.code, otherwise.description);
}
