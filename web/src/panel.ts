/** The pages beside the map. */

import { type CaseCard, type Claim, type Control, type Dispute, type Overview, placeAt, type PlaceList, type PlacePage, type Side, type Situation, type SourceRecord } from "./api";
import { curve, interval, rose, shareEnds } from "./charts";
import { addDays, dot, h, longDay, percent } from "./dom";

export interface Doors {
  place: (id: string) => void;
  day: (day: number) => void;
  source: (claimant: string) => void;
  situation: (id: string, asOf: string) => Promise<Situation>;
  /** A scenario in which the place is lost or held by a side. */
  whatIf: (id: string, change: "lose" | "hold", side: number) => void;
  /** Decide on a claim; null where nobody may. */
  review: ((claim: string) => void) | null;
}

export function claimCard(claim: Claim, doors: Doors): HTMLElement {
  const odds = weight(claim);
  return h(
    "li",
    { id: `claim-${claim.claim_id}`, class: claim.counted ? "" : "repeat", tabindex: -1 },
    odds && h("span", { class: "odds", title: "What the claim does to the odds of what it says, all else equal" }, odds),
    h("button", { class: "who", type: "button", click: () => doors.source(claim.claimant) }, h("bdi", {}, claim.claimant)),
    h("span", { class: "meta" }, ` ${claim.claimant_side}, ${longDay(claim.reported_on)}`, claim.relayed_by && ", via ", claim.relayed_by && h("bdi", {}, claim.relayed_by), " "),
    claim.against_interest && h("span", { class: "tag" }, "against interest"),
    h("p", {}, `${claim.what[0].toUpperCase()}${claim.what.slice(1)}. `, h("bdi", {}, claim.paraphrase), " ", claim.source_url && h("a", { href: claim.source_url, rel: "noreferrer noopener", target: "_blank", "aria-label": `Source: ${claim.claimant}, ${longDay(claim.reported_on)}` }, "source"), doors.review && " ", doors.review && h("button", { class: "link", type: "button", "aria-label": `Review the claim of ${claim.claimant}, ${longDay(claim.reported_on)}`, click: () => doors.review?.(claim.claim_id) }, "review")),
  );
}

function weight(claim: Claim): string {
  if (!claim.counted) return "repeats";
  if (claim.weight === null) return "";
  const times = Math.exp(Math.min(Math.abs(claim.weight), 9.2));
  if (times < 1.05) return "no weight";
  return `odds ${claim.weight > 0 ? "×" : "÷"}${times.toFixed(times >= 10 ? 0 : 1)}${claim.steady ? "" : "?"}`;
}

function claimList(claims: Claim[], doors: Doors, most = 8): HTMLElement {
  if (!claims.length) return h("p", { class: "quiet" }, "No claim.");
  const list = h("ol", { class: "claims" }, ...claims.slice(0, most).map((c) => claimCard(c, doors)));
  if (claims.length <= most) return list;
  const rest = h("details", {}, h("summary", {}, `${claims.length - most} more`), h("ol", { class: "claims" }, ...claims.slice(most).map((c) => claimCard(c, doors))));
  return h("div", {}, list, rest);
}

export interface PlaceAsk {
  page: PlacePage;
  sides: Side[];
  curve: number[][];
  sentence: string;
  day: number;
  then: boolean;
  width: number;
  doors: Doors;
  back: () => void;
  pickClaim: (id: string) => void;
  /** Of a long war: draw its last weeks, for what claims weigh and roads carry. */
  weigh?: () => void;
}

