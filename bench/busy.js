// @ts-check
/** The second worker of `work.js`: takes as long as it is told, and says when it is done. */
import { spin } from "./work.js";

self.addEventListener("message", ({ data }) => {
  spin(/** @type {number} */ (data));
  self.postMessage(null);
});
