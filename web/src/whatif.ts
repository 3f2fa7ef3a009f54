/** What if: a scenario put together, run as a task that can be stopped, and compared with the unchanged campaign. */

import { type CaseCard, type Changeable, type Changes, type Compared, type Difference, type Found, json, type ProgressNote, type Question } from "./api";
import { addDays, dot, h, longDay, percent } from "./dom";

export interface Planner {
  card: CaseCard;
  asOf: string;
  can: Changeable;
  question: Question;
  name: (placeId: string) => string;
  /** The scenario has changed; it is not run yet. */
  change: (question: Question) => void;
  run: () => void;
  stop: () => void;
  place: (id: string) => void;
}

export const NOTHING: Question = { scenario: {}, days: 30, members: 1000 };
const MEMBERS = [500, 1000, 2000, 5000];
/** An address longer than this is cut by some programs that it is sent with. */
const LONGEST = 6000;

type Field = HTMLInputElement | HTMLSelectElement;
type Kind = "hold" | "lose" | "cut" | "open" | "reserves" | "backer" | "close_airspace" | "tempo" | "ceasefire";

export function empty(changes: Changes): boolean {
  return !Object.entries(changes).some(([key, value]) => key !== "title" && key !== "watch" && (Array.isArray(value) ? value.length : value));
}

/** What is changed, a sentence each, with what takes it back. */
function sentences(planner: Planner): [string, Changes][] {
  const { scenario } = planner.question;
  const side = (id: string) => planner.card.sides.find((s) => s.id === id)?.in_a_sentence ?? id;
  const out: [string, Changes][] = [];
  const each = <K extends "hold" | "lose" | "cut" | "open" | "reserves" | "backer" | "close_airspace" | "tempo">(key: K, say: (row: NonNullable<Changes[K]>[number]) => string) => {
    const rows = (scenario[key] ?? []) as NonNullable<Changes[K]>[number][];
    rows.forEach((row, n) => out.push([say(row), { ...scenario, [key]: rows.filter((_, k) => k !== n) }]));
  };
  each("hold", (r) => `${planner.name(r.place)} is held by ${side(r.side)}${r.until ? ` until ${longDay(r.until)}` : ""}`);
  each("lose", (r) => `${planner.name(r.place)} is taken by ${side(r.to)} by ${longDay(r.by)}`);
  each("cut", (r) => `The route ${planner.can.routes.find((route) => route.id === r.route)?.name ?? r.route} is cut`);
  each("open", (r) => `A road is opened from ${planner.name(r.from)} to ${planner.name(r.to)}`);
  each("reserves", (r) => `${side(r.side)} moves ${percent(r.share)} of its strength from ${r.from} to ${r.to}`);
  each("backer", (r) => `${r.actor} ${r.change === "start" ? "begins" : "stops"} to help ${side(r.side)}`);
  each("close_airspace", (r) => `The airspace is closed to ${side(r)}`);
  each("tempo", (r) => `The assaults of ${side(r.side)} come ${r.factor} times as often`);
  if (scenario.ceasefire) out.push([`A ceasefire begins on ${longDay(scenario.ceasefire)}`, { ...scenario, ceasefire: undefined }]);
  return out;
}

const capital = (text: string) => text[0].toUpperCase() + text.slice(1);