export function placePage(ask: PlaceAsk): HTMLElement {
  const { page, sides, doors } = ask;
  const known = ask.then ? "by what was known on it" : `by what is known on ${longDay(page.as_of)}`;
  const strongest = (a: Claim, b: Claim) => (b.weight ?? 0) - (a.weight ?? 0) || a.reported_on.localeCompare(b.reported_on);
  const others = page.claims.filter((c) => c.favours === null);
  return h(
    "article",
    { class: "place" },
    h("button", { class: "back", type: "button", click: ask.back }, "← Overview"),
    h("h2", { tabindex: -1 }, h("bdi", {}, page.name)),
    h("p", { class: "quiet" }, page.kind, page.kind && page.district && ", ", h("bdi", {}, page.district)),
    h("p", { class: "lead" }, ask.sentence),
    ask.weigh && h("p", {}, h("button", { type: "button", click: ask.weigh }, "Weigh the claims, look over the roads"), h("span", { class: "quiet" }, " Draws the war's last weeks; the first time on a day this takes a minute or two.")),
    h("p", { class: "asks" }, "What if ", ...sides.flatMap((side, k) => {
      const change = (page.curve[page.curve.length - 1]?.[k] ?? 0) > 0.5 ? "hold" : "lose";
      return [k ? " · " : "", h("button", { class: "link", type: "button", click: () => doors.whatIf(page.place_id, change, k) }, `${side.in_a_sentence} ${change === "hold" ? "holds on to it" : "takes it"}?`)];
    })),
    page.aliases.length > 0 && h("p", { class: "quiet aka" }, "Also: ", ...page.aliases.slice(0, 10).flatMap((name, n) => [n ? " · " : "", h("bdi", {}, name)])),
    curve({ name: page.name, first: page.first_day, curve: ask.curve, sides, claims: page.claims, day: ask.day, width: ask.width, pickDay: doors.day, pickClaim: ask.pickClaim }),
    h("p", { class: "caption" }, `Probability on each day, ${known}. Dashed: contested. Each tick is a claim on the day it was published; taller ones weigh more, faint ones repeat.`),
    ...sides.flatMap((side, k) => [h("h3", {}, dot(side.color), `Claims for ${side.in_a_sentence}`), claimList(page.claims.filter((c) => c.favours === k).sort(strongest), doors)]),
    h("p", { class: "caption" }, `Odds ×3: the claim triples the odds of what it says on ${longDay(page.as_of)}, all else equal; ÷3: it cuts them to a third; with ?, the draws differ on how much.`),
    others.length > 0 && h("details", {}, h("summary", {}, `${others.length} more ${others.length === 1 ? "claim" : "claims"}: strikes, losses, intents, forecasts`), h("ol", { class: "claims" }, ...others.map((c) => claimCard(c, doors)))),
    ...page.supply.map((line) => {
      const side = sides[line.side];
      const told = line.roads.length > 0 && !line.is_source;
      return h(
        "section",
        { class: "supply" },
        h("h3", {}, dot(side.color), `Supply by ${side.in_a_sentence}`),
        h("div", { class: "supply-body" }, told && rose(line, side.color), h("p", {}, line.sentence)),
        told &&
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ...["Road", "From the", "Supplies", "Under fire", "Cut"].map((text, n) => h("th", { scope: "col", class: n > 1 ? "n" : "" }, text)))),
            h("tbody", {}, ...line.roads.slice(0, 8).map((road) => h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, road.name)), h("td", {}, road.bearing), ...[road.probability, road.under_fire, road.cut].map((p) => h("td", { class: "n" }, percent(p)))))),
          ),
        told && h("p", { class: "caption" }, "Supplies come by a road that is not cut and whose far end the rear can reach. Under fire: enemies may see the road within range."),
      );
    }),
    page.supply.length > 0 && situation(page, sides, doors),
    page.maps.length > 0 && h("section", {}, h("h3", {}, "Control maps"), ...page.maps.map((said) => h("p", {}, said))),
    page.without.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Without one camp’s word"),
        ...page.without.map((w) => h("p", {}, w.sentence)),
      ),
    page.warning && h("p", { class: "warning" }, page.warning),
  );
}

/** Roads under fire and who overlooks them: asked for when opened, since the roads of a case are looked over once a day. */
function situation(page: PlacePage, sides: Side[], doors: Doors): HTMLElement {
  const room = h("div", {}, h("p", { class: "quiet" }, "Looking over the roads; the first time on a day this takes a minute."));
  const chance = (p: number | null) => (p === null ? "–" : percent(p));
  let asked = false;
  const show = async () => {
    if (asked) return;
    asked = true;
    try {
      const found = await doors.situation(page.place_id, page.as_of);
      const told = found.supplies.filter((line) => line.kept >= 0.05 && !line.is_source);
      room.replaceChildren(
        ...found.spells.map((spell) => h("p", {}, `${spell.side}: ${spell.meaning} (${longDay(spell.first)} to ${longDay(spell.last)}, peaking at ${percent(spell.peak)}).`)),
        ...told.flatMap((line) => [
          h("h4", {}, dot(sides.find((side) => side.name === line.side)?.color ?? "currentColor"), line.side),
          h("p", {}, `Cut off: ${chance(line.isolated)}. No road free of fire: ${chance(line.unsafe)}. Overlooked by the enemy: ${chance(line.overlooked)}.${line.hours ? ` Supplies take ${line.hours[0].toFixed(1)} hours (${line.hours[1].toFixed(1)}–${line.hours[2].toFixed(1)}).` : ""}`),
          line.gatekeepers.length > 0 && h("p", {}, `Would be cut off by the loss of ${line.gatekeepers.map(([name, p]) => `${name} (${percent(p)})`).join(", ")}.`),
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ...["Road", "From the", "Open", "Under fire", "Cut"].map((text, n) => h("th", { scope: "col", class: n > 1 ? "n" : "" }, text)))),
            h("tbody", {}, ...line.roads.map((road) => h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, road.name)), h("td", {}, road.bearing), ...[road.open, road.under_fire, road.cut].map((p) => h("td", { class: "n" }, chance(p)))))),
          ),
        ].filter((part) => part !== false)),
        h("p", { class: "caption" }, `Open: neither cut nor under fire. ${found.terrain}`),
      );
    } catch (error) {
      asked = false;
      room.replaceChildren(h("p", { class: "warning" }, error instanceof Error ? error.message : String(error)));
    }
  };
  return h("details", { toggle: () => void show() }, h("summary", {}, "Roads, fire on them, and what would cut the place off"), room);
}

