// @ts-check
/**
 * How long the page's main thread was kept from anything else. Chromium tells of every task of 50 ms and more. Firefox does
 * not: there a timer of {@link TICK_MILLIS} ms tells how late it came. Whatever kept it away counts, also another process on
 * a busy machine, so Firefox's figure is an upper bound.
 */

const TICK_MILLIS = 4;
/** What is called long (https://w3c.github.io/longtasks/). */
const LONG_MILLIS = 50;

/**
 * Watches from now on.
 *
 * @returns {() => number} ends the watch; the longest task in milliseconds, 0 where none was long
 */
export function watchMainThread() {
  return PerformanceObserver.supportedEntryTypes.includes("longtask") ? watchTasks() : watchTimer();
}

function watchTasks() {
  let longest = 0;
  /** @param {PerformanceEntryList} tasks */
  const take = (tasks) => tasks.forEach(({ duration }) => (longest = Math.max(longest, duration)));
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: "longtask" });
  return () => {
    take(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
}

function watchTimer() {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - TICK_MILLIS);
    last = now;
  }, TICK_MILLIS);
  return () => {
    clearInterval(timer);
    return longest < LONG_MILLIS ? 0 : longest;
  };
}
