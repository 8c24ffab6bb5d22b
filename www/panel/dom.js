// @ts-check
/**
 * Plain descriptions of elements, and the DOM made to agree with them. Elements that stay keep their focus, their open
 * or closed state and their place in a screen reader; only what differs is touched. **Text goes in as text nodes only.**
 *
 * @typedef {string | number | boolean | null | undefined} Value
 * @typedef {{ tag: string, props: Record<string, Value>, children: Child[] }} VNode
 * @typedef {VNode | string | null | undefined | false} Child nothing where falsy; it keeps its place
 */

/** What a person changes, and an attribute therefore does not hold. */
const LIVE = new Set(["checked", "indeterminate"]);
/** Kinds of fields that a person types in: their attribute `value` is only what stood there at first. */
const TYPED = new Set(["date"]);
/** Two descriptions are of the same element where tag and these agree. */
const IDENTITY = ["data-state", "data-action", "data-category", "data-key"];

/**
 * @param {string} tag
 * @param {Record<string, Value>} [props] attributes; `true` is an empty one, `false` and `null` none
 * @param {...(Child | Child[])} children
 * @returns {VNode}
 */
export function h(tag, props = {}, ...children) {
  return { tag, props, children: children.flat() };
}

/**
 * Makes the children of `parent` be the ones described.
 *
 * @param {Element | ShadowRoot} parent
 * @param {Child[]} wanted
 */
export function patch(parent, wanted) {
  wanted.forEach((child, index) => {
    const old = parent.childNodes[index];
    if (old && update(old, child)) return;
    const fresh = create(child);
    if (old) old.replaceWith(fresh);
    else parent.append(fresh);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove();
}

/**
 * @param {ChildNode} old
 * @param {Child} wanted
 * @returns {boolean} false where another node is needed
 */
function update(old, wanted) {
  if (isElement(wanted)) {
    if (!(old instanceof Element) || !isSame(old, wanted)) return false;
    setProps(old, wanted.props);
    patch(old, wanted.children);
    return true;
  }
  if (!(old instanceof Text)) return false;
  const text = wanted || "";
  if (old.data !== text) old.data = text;
  return true;
}

/**
 * @param {Child} wanted
 * @returns {ChildNode}
 */
function create(wanted) {
  if (!isElement(wanted)) return document.createTextNode(wanted || "");
  const element = document.createElement(wanted.tag);
  setProps(element, wanted.props);
  patch(element, wanted.children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, Value>} props
 */
function setProps(element, props) {
  for (const { name } of [...element.attributes]) {
    // Whether a <details> is open is the person's business.
    if (!(name in props) && name !== "open") element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(props)) {
    if (LIVE.has(name)) Object.assign(element, { [name]: value === true });
    else if (name === "value" && element instanceof HTMLInputElement && TYPED.has(element.type)) setTyped(element, String(value ?? ""));
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else setAttribute(element, name, value === true ? "" : String(value));
  }
}

/**
 * What is half typed counts as empty, and is not disturbed by being set to that.
 *
 * @param {HTMLInputElement} input
 * @param {string} value
 */
function setTyped(input, value) {
  if (input.value !== value) input.value = value;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {Element} element
 * @param {VNode} wanted
 */
function isSame(element, wanted) {
  return (
    element.localName === wanted.tag &&
    IDENTITY.every((name) => element.getAttribute(name) === (wanted.props[name]?.toString() ?? null))
  );
}

/**
 * @param {Child} child
 * @returns {child is VNode}
 */
function isElement(child) {
  return typeof child === "object" && child !== null;
}
