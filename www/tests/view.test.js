import assert from "node:assert/strict";
import { test } from "node:test";
import { textsFor } from "../panel/texts.js";
import { view } from "../panel/view.js";
import { actionsIn, at, catalog, exportIn, findAll, modelWith, sceneOf, summary, textOf } from "./fixtures.js";

const draw = (model, language) => view(sceneOf(modelWith(model), language));
const hrefs = (node) => findAll(node, ({ tag }) => tag === "a").map(({ props }) => props.href);

test("each state draws its hook, its title and its actions", () => {
  const refusal = { code: "cooldown", status: 429, detail: "", retry_at: at(60) };
  const expected = [
    [{}, "ready", ["request"]],
    [{ refusal }, "refused", ["retry"]],
    [{ view: exportIn({ state: "pending" }) }, "pending", ["cancel"]],
    [{ view: exportIn({ state: "confirmed" }) }, "confirmed", ["start", "cancel"]],
    [{ view: exportIn({ state: "processing" }) }, "processing", ["takeover", "cancel"]],
    [{ view: exportIn({ state: "processing", interrupted: true }) }, "interrupted", ["start", "cancel"]],
    [{ view: exportIn({ state: "completed" }), archive: { summary }, refusal }, "completed", ["save", "delete"]],
    [{ view: exportIn({ state: "completed", completed_at: at(-9), reruns_left: 1 }), refusal }, "missing", ["rerun", "delete"]],
    [{ view: exportIn({ state: "completed", completed_at: at(-9) }), refusal }, "missing", ["delete"]],
    [{ view: exportIn({ state: "failed", ended_at: at(-9) }) }, "failed", ["request"]],
    [{ run: { exportId: "e1", progress: null, stopping: false } }, "running", ["cancel"]],
  ];
  for (const [model, state, actions] of expected) {
    const root = draw(model);
    assert.equal(root.props["data-state"], state);
    assert.deepEqual(actionsIn(root), actions, state);
  }
});

test("the policy is told in plain words", () => {
  const text = textOf(draw({}));
  for (const words of ["valid for 24 hours", "One export every 24 hours", "can be saved for 24 hours"]) assert.match(text, new RegExp(words));
  assert.match(textOf(draw({}, "de")), /24 Stunden lang speichern/);
});

test("what is unavailable is said with its reason", () => {
  assert.match(textOf(draw({})), /Recordings.*Valid for minutes only\./);
});

test("a refusal says until when, exactly, and where a formal request can be made", () => {
  const retry_at = at(3600);
  const root = draw({ refusal: { code: "cooldown", status: 429, detail: "", retry_at, contact: "https://talkif.example/request" } });
  assert.equal(findAll(root, ({ tag }) => tag === "time")[0].props.datetime, retry_at);
  assert.match(textOf(root), /in 60 minutes/);
  assert.deepEqual(hrefs(root), ["https://talkif.example/request"]);
});

const links = {
  privacy_policy: "https://talkif.example/privacy",
  formal_request: "mailto:privacy@talkif.example",
  deletion: "https://talkif.example/delete",
  account_deletion: "https://talkif.example/leave",
  correction: "mailto:data@talkif.example",
  complaint: "https://authority.example/",
};

test("a person's rights are listed at the end of the screens on which something can be decided", () => {
  const inOrder = ["correction", "deletion", "account_deletion", "formal_request", "complaint", "privacy_policy"].map((name) => links[name]);
  const listed = (model) => findAll(draw({ catalog: { ...catalog, links }, ...model }), ({ props }) => props.class === "rights").flatMap(hrefs);
  const archive = { summary };
  assert.deepEqual(listed({}), inOrder);
  assert.deepEqual(listed({ view: exportIn({ state: "expired", ended_at: at(-9) }) }), inOrder);
  assert.deepEqual(listed({ view: exportIn({ state: "completed" }), archive }), inOrder);
  // A refusal speaks of the formal request already.
  const refusal = { code: "cooldown", status: 429, detail: "", retry_at: at(60) };
  assert.deepEqual(listed({ refusal }), inOrder.filter((href) => href !== links.formal_request));
  assert.deepEqual(listed({ view: exportIn({ state: "confirmed" }) }), []);
});

test("where the catalog gives no address, or a bad one, there is no list", () => {
  for (const links of [undefined, {}, { deletion: "javascript:alert(1)", complaint: "http://authority.example" }]) {
    assert.deepEqual(hrefs(draw({ catalog: { ...catalog, links } })), []);
  }
});

test("a contact that is neither https nor mailto is never a link", () => {
  const contact = "javascript:alert(1)";
  const root = draw({ refusal: { code: "cooldown", status: 429, detail: "", contact } });
  assert.deepEqual(hrefs(root), ["mailto:privacy@talkif.example"]);
});

test("a mail that does not leave is told as a warning, and what to do", () => {
  const drawn = (mail, language) => draw({ view: exportIn({ state: "pending", matching_code: "ABC-DEF", mail }) }, language);
  const warnings = (root) => findAll(root, ({ props }) => props["data-key"] === "note-warning").map(textOf);
  for (const [language, words] of [["en", /could not be delivered.*Check your mail address.*make a new one/], ["de", /nicht zugestellt.*Prüfen Sie Ihre E-Mail-Adresse/]]) {
    assert.match(warnings(drawn("failing", language)).join(" "), words);
    assert.deepEqual(warnings(drawn("sent", language)), []);
  }
  assert.deepEqual(actionsIn(drawn("failing")), ["cancel"]);
});