const FIND = "Click a place on the map, or find it by name, for its history and the claims about it.";

/** The as-of day itself: counts with intervals, and what changed in the days before. */
export function overviewPage(view: Overview, card: CaseCard, doors: Doors): HTMLElement {
  const colors = new Map(card.sides.map((side) => [side.name, side.color]));
  return h(
    "article",
    {},
    h("h2", {}, `As known on ${longDay(view.as_of)}`),
    h(
      "ul",
      { class: "balance" },
      ...view.balance.map((line) => {
        const color = colors.get(line.state);
        return h("li", {}, color ? dot(color) : h("span", { class: "dot hatched", "aria-hidden": "true" }), h("strong", {}, Math.round(line.mean)), ` ${line.state} `, h("span", { class: "quiet" }, `(${Math.round(line.low)}–${Math.round(line.high)})`));
      }),
    ),
    h("p", { class: "caption" }, `Of ${card.places} places; in brackets what 90% of the draws lie within, which is not how far the map may err. ${FIND}`),
    h("h3", {}, `What changed since ${longDay(view.since)}, in hindsight`),
    view.changes.length
      ? h("ul", { class: "changes" }, ...view.changes.slice(0, 24).map((c) => h("li", {}, h("button", { class: "link", type: "button", click: () => doors.place(c.place_id) }, c.sentence))))
      : h("p", { class: "quiet" }, "No place by a quarter or more."),
    view.warning && h("p", { class: "warning" }, h("strong", {}, "Mind the draws. "), view.warning),
  );
}

const CHANGED_DAYS = 3;
const CHANGED_BY = 0.25;

/** An earlier day: what the map shows, counted, and what changed in the days before it. */
export function dayPage(card: CaseCard, places: PlaceList, control: Control, day: number, asOf: string, then: boolean, doors: Doors): HTMLElement {
  const states = card.states.length;
  const at = (when: number, n: number) => Array.from(control.probability.subarray(placeAt(control, when, n), placeAt(control, when, n) + states), (p) => p / 255);
  const count = card.states.map(() => 0);
  for (let n = 0; n < places.ids.length; n++) at(day, n).forEach((p, k) => { count[k] += p; });
  const since = Math.max(0, day - CHANGED_DAYS);
  const name = (k: number) => card.sides[k]?.name ?? "contested";
  const moved = places.ids.flatMap((id, n) => {
    const [before, now] = [at(since, n), at(day, n)];
    const by = Math.max(...now.map((p, k) => Math.abs(p - before[k])));
    const lead = now.indexOf(Math.max(...now));
    return by >= CHANGED_BY ? [{ id, by, said: `${places.names[n]}: ${name(lead)} ${percent(now[lead])}, from ${percent(before[lead])}` }] : [];
  });
  moved.sort((a, b) => b.by - a.by);
  return h(
    "article",
    {},
    h("h2", {}, longDay(addDays(card.first_day, day))),
    h("p", { class: "quiet" }, then ? "As known on that day" : `As known on ${longDay(asOf)}`),
    h("ul", { class: "balance" }, ...count.map((total, k) => h("li", {}, card.sides[k] ? dot(card.sides[k].color) : h("span", { class: "dot hatched", "aria-hidden": "true" }), h("strong", {}, Math.round(total)), ` ${name(k)}`))),
    h("p", { class: "caption" }, `Expected, of ${card.places} places. ${FIND}`),
    h("h3", {}, `What changed since ${longDay(addDays(card.first_day, since))}`),
    moved.length
      ? h("ul", { class: "changes" }, ...moved.slice(0, 24).map((c) => h("li", {}, h("button", { class: "link", type: "button", click: () => doors.place(c.id) }, h("bdi", {}, c.said)))))
      : h("p", { class: "quiet" }, "No place by a quarter or more."),
  );
}

