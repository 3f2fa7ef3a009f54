/** Small charts: a place's curve with its claims, a compass rose of supply, an interval, the balance of a war. */

import type { Claim, Share, Side, Supply } from "./api";
import { addDays, daysBetween, percent, s, shortDay } from "./dom";

const H = 280;
const [LEFT, RIGHT, TOP, BOTTOM] = [42, 12, 44, 64];

export interface CurveAsk {
  name: string;
  first: string;
  curve: number[][];
  sides: Side[];
  claims: Claim[];
  day: number;
  width: number;
  pickDay: (day: number) => void;
  pickClaim: (id: string) => void;
}

/** Ticks for the first side stand above the plot, for another below; taller ones weigh more, faint ones repeat. */
export function curve(ask: CurveAsk): SVGElement {
  const W = Math.min(Math.max(ask.width, 300), 640);
  const days = ask.curve.length;
  const step = (W - LEFT - RIGHT) / Math.max(days - 1, 1);
  const x = (t: number) => LEFT + t * step;
  const y = (p: number) => TOP + (1 - p) * (H - TOP - BOTTOM);
  const said = ask.curve[Math.min(ask.day, days - 1)];
  const now = [...ask.sides.map((side, k) => `${side.name} ${percent(said[k])}`), `contested ${percent(said[said.length - 1])}`].join(", ");
  const svg = s("svg", { class: "curve", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `Who holds ${ask.name}, probability day by day. On ${addDays(ask.first, ask.day)}: ${now}` });
  for (const p of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(
      s("line", { class: p === 0.5 ? "grid half" : "grid", x1: LEFT, x2: W - RIGHT, y1: y(p), y2: y(p) }),
      s("text", { class: "tick", x: LEFT - 6, y: y(p) + 4, "text-anchor": "end" }, `${100 * p}%`),
    );
  }
  const every = Math.max(1, Math.round(days / (W / 100)));
  for (let t = 0; t < days; t += every) svg.append(s("text", { class: "tick", x: x(t), y: H - 4, "text-anchor": t && x(t) > W - 30 ? "end" : "middle" }, shortDay(addDays(ask.first, t))));
  const line = (state: number) => ask.curve.map((row, t) => `${x(t).toFixed(1)},${y(row[state]).toFixed(1)}`).join(" ");
  ask.sides.forEach((side, k) => svg.append(s("polyline", { class: "line", points: line(k), stroke: side.color })));
  svg.append(s("polyline", { class: "line contested", points: line(ask.sides.length) }));
  const here = Math.min(ask.day, days - 1);
  svg.append(s("line", { class: "here", x1: x(here), x2: x(here), y1: TOP - 2, y2: y(0) + 2 }));
  ask.sides.forEach((side, k) => svg.append(s("circle", { cx: x(here), cy: y(ask.curve[here][k]), r: 4, fill: side.color })));
  const told = ask.claims.filter((claim) => claim.favours !== null).sort((a, b) => a.reported_on.localeCompare(b.reported_on));
  const dayOf = (claim: Claim) => Math.min(Math.max(daysBetween(ask.first, claim.reported_on), 0), days - 1);
  const heap = (claim: Claim) => `${dayOf(claim)}${claim.favours === 0}`;
  const heaps = new Map<string, number>();
  for (const claim of told) heaps.set(heap(claim), (heaps.get(heap(claim)) ?? 0) + 1);
  const stacked = new Map<string, number>();
  for (const claim of told) {
    const above = claim.favours === 0;
    const key = heap(claim);
    const n = stacked.get(key) ?? 0;
    stacked.set(key, n + 1);
    const tall = 6 + 4 * Math.min(Math.abs(claim.weight ?? 0), 4);
    const [y1, y2] = above ? [TOP - 6, TOP - 6 - tall] : [y(0) + 6, y(0) + 6 + tall];
    const count = heaps.get(key) ?? 1;
    const apart = Math.min(3.4, (W - LEFT - RIGHT) / count);
    const at = Math.min(x(dayOf(claim)), W - RIGHT - apart * (count - 1)) + apart * n; // none beyond the plot
    svg.append(
      s(
        "line",
        { class: "claim", x1: at, x2: at, y1, y2, stroke: ask.sides[claim.favours ?? 0].color, opacity: claim.counted ? 1 : 0.35, click: () => ask.pickClaim(claim.claim_id) },
        s("title", {}, `${claim.reported_on}: ${claim.claimant}: ${claim.what}`),
      ),
    );
  }
  for (const [sign, sides, at] of [["▲", ask.sides.slice(0, 1), 12], ["▼", ask.sides.slice(1), H - 20]] as const) {
    const label = s("text", { class: "side", x: LEFT, y: at }, s("tspan", { class: "plain" }, `${sign} claims for `));
    sides.forEach((side, n) => label.append(s("tspan", { fill: side.color }, `${n ? " / " : ""}${side.in_a_sentence}`)));
    svg.append(label);
  }
  const touch = s("rect", { class: "touch", x: LEFT, y: TOP, width: W - LEFT - RIGHT, height: H - TOP - BOTTOM });
  touch.addEventListener("click", (event) => {
    const box = (svg as SVGSVGElement).getBoundingClientRect();
    const at = (((event as MouseEvent).clientX - box.left) / box.width) * W;
    ask.pickDay(Math.min(Math.max(Math.round((at - LEFT) / step), 0), days - 1));
  });
  svg.append(touch);
  return svg;
}