/** The form. Its progress and its result go into the elements that come with it. */
export function planPage(planner: Planner): { page: HTMLElement; progress: (note: ProgressNote | null, working: boolean) => void; result: HTMLElement; say: (text: string) => void } {
  const { card, question } = planner;
  const status = h("p", { class: "quiet", role: "status" });
  const meter = h("progress", { max: 1, "aria-label": "Progress" });
  const bar = h("div", { class: "running", hidden: true }, meter);
  const result = h("div", { class: "compared" });
  const say = (text: string) => {
    status.textContent = text;
  };
  const start = h("button", { class: "do", type: "button", click: planner.run }, "Run");
  const stop = h("button", { class: "do second", type: "button", hidden: true, click: planner.stop }, "Stop");
  const tooLong = JSON.stringify(question).length > LONGEST;
  start.disabled = empty(question.scenario) || tooLong;
  if (tooLong) say("So many changes do not fit in an address. Take some back.");
  const days = h("input", { type: "number", min: 1, max: 120, value: question.days, id: "whatif-days" });
  days.addEventListener("change", () => planner.change({ ...question, days: Math.min(120, Math.max(1, Math.round(Number(days.value)) || 30)) }));
  const members = select("whatif-members", MEMBERS.map((n) => [String(n), n.toLocaleString("en-GB")]), String(question.members));
  members.addEventListener("change", () => planner.change({ ...question, members: Number(members.value) }));
  const listed = sentences(planner);
  const page = h(
    "article",
    { class: "whatif" },
    h("h2", { tabindex: -1 }, "What if"),
    h("p", { class: "caption" }, `Change something, and the campaign is run forward from what is known on ${longDay(planner.asOf)}, with and without the change, with the same luck in both. The address of this page holds the scenario.`),
    Object.keys(planner.can.scenarios).length > 0 && ready(planner),
    h("h3", {}, "Changes"),
    listed.length
      ? h("ul", { class: "chosen" }, ...listed.map(([text, without]) => h("li", {}, h("span", {}, `${capital(text)}.`), h("button", { class: "plain", type: "button", "aria-label": `Take back: ${text}`, click: () => planner.change({ ...question, scenario: without }) }, "×"))))
      : h("p", { class: "quiet" }, "None yet."),
    adder(planner, say),
    h("div", { class: "fields" }, labelled("Days ahead", days), labelled("Campaigns", members)),
    h("div", { class: "fields" }, start, stop),
    status,
    bar,
    result,
  );
  if (card.followed) say("This war is long: drawing its last weeks and running all its places ahead takes minutes.");
  return {
    page,
    result,
    say,
    progress: (note, working) => {
      bar.hidden = !working;
      stop.hidden = !working;
      start.disabled = working || empty(question.scenario) || tooLong;
      if (note) say(`${note.doing}${note.of ? `: ${note.done} of ${note.of}` : ""}`);
      if (note?.of) meter.value = note.done / note.of;
      else meter.removeAttribute("value");
    },
  };
}

function ready(planner: Planner): HTMLElement {
  const names = Object.keys(planner.can.scenarios);
  const choice = select("whatif-ready", [["", "choose"], ...names.map((name) => [name, planner.can.scenarios[name].title ?? name] as [string, string])], "");
  choice.addEventListener("change", () => {
    const found = planner.can.scenarios[choice.value];
    if (!found) return;
    const { as_of: _, horizon, ...scenario } = found;
    planner.change({ ...planner.question, scenario, days: Math.min(120, horizon ?? planner.question.days) });
  });
  return h("div", { class: "fields" }, labelled("Start from a scenario of the case", choice));
}

function labelled(text: string, field: Field): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: field.id }, text), field);
}