/** The overview of a war too long for draws: what the days themselves say. */
export function followedPage(counts: number[], card: CaseCard, day: string, asOf: string, then: boolean): HTMLElement {
  return h(
    "article",
    {},
    h("h2", {}, day === asOf ? `As known on ${longDay(asOf)}` : longDay(day)),
    day !== asOf && h("p", { class: "quiet" }, then ? "As known on that day" : `As known on ${longDay(asOf)}`),
    h("ul", { class: "balance" }, ...counts.map((count, k) => h("li", {}, card.sides[k] ? dot(card.sides[k].color) : h("span", { class: "dot hatched", "aria-hidden": "true" }), h("strong", {}, Math.round(count)), ` ${card.sides[k]?.name ?? "contested"}`))),
    h("p", { class: "caption" }, `Expected, of ${card.places} places. This war is long: the map follows each place by itself, so that there is no front on it, and claims are listed without what they weigh. A place's page weighs them on request; the commands brief, situation and front draw the war's last weeks too.`),
  );
}

export function disputesPage(disputes: Dispute[], card: CaseCard, doors: Doors): HTMLElement {
  return h(
    "article",
    {},
    h("h2", {}, "Claims that cannot all be true"),
    !disputes.length && h("p", {}, "None so far."),
    ...disputes.map((d, n) =>
      h(
        "details",
        { class: "dispute", open: n === 0 },
        h("summary", {}, h("strong", {}, h("bdi", {}, d.name)), h("span", { class: "quiet" }, ` ${longDay(d.first)}${d.last === d.first ? "" : ` – ${longDay(d.last)}`}`), h("br"), d.sentence),
        h("p", {}, h("button", { class: "link", type: "button", click: () => doors.place(d.place_id) }, `All about ${d.name}`)),
        ...card.sides.flatMap((side, k) => [
          h("h3", {}, dot(side.color), `Held, taken or entered by ${side.in_a_sentence}`),
          claimList(d.for_side[k], doors, 4),
          ...(d.denied[k].length ? [h("h3", {}, "Denied"), claimList(d.denied[k], doors, 4)] : []),
        ]),
      ),
    ),
  );
}

/** The Admiralty scale, in the words of NATO's AJP-2.1. */
const LETTERS: Record<string, string> = { A: "completely reliable", B: "usually reliable", C: "fairly reliable", D: "not usually reliable", E: "unreliable", F: "cannot be judged" };

export function sourcesPage(records: SourceRecord[], asOf: string, doors: Doors): HTMLElement {
  const share = (value: SourceRecord["overall"], of: number, told = true) => (value ? h("td", {}, interval(value, of), h("span", { class: "quiet" }, ` ${percent(value[0])}${told ? ` of ${of}` : ""}`)) : h("td", {}, "–"));
  return h(
    "article",
    {},
    h("h2", {}, "How far each source has been right"),
    h("p", { class: "caption" }, `As of ${longDay(asOf)}. Nobody is believed or disbelieved by name: each record is learned from what the source claimed and what else is known. Bars hold 90% of the draws; of fewer than five statements none is drawn.${records.every((r) => r.unit === "claim") ? "" : " What a control map says are the places that it redraws."} The letter is that of the Admiralty scale, read off the share that is right: ${Object.entries(LETTERS).map(([letter, words]) => `${letter} ${words}`).join(", ")}.`),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "records" },
        h("thead", {}, h("tr", {}, ...["Source", "Claims", "Letter", "Right overall", "Its gains that were real", "Against its interest"].map((text) => h("th", { scope: "col" }, text)))),
        h(
          "tbody",
          {},
          ...records.map((r) =>
            h("tr", {}, h("th", { scope: "row" }, r.unit === "claim" ? h("button", { class: "link", type: "button", click: () => doors.source(r.claimant) }, h("bdi", {}, r.claimant)) : h("bdi", {}, r.claimant), h("span", { class: "quiet" }, ` ${r.camp}`)), h("td", { class: "n" }, r.claims), h("td", {}, h("abbr", { title: LETTERS[r.letter] }, r.letter)), share(r.overall, r.assertions, false), share(r.gains, r.announced), share(r.against, r.admitted)),
          ),
        ),
      ),
    ),
  );
}