const COMPASS = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"];

export function rose(supply: Supply, color: string): SVGElement {
  const said = Object.entries(supply.bearings).map(([point, p]) => `${point} ${percent(p)}`);
  const svg = s("svg", { class: "rose", viewBox: "-60 -60 120 120", role: "img", "aria-label": `Where supplies come from: ${said.join("; ")}` });
  svg.append(s("circle", { class: "ring", r: 40 }), s("circle", { class: "ring", r: 20 }));
  COMPASS.forEach((point, n) => {
    const angle = (Math.PI / 4) * n;
    const [ex, ey] = [Math.sin(angle), -Math.cos(angle)];
    const p = supply.bearings[point];
    if (p !== undefined) {
      const tip = 40 * p;
      const petal = [
        [0, 0],
        [tip * 0.5 * ex - 6 * ey, tip * 0.5 * ey + 6 * ex],
        [tip * ex, tip * ey],
        [tip * 0.5 * ex + 6 * ey, tip * 0.5 * ey - 6 * ex],
      ];
      svg.append(s("line", { class: "road", x1: 0, y1: 0, x2: 40 * ex, y2: 40 * ey }));
      svg.append(s("polygon", { points: petal.map((q) => q.map((v) => v.toFixed(1)).join(",")).join(" "), fill: color }, s("title", {}, `${point}: ${percent(p)}`)));
    }
    if (n % 2 === 0) svg.append(s("text", { x: 51 * ex, y: 51 * ey + 4, "text-anchor": "middle" }, point[0].toUpperCase()));
  });
  return svg;
}

/** Of fewer statements an interval says more of the prior than of the source. */
const LEAST_COUNTED = 5;

/** The ends of an interval in percent, rounded outwards, the mean between them; null where it is of few. Never certain. */
export function shareEnds([mean, low, high]: Share, of: number): [number, number] | null {
  if (of < LEAST_COUNTED) return null;
  const whole = (v: number) => Math.round(v * 1e9) / 1e7; // or 29.000000000000004 would round up
  return [Math.min(99, Math.floor(whole(Math.min(low, mean)))), Math.max(1, Math.ceil(whole(Math.max(high, mean))))];
}

export function interval(value: Share, of: number): SVGElement {
  const [mean] = value;
  const ends = shareEnds(value, of);
  const [low, high] = ends ? ends.map((end) => end / 100) : [mean, mean];
  return s(
    "svg",
    { class: "interval", viewBox: "0 0 104 12", role: "img", "aria-label": percent(mean) + (ends ? `, ${ends[0]}% to ${ends[1]}%` : "") },
    s("line", { class: "axis", x1: 2, x2: 102, y1: 6, y2: 6 }),
    s("line", { class: "range", x1: 2 + 100 * low, x2: 2 + 100 * high, y1: 6, y2: 6 }),
    s("circle", { cx: 2 + 100 * mean, cy: 6, r: 3.4 }),
  );
}

/** The expected number of places in each state, day by day, as a band over the slider. */
export function balance(counts: number[][], sides: Side[]): SVGElement {
  const svg = s("svg", { viewBox: `0 0 ${Math.max(counts.length - 1, 1)} 1`, preserveAspectRatio: "none" });
  const share = counts.map((row) => {
    const all = row.reduce((a, b) => a + b, 0) || 1;
    return row.map((v) => v / all);
  });
  // The first side from below, the others from above; what lies between is contested.
  const area = (from: (t: number) => number, to: (t: number) => number) =>
    [...share.map((_, t) => `${t},${(1 - from(t)).toFixed(4)}`), ...share.map((_, t) => `${t},${(1 - to(t)).toFixed(4)}`).reverse()].join(" ");
  let ceiling = share.map(() => 1);
  svg.append(s("polygon", { points: area(() => 0, (t) => share[t][0]), fill: sides[0].color }));
  sides.slice(1).forEach((side, n) => {
    const top = ceiling;
    const bottom = top.map((v, t) => v - share[t][n + 1]);
    svg.append(s("polygon", { points: area((t) => bottom[t], (t) => top[t]), fill: side.color }));
    ceiling = bottom;
  });
  return svg;
}