function select(id: string, options: [value: string, text: string][], chosen: string): HTMLSelectElement {
  return h("select", { id }, ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
}

/** A place by any of its names: what is typed is looked up when the change is added. */
function placeField(id: string): HTMLInputElement {
  const list = document.createElement("datalist");
  list.id = `${id}-list`;
  const field = h("input", { id, type: "text", list: list.id, maxlength: 100, autocomplete: "off", dir: "auto" });
  let asked = new AbortController();
  field.addEventListener("input", async () => {
    asked.abort();
    asked = new AbortController();
    if (!field.value.trim()) return;
    try {
      const found = await json<Found[]>(`api/search?q=${encodeURIComponent(field.value)}&limit=8`, asked.signal);
      list.replaceChildren(...found.map((place) => h("option", { value: place.matched }, [place.name, place.district].filter(Boolean).join(", "))));
    } catch {
      return; // a later letter asks again
    }
  });
  field.addEventListener("focus", () => field.after(list), { once: true });
  return field;
}

async function placeOf(field: Field): Promise<string> {
  const found = field.value.trim() ? await json<Found[]>(`api/search?q=${encodeURIComponent(field.value)}&limit=1`) : [];
  if (!found.length) throw new Error(field.value.trim() ? `No place answers to “${field.value}”.` : "Name a place.");
  return found[0].place_id;
}

/** The fields of each sort of change, and the change that they make. */
function adder(planner: Planner, say: (text: string) => void): HTMLElement {
  const { card, can } = planner;
  const sides = card.sides.map((side) => [side.id, side.name] as [string, string]);
  const last = addDays(planner.asOf, planner.question.days);
  const dayField = (id: string, day: string) => h("input", { id, type: "date", min: planner.asOf, max: last, value: day });
  const soon = addDays(planner.asOf, Math.min(3, planner.question.days));
  const needed = (field: Field, what: string) => {
    if (!field.value) throw new Error(what);
    return field.value;
  };
  const kinds: Record<Kind, { text: string; can: boolean; fields: () => [string, Field][]; make: (fields: Field[], was: Changes) => Changes | Promise<Changes> }> = {
    lose: {
      text: "A place is lost",
      can: true,
      fields: () => [["Place", placeField("whatif-place")], ["To", select("whatif-side", sides, sides[0][0])], ["By", dayField("whatif-by", soon)]],
      make: async ([place, to, by], was) => ({ ...was, lose: [...(was.lose ?? []), { place: await placeOf(place), to: to.value, by: needed(by, "Say by which day.") }] }),
    },
    hold: {
      text: "A place is held",
      can: true,
      fields: () => [["Place", placeField("whatif-place")], ["By", select("whatif-side", sides, sides[0][0])], ["Until (to the end if empty)", dayField("whatif-until", "")]],
      make: async ([place, side, until], was) => ({ ...was, hold: [...(was.hold ?? []), { place: await placeOf(place), side: side.value, ...(until.value ? { until: until.value } : {}) }] }),
    },
    cut: {
      text: "A route is cut",
      can: can.routes.length > 0,
      fields: () => [["Route", select("whatif-route", can.routes.map((r) => [r.id, `${r.name} (${r.ends.join(" – ")})`]), can.routes[0]?.id ?? "")]],
      make: ([route], was) => ({ ...was, cut: [...(was.cut ?? []), { route: route.value }] }),
    },
    open: {
      text: "A road is opened",
      can: true,
      fields: () => [["From", placeField("whatif-from")], ["To", placeField("whatif-to")]],
      make: async ([from, to], was) => ({ ...was, open: [...(was.open ?? []), { from: await placeOf(from), to: await placeOf(to) }] }),
    },
    backer: {
      text: "A backer stops or begins",
      can: true,
      fields: () => {
        const actor = h("input", { id: "whatif-actor", type: "text", maxlength: 100, value: can.backers[0]?.actor ?? "" });
        if (can.backers.length) {
          actor.setAttribute("list", "whatif-actors");
          actor.addEventListener("focus", () => actor.after(h("datalist", { id: "whatif-actors" }, ...[...new Set(can.backers.map((b) => b.actor))].map((name) => h("option", { value: name })))), { once: true });
        }
        return [["Backer", actor], ["Of", select("whatif-side", sides, can.backers[0]?.side ?? sides[0][0])], ["Its help", select("whatif-change", [["stop", "stops"], ["start", "begins"]], "stop")]];
      },
      make: ([actor, side, change], was) => ({ ...was, backer: [...(was.backer ?? []), { actor: needed(actor, "Name a backer."), side: side.value, change: change.value as "stop" | "start" }] }),
    },
    reserves: {
      text: "Reserves are moved",
      can: can.sectors.length > 1,
      fields: () => [
        ["Side", select("whatif-side", sides, sides[0][0])],
        ["From", select("whatif-from", can.sectors.map((s) => [s, s]), can.sectors[0])],
        ["To", select("whatif-to", can.sectors.map((s) => [s, s]), can.sectors[1])],
        ["Share, %", h("input", { id: "whatif-share", type: "number", min: 1, max: 99, value: 50 })],
      ],
      make: ([side, from, to, share], was) => ({ ...was, reserves: [...(was.reserves ?? []), { side: side.value, from: from.value, to: to.value, share: Number(share.value) / 100 }] }),
    },
    close_airspace: {
      text: "The airspace is closed",
      can: true,
      fields: () => [["To the aircraft of", select("whatif-side", sides, sides[0][0])]],
      make: ([side], was) => ({ ...was, close_airspace: [...new Set([...(was.close_airspace ?? []), side.value])] }),
    },
    tempo: {
      text: "Assaults come more or less often",
      can: true,
      fields: () => [["Side", select("whatif-side", sides, sides[0][0])], ["Times as often", h("input", { id: "whatif-factor", type: "number", min: 0, max: 100, step: 0.1, value: 2 })]],
      make: ([side, factor], was) => ({ ...was, tempo: [...(was.tempo ?? []), { side: side.value, factor: Number(factor.value) }] }),
    },
    ceasefire: {
      text: "A ceasefire begins",
      can: true,
      fields: () => [["On", dayField("whatif-on", soon)]],
      make: ([day], was) => ({ ...was, ceasefire: needed(day, "Say on which day.") }),
    },
  };
  const able = (Object.keys(kinds) as Kind[]).filter((kind) => kinds[kind].can);
  const choice = select("whatif-kind", able.map((kind) => [kind, kinds[kind].text]), able[0]);
  const room = h("div", { class: "fields" });
  let fields: Field[] = [];
  const lay = () => {
    const made = kinds[choice.value as Kind].fields();
    fields = made.map(([, field]) => field);
    room.replaceChildren(...made.map(([text, field]) => labelled(text, field)));
  };
  choice.addEventListener("change", lay);
  lay();
  const add = async () => {
    try {
      planner.change({ ...planner.question, scenario: await kinds[choice.value as Kind].make(fields, planner.question.scenario) });
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
  const form = h("form", { class: "adder" }, h("div", { class: "fields" }, labelled("Add a change", choice)), room, h("button", { class: "do second", type: "submit" }, "Add"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void add();
  });
  return form;
}

/** What came of it: means unchanged and changed, differences with their intervals. */
export function comparedPage(found: Compared, planner: Planner): HTMLElement {
  const sides = new Map(planner.card.sides.map((side) => [side.id, side]));
  const sign = (value: number, digits: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toLocaleString("en-GB", { maximumFractionDigits: digits, minimumFractionDigits: digits })}`;
  const table = (what: string, lines: Difference[], digits: number) =>
    h(
      "table",
      {},
      h("caption", {}, what),
      h("thead", {}, h("tr", {}, ...["Side", "Unchanged", "Changed", "Difference (90%)"].map((text, n) => h("th", { scope: "col", class: n ? "n" : "" }, text)))),
      h("tbody", {}, ...lines.map((line) => {
        const side = sides.get(line.side);
        const number = (value: number) => value.toLocaleString("en-GB", { maximumFractionDigits: digits, minimumFractionDigits: digits });
        return h("tr", {}, h("th", { scope: "row" }, side && dot(side.color), side?.name ?? line.side), h("td", { class: "n" }, number(line.before)), h("td", { class: "n" }, number(line.after)), h("td", { class: "n" }, `${sign(line.after - line.before, digits)} (${sign(line.low, digits)} to ${sign(line.high, digits)})`));
      })),
    );
  return h(
    "section",
    { "aria-label": "What came of it" },
    h("h3", {}, `On ${longDay(found.until)}`),
    h("p", {}, found.told.join(" ")),
    table("Places held in the end", found.held, 1),
    table("Square kilometres held in the end", found.area, 0),
    h(
      "table",
      {},
      h("caption", {}, "Probability that the side loses the place"),
      h("thead", {}, h("tr", {}, ...["Place", "Unchanged", "Changed", "Points (90%)"].map((text, n) => h("th", { scope: "col", class: n ? "n" : "" }, text)))),
      h("tbody", {}, ...found.places.map((p) => {
        const side = sides.get(p.side);
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, side && dot(side.color), h("button", { class: "link", type: "button", click: () => planner.place(p.place_id) }, h("bdi", {}, p.name))),
          h("td", { class: "n" }, percent(p.before)),
          h("td", { class: "n" }, percent(p.after)),
          h("td", { class: "n" }, p.forced ? "by the scenario" : `${sign(100 * (p.after - p.before), 1)} (${sign(100 * p.low, 1)} to ${sign(100 * p.high, 1)})`),
        );
      })),
    ),
    h("p", { class: "caption" }, `${found.members.toLocaleString("en-GB")} campaigns each. A dot is the colour of who likely holds the place now. The slider under the maps goes through the days up to ${longDay(found.until)}.`),
    ...found.notes.map((note) => h("p", { class: "caption" }, note)),
    found.warning && h("p", { class: "warning" }, found.warning),
  );
}