test("an export that the mail's reader stopped says so", () => {
  const text = textOf(draw({ view: exportIn({ state: "cancelled", ended_at: at(-9), end_code: "denied" }) }));
  assert.match(text, /link “It wasn't me” in the mail.*change your password/);
});

test("what cannot be undone asks first", () => {
  const cancel = draw({ view: exportIn({ state: "pending" }), asking: "cancel" });
  assert.deepEqual(actionsIn(cancel), ["cancel-confirm", "dismiss"]);
  const remove = draw({ view: exportIn({ state: "completed" }), archive: { summary }, asking: "delete" });
  assert.deepEqual(actionsIn(remove), ["delete-confirm", "dismiss"]);
});

test("an incomplete archive says so before anything else", () => {
  const streams = [{ category: "calls", stream: "calls", records: 1, total: 2, status: "partial" }];
  const root = draw({ view: exportIn({ state: "completed" }), archive: { summary: { ...summary, complete: false, streams } } });
  assert.match(textOf(root), /This archive is incomplete.*\(Calls\).*carryall-acme/s);
});

test("an archive without a receipt says so, and names none", () => {
  const words = (more) => textOf(draw({ view: exportIn({ state: "completed" }), archive: { summary: { ...summary, ...more } } }));
  assert.match(words({}), /digest in receipt\.json/);
  assert.doesNotMatch(words({}), /no receipt/);
  assert.match(words({ receipt: false }), /has no receipt/);
  assert.doesNotMatch(words({ receipt: false }), /receipt\.json/);
  assert.doesNotMatch(words({ receipt: undefined }), /no receipt/);
});

test("an archive in memory is announced before the start and during the run", () => {
  assert.match(textOf(draw({ view: exportIn({ state: "confirmed" }), staging: "memory" })), /closing the tab loses it/);
  const progress = { phase: "reading", streams: [], archiveBytes: 0, staging: "memory" };
  assert.match(textOf(draw({ run: { exportId: "e1", progress, stopping: false } })), /closing this tab loses it/);
});

test("who waits for a place is told how many come before", () => {
  const words = (ahead) => {
    const progress = { phase: "queued", streams: [], archiveBytes: 0, staging: null, ahead };
    return textOf(draw({ run: { exportId: "e1", progress, stopping: false } }));
  };
  assert.match(words(0), /Waiting for a place.*it is the next/s);
  assert.match(words(1), /one other comes before it/);
  assert.match(words(12), /12 others come before it/);
});

test("a pause is told, and nothing can be requested", () => {
  const root = draw({ refusal: { code: "paused", status: 503, detail: "" } });
  assert.match(textOf(root), /operator has paused exports/);
  assert.ok(!actionsIn(root).includes("request"));
});

test("a wait is counted down", () => {
  const progress = { phase: "reading", streams: [], archiveBytes: 0, staging: "opfs", waitingUntil: at(75) };
  const words = textOf(draw({ run: { exportId: "e1", progress, stopping: false } }));
  assert.match(words, /limits how fast it can be read, or cannot be reached just now\. Going on in 1:15/);
});

test("the confirmation step is left out where no mail is sent", () => {
  const steps = (confirmation) => {
    const model = modelWith();
    model.current = { ...model.current, policy: { ...model.current.policy, confirmation } };
    return findAll(view(sceneOf(model)), ({ props }) => props.class === "steps")[0].children.length;
  };
  assert.deepEqual([steps("email"), steps("none")], [4, 3]);
});

test("an end says why, in the person's language where its code is known", () => {
  const reason = (end_code, language) => textOf(draw({ view: exportIn({ state: "failed", ended_at: at(-9), end_code }) }, language));
  assert.match(reason("storage_full"), /no space left/);
  assert.match(reason("storage_full", "de"), /kein Platz mehr/);
  assert.match(reason("ran_too_long"), /not finished in time/);
  assert.match(reason("never_heard_of"), /Reason: never_heard_of\./);
});

test("an error that no table knows is shown as a whole sentence", () => {
  const notice = { code: "odd", description: "the moon is full; wait", status: 0, retryAt: null, contact: null };
  assert.match(textOf(draw({ notice })), /The moon is full; wait\./);
});

test("German knows every error, end and refusal that English knows", () => {
  const { texts: en } = textsFor("en");
  const { texts: de } = textsFor("de");
  for (const table of [(texts) => texts.errors, (texts) => texts.ended.reasons, (texts) => texts.refused, (texts) => texts.rights]) {
    assert.deepEqual(Object.keys(table(en)).filter((key) => !(key in table(de))), []);
  }
});

test("a pending export of another person speaks of no mail and no code of one's own", () => {
  const mine = textOf(draw({ view: exportIn({ state: "pending", matching_code: "42-17", mail: "sent", confirm_by: at(60) }) }));
  assert.match(mine, /We sent you a mail.*42-17/s);
  for (const language of ["en", "de"]) {
    const root = draw({ view: exportIn({ state: "pending", confirm_by: at(60) }) }, language);
    assert.match(textOf(root), /Another person of this account|Eine andere Person dieses Kontos/);
    assert.doesNotMatch(textOf(root), /We sent you|Confirm your|Wir haben Ihnen|Bestätigen Sie|code/i);
    assert.deepEqual(actionsIn(root), ["cancel"]);
  }
});

test("who may not start another person's export is told whose it is", () => {
  const notice = { code: "other_subject", description: "", status: 403, retryAt: null, contact: null };
  assert.match(textOf(draw({ view: exportIn({ state: "confirmed" }), notice })), /only they can pack it/);
});
