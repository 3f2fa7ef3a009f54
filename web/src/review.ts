/** Review: claims that were read, the words they rest on, and people's decisions, which the ledger keeps. */

import { type Decision, type Docket, send, type ToReview } from "./api";
import { h, longDay } from "./dom";

export interface Desk {
  /** Something was decided: so many decisions are not on the map yet. */
  decided: (undrawn: number) => void;
  redraw: () => void;
  one: (claim: string) => void;
  all: () => void;
  place: (id: string) => void;
}

/** What a reviewer may correct, in the order of a claim's own words. */
const FIELDS = ["place_id", "route_id", "kind", "side", "claimant", "claimant_side", "polarity", "degree", "certainty", "about_from", "about_to", "relation", "quantity", "unit"];
const WORDS: Record<string, string> = { place_id: "place", route_id: "route", claimant_side: "claimant's side", about_from: "from", about_to: "to" };
const SAID: Record<string, string> = { accept: "accepted it", reject: "rejected it", correct: "corrected it", undo: "took a decision back" };
const NAME = "vedette-reviewer";

function when(at: string): string {
  const clock = at.slice(11, 16);
  return `${longDay(at.slice(0, 10))}${clock ? `, ${clock} UTC` : ""}`;
}

function history(made: Decision[], desk: Desk): HTMLElement | null {
  if (!made.length) return null;
  return h(
    "ul",
    { class: "made" },
    ...made.map((d) =>
      h("li", {}, h("strong", {}, d.by), ` ${SAID[d.verdict] ?? d.verdict} on ${when(d.at)}${d.note ? `: ${d.note}` : "."} `, d.replaced_by && h("button", { class: "link", type: "button", click: () => desk.one(d.replaced_by) }, `Replaced by ${d.replaced_by}`)),
    ),
  );
}

/** Whether a decision stands: each one taken back takes the last before it away. */
function stands(made: Decision[], claim: string): boolean {
  return made.filter((d) => d.claim_id === claim).reduce((open, d) => Math.max(0, open + (d.verdict === "undo" ? -1 : 1)), 0) > 0;
}

function card(item: ToReview, desk: Desk, heading: "h2" | "h3"): HTMLElement {
  const id = `review-${item.claim_id}`;
  const told = h("p", { class: "quiet", role: "status" });
  const room = h("div", {});
  const by = h("input", { id: `${id}-by`, type: "text", maxlength: 100, autocomplete: "name", value: localStorage.getItem(NAME) ?? "" });
  const why = h("input", { id: `${id}-why`, type: "text", maxlength: 1000, dir: "auto" });
  const fields = FIELDS.filter((name) => name in item.row).map((name) => [name, h("input", { id: `${id}-${name}`, type: "text", maxlength: 200, value: item.row[name] ?? "", dir: "auto" })] as const);
  const rows = h("dl", { class: "row" }, ...FIELDS.filter((name) => item.row[name]).flatMap((name) => [h("dt", {}, WORDS[name] ?? name), h("dd", { dir: "auto" }, item.row[name])]));
  const form = h("div", { class: "correcting", hidden: true }, h("p", { class: "quiet" }, "Change what was read wrongly. The claim as it was read stays in the ledger."), ...fields.map(([name, field]) => h("div", { class: "field" }, h("label", { for: field.id }, WORDS[name] ?? name), field)));
  const decide = async (verdict: string) => {
    if (!by.value.trim()) {
      told.textContent = "Give your name: decisions are signed.";
      by.focus();
      return;
    }
    localStorage.setItem(NAME, by.value.trim());
    const changes = Object.fromEntries(fields.filter(([name, field]) => field.value.trim() !== (item.row[name] ?? "")).map(([name, field]) => [name, field.value.trim()]));
    told.textContent = "Being kept.";
    try {
      const kept = await send<{ decisions: Decision[]; undrawn: number }>("POST", "api/review", { claim_id: item.claim_id, verdict, by: by.value.trim(), why: why.value.trim(), ...(verdict === "correct" ? { changes } : {}) });
      if (!kept) return;
      item.decisions = kept.decisions;
      form.hidden = true;
      fill();
      told.textContent = "Kept.";
      desk.decided(kept.undrawn);
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const button = (text: string, click: () => void, second = true) => h("button", { class: second ? "do second" : "do", type: "button", click }, text);
  const fill = () => {
    const done = stands(item.decisions, item.claim_id);
    const past = history(item.decisions, desk);
    room.replaceChildren(
      ...(past ? [past] : []),
      h(
        "div",
        { class: "fields" },
        ...(done
          ? [button("Take the decision back", () => void decide("undo"))]
          : form.hidden
            ? [button("Accept", () => void decide("accept"), false), button("Reject", () => void decide("reject")), button("Correct…", () => { form.hidden = false; fill(); fields[0]?.[1].focus(); })]
            : [button("Keep the correction", () => void decide("correct"), false), button("Leave it as it is", () => { form.hidden = true; fill(); })]),
      ),
    );
  };
  fill();
  return h(
    "section",
    { class: "review", id, "aria-label": `Claim ${item.claim_id}` },
    h(heading, { tabindex: -1, dir: "auto" }, item.title || item.row.paraphrase || item.claim_id),
    h("p", { class: "quiet" }, [item.outlet, item.published && longDay(item.published)].filter(Boolean).join(", ")),
    item.words ? h("blockquote", { dir: "auto" }, item.before, h("mark", {}, item.words), item.after) : h("p", { dir: "auto" }, item.row.paraphrase ?? ""),
    rows,
    form,
    h("div", { class: "fields" }, h("div", { class: "field" }, h("label", { for: by.id }, "Your name"), by), h("div", { class: "field wide" }, h("label", { for: why.id }, "Why"), why)),
    room,
    told,
  );
}

/** How many decisions the map does not know of, with what draws it anew. */
export function undrawnNote(undrawn: number, desk: Desk): HTMLElement {
  const note = h("div", { id: "undrawn", class: "warning", hidden: undrawn === 0 });
  note.append(h("p", {}, `${undrawn} ${undrawn === 1 ? "decision" : "decisions"} since the map was drawn.`), h("button", { class: "do second", type: "button", click: desk.redraw }, "Draw it anew"));
  return note;
}

export function reviewPage(docket: Docket, desk: Desk): HTMLElement {
  return h(
    "article",
    {},
    h("h2", { tabindex: -1 }, "Claims to decide on"),
    docket.closed ? h("p", { class: "warning" }, docket.closed) : h("p", { class: "caption" }, `${docket.waiting} ${docket.waiting === 1 ? "claim" : "claims"} read from reports and not decided on${docket.claims.length < docket.waiting ? `; the first ${docket.claims.length} here` : ""}. Decisions are signed, kept in the case's ledger and never overwritten. Any other claim can be decided on from its own card.`),
    undrawnNote(docket.undrawn, desk),
    ...docket.claims.map((item) => card(item, desk, "h3")),
  );
}

export function claimReviewPage(item: ToReview, undrawn: number, desk: Desk): HTMLElement {
  return h("article", {}, h("button", { class: "back", type: "button", click: desk.all }, "← All claims to decide on"), undrawnNote(undrawn, desk), card(item, desk, "h2"));
}