export function sourcePage(claimant: string, record: SourceRecord | undefined, total: number, claims: Claim[], doors: Doors, back: () => void): HTMLElement {
  const line = (what: string, value: SourceRecord["overall"], of: number) => {
    const ends = value && shareEnds(value, of);
    return value && h("p", {}, `${what}: `, interval(value, of), ` ${percent(value[0])}${ends ? ` (${ends[0]}–${ends[1]})` : ""}`);
  };
  return h(
    "article",
    {},
    h("button", { class: "back", type: "button", click: back }, "← Sources"),
    h("h2", { tabindex: -1 }, h("bdi", {}, claimant)),
    record && h("p", { class: "quiet" }, `${record.camp}; ${record.claims} claims, ${record.assertions} once repetitions are merged`),
    record && h("p", { class: "letter" }, h("strong", {}, record.letter), ` on the Admiralty scale: ${LETTERS[record.letter]}`),
    record && line("Right overall", record.overall, record.assertions),
    record && line(`Gains of its own side that were real, of ${record.announced}`, record.gains, record.announced),
    record && line(`Against its own interest and right, of ${record.admitted}`, record.against, record.admitted),
    h("h3", {}, total > claims.length ? `Its latest ${claims.length} of ${total} claims` : "Its claims, the latest first"),
    h(
      "ol",
      { class: "claims" },
      ...claims.map((c) => {
        const card = claimCard(c, doors);
        if (c.place_id) card.append(h("button", { class: "link", type: "button", click: () => doors.place(c.place_id) }, h("bdi", {}, c.place)));
        return card;
      }),
    ),
  );
}

/** The map as a table, for those who do not see it: the least certain places first. */
export function placesPage(card: CaseCard, places: PlaceList, control: Control, day: number, doors: Doors): HTMLElement {
  const at = (n: number, k: number) => control.probability[placeAt(control, day, n) + k] / 255;
  const rows = places.ids.map((id, n) => ({ id, n, p: card.states.map((_, k) => at(n, k)) }));
  const sure = (p: number[]) => Math.max(...p);
  rows.sort((a, b) => sure(a.p) - sure(b.p) || a.n - b.n);
  const MOST = 400;
  return h(
    "article",
    {},
    h("h2", {}, `Every place on ${longDay(addDays(card.first_day, day))}`),
    h("p", { class: "caption" }, `The least certain first${rows.length > MOST ? `; the first ${MOST} of ${rows.length}` : ""}.`),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Place"), ...card.sides.map((side) => h("th", { scope: "col", class: "n" }, dot(side.color), side.name)), h("th", { scope: "col", class: "n" }, "Contested"))),
      h("tbody", {}, ...rows.slice(0, MOST).map((row) => h("tr", {}, h("th", { scope: "row" }, h("button", { class: "link", type: "button", click: () => doors.place(row.id) }, h("bdi", {}, places.names[row.n]))), ...row.p.map((p) => h("td", { class: "n" }, percent(p)))))),
    ),
  );
}

export function aboutPage(card: CaseCard): HTMLElement {
  const query = (view: string) => `api/control.bin?view=${view}`;
  return h(
    "article",
    {},
    h("h2", {}, "Method and limits"),
    h("p", {}, card.followed
      ? `This war is long: the map follows each of ${card.places} places by itself, given ${card.claims} claims, and shows no front. What if, and the commands brief, who, situation and front, draw its last weeks, neighbours together.`
      : `Vedette draws ${card.members} joint histories of who held each of ${card.places} places on each day, given the claims published by the day chosen. Every probability here is a share of those draws. Likelihood words follow ICD-203.`),
    h("p", {}, h("strong", {}, "Known now"), " shows each day by all that was published by the day at “Published by”; ", h("strong", {}, "known then"), " shows each day by what had been published on that day, which is what an honest observer could have known."),
    h(
      "ul",
      {},
      h("li", {}, "The list of places is itself a source of error: a place that nobody named is not on it."),
      h("li", {}, "A place counts as one point; positions of ruined villages can be off by one to three kilometres."),
      h("li", {}, "Supply counts who holds the ends of roads and who may see them, not weather, or the state of the road."),
      h("li", {}, "The finest grain is a named place and a day. This is no tool for targeting: it holds no positions of units and no persons."),
      h("li", {}, "The front is drawn only between places that claims are about; where there are none the map is bare."),
    ),
    h("h3", {}, "Data"),
    h("p", {}, h("a", { href: "api/geojson" }, "GeoJSON of the map"), " · ", h("a", { href: "api/openapi.json" }, "description of the API"), " · ", h("a", { href: query("now") }, "all days, as bytes"), " · ", h("a", { href: "licences.txt" }, "licences of this page"), `. Seed ${card.seed}.`),
    card.attribution && h("p", { class: "caption" }, card.attribution),
    card.notice && h("details", {}, h("summary", {}, "Sources and licences of the case"), h("pre", {}, card.notice)),
  );
}
