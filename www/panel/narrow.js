// @ts-check
/**
 * The part of a screen that narrows an export down: a range of days, and only what is one's own. Closed at first, for
 * everything is the normal case; and gone where no chosen category knows either.
 *
 * @typedef {import("./choices.js").Choice} Choice
 * @typedef {import("./choices.js").Scope} Scope
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./parts.js").Scene} Scene
 */
import { FIRST_DAY, UNFINISHED, boundsOf, dayOf, hasRange, problemOf, scopeOf } from "./choices.js";
import { h } from "./dom.js";
import { categoryTitle, describe, paragraph } from "./parts.js";

/**
 * @param {Scene} scene
 * @param {Iterable<string>} chosen ids of categories
 */
export function narrowing(scene, chosen) {
  const { model, texts } = scene;
  const scope = scopeOf(model.catalog, chosen);
  if (!model.choice || !(hasRange(scope) || scope.mine.length > 0)) return null;
  const problem = shownProblem(scene, model.choice, scope);
  const words = problem ?? wordsFor(scene, model.choice, scope).map(([said]) => said).join(" · ");
  return h(
    "details",
    { class: "narrow", "data-key": "narrow" },
    h("summary", {}, texts.narrow.title, words && h("span", { class: problem ? "chosen-so wrong" : "chosen-so" }, ` (${words})`)),
    hasRange(scope) && days(scene, model.choice, scope, problem),
    scope.mine.length > 0 && onlyMine(scene, model.choice, scope),
  );
}

/**
 * What was chosen, and for which categories; nothing where it is everything.
 *
 * @param {Scene} scene
 * @param {Iterable<string>} chosen ids of categories
 */
export function narrowed(scene, chosen) {
  const { model } = scene;
  const words = model.choice ? wordsFor(scene, model.choice, scopeOf(model.catalog, chosen)) : [];
  if (words.length === 0) return null;
  /** @param {[string, string]} words */
  const line = ([said, where]) => h("li", {}, h("strong", {}, said), h("span", { class: "about" }, where));
  return h("ul", { class: "narrowed", "data-key": "narrowed" }, words.map(line));
}

/**
 * @param {Scene} scene
 * @param {Choice} choice
 * @param {Scope} scope
 * @returns {[string, string][]} what is chosen, and for which categories
 */
function wordsFor(scene, choice, scope) {
  const { texts, format } = scene;
  const { since, until, onlyMine } = boundsOf(choice, scope);
  const [from, to] = [since && format.day(choice.from), until && format.day(choice.to)];
  const range = from && to ? texts.narrow.between(from, to) : from ? texts.narrow.since(from) : to ? texts.narrow.until(to) : "";
  /** @type {[string, string][]} */
  const words = [
    [range, appliesTo(scene, scope)],
    [onlyMine ? texts.narrow.mine : "", titles(scene, scope.mine)],
  ];
  return words.filter(([said]) => said);
}

/**
 * What is wrong with the days. Nothing is said of one that is still being typed.
 *
 * @param {Scene} scene
 * @param {Choice} choice
 * @param {Scope} scope
 */
function shownProblem({ texts, now }, choice, scope) {
  const problem = problemOf(choice, scope, dayOf(now));
  return problem && problem.code !== "date_unfinished" ? describe(texts, problem) : null;
}

/**
 * @param {Scene} scene
 * @param {Choice} choice
 * @param {Scope} scope
 * @param {string | null} problem
 */
function days(scene, choice, scope, problem) {
  const { texts, now } = scene;
  /** @param {"from" | "to"} name */
  const field = (name) =>
    h(
      "label",
      {},
      h("span", {}, texts.narrow[name]),
      h("input", {
        type: "date",
        name,
        min: FIRST_DAY,
        max: dayOf(now),
        // A year that is being typed is a day long ago: to take it away would take the keys away.
        value: choice[name] === UNFINISHED ? "" : choice[name],
        "aria-invalid": problem ? "true" : null,
        "aria-describedby": problem ? "range-problem range-hint" : "range-hint",
      }),
    );
  return h(
    "fieldset",
    { class: "days" },
    h("legend", {}, texts.narrow.days),
    h("div", { class: "pair" }, field("from"), field("to")),
    problem && paragraph(problem, { class: "wrong", id: "range-problem" }),
    paragraph(texts.narrow.daysHint, { class: "hint", id: "range-hint" }),
    paragraph(texts.narrow.applies(appliesTo(scene, scope)), { class: "hint" }),
    scope.whole.length > 0 && paragraph(texts.narrow.whole(titles(scene, scope.whole)), { class: "hint" }),
  );
}

/**
 * @param {Scene} scene
 * @param {Choice} choice
 * @param {Scope} scope
 */
function onlyMine(scene, choice, scope) {
  const { texts } = scene;
  return h(
    "label",
    { class: "mine" },
    h("input", { type: "checkbox", name: "only_mine", checked: choice.onlyMine, "aria-describedby": "mine-hint" }),
    h(
      "span",
      {},
      h("span", { class: "name" }, texts.narrow.mineLabel),
      h("span", { class: "about", id: "mine-hint" }, texts.narrow.mineApplies(titles(scene, scope.mine))),
    ),
  );
}

/**
 * @param {Scene} scene
 * @param {Scope} scope
 */
function appliesTo(scene, { ranged, inPart }) {
  const named = ranged.map((id) => {
    const title = categoryTitle(scene, id);
    return inPart.includes(id) ? scene.texts.narrow.inPart(title) : title;
  });
  return named.join(", ");
}

/**
 * @param {Scene} scene
 * @param {string[]} ids
 */
function titles(scene, ids) {
  return ids.map((id) => categoryTitle(scene, id)).join(", ");
}
