/** The HTTP API, as `/api/openapi.json` describes it. */

export type View = "now" | "then";

export interface Side {
  id: string;
  name: string;
  in_a_sentence: string;
  color: string;
}

export interface CaseCard {
  name: string;
  title: string;
  first_day: string;
  last_day: string;
  as_of: string;
  latest: string;
  sides: Side[];
  states: string[];
  places: number;
  claims: number;
  members: number;
  seed: number;
  followed: boolean;
  roads: number;
  headline: string[];
  attribution: string;
  notice: string;
}

export interface PlaceList {
  ids: string[];
  names: string[];
  kinds: string[];
  districts: string[];
  lat: number[];
  lon: number[];
  rank: number[];
}

export type Box = [west: number, east: number, south: number, north: number];

export interface GroundPlan {
  rows: number;
  columns: number;
  extent: Box;
  borders: number;
  relief: Box | null;
  layers: string[];
}

export interface Claim {
  claim_id: string;
  reported_on: string;
  about_from: string;
  about_to: string;
  claimant: string;
  claimant_side: string;
  relayed_by: string;
  what: string;
  place: string;
  place_id: string;
  denied: boolean;
  partial: boolean;
  against_interest: boolean;
  paraphrase: string;
  source_url: string;
  favours: number | null;
  weight: number | null;
  counted: boolean;
  steady: boolean;
}

export interface Supply {
  side: number;
  sentence: string;
  not_lost: number;
  isolated: number | null;
  is_source: boolean;
  bearings: Record<string, number>;
  roads: { name: string; leads_to: string; bearing: string; probability: number; under_fire: number; cut: number; claims: Claim[] }[];
}

export interface PlacePage {
  place_id: string;
  name: string;
  aliases: string[];
  district: string;
  kind: string;
  as_of: string;
  first_day: string;
  states: string[];
  sentences: string[];
  curve: number[][];
  claims: Claim[];
  supply: Supply[];
  without: { camp: string; sentence: string; probability: number[] | null }[];
  maps: string[];
  warning: string;
}

export interface Situation {
  supplies: {
    side: string;
    kept: number;
    isolated: number | null;
    unsafe: number | null;
    hours: Share | null;
    gatekeepers: [name: string, probability: number][];
    overlooked: number | null;
    is_source: boolean;
    roads: { name: string; bearing: string; open: number | null; under_fire: number | null; cut: number | null }[];
  }[];
  spells: { meaning: string; side: string; first: string; last: string; peak: number }[];
  terrain: string;
}

export interface Overview {
  as_of: string;
  since: string;
  balance: { state: string; mean: number; low: number; high: number }[];
  changes: { place_id: string; sentence: string }[];
  warning: string;
}

export interface Dispute {
  place_id: string;
  name: string;
  first: string;
  last: string;
  sentence: string;
  probability: number[];
  for_side: Claim[][];
  denied: Claim[][];
  why: Claim[];
}

export type Share = [mean: number, low: number, high: number];

export interface SourceRecord {
  claimant: string;
  camp: string;
  claims: number;
  assertions: number;
  letter: string;
  overall: Share | null;
  announced: number;
  gains: Share | null;
  admitted: number;
  against: Share | null;
  unit: string;
}

export interface Found {
  place_id: string;
  name: string;
  matched: string;
  kind: string;
  district: string;
}

export interface ProgressNote {
  doing: string;
  done: number;
  of: number;
}

/** Who held what on `days` days from day `first` on, of `total`: bytes, 255 for certain. */
export interface Control {
  first: number;
  days: number;
  total: number;
  places: number;
  states: number;
  borders: number;
  probability: Uint8Array;
  front: Uint8Array;
}

type Told = (note: ProgressNote | null) => void;

const SECOND = 1000;

/** Ask until the answer is there: 202 means that it is being computed. */
async function ask(path: string, signal?: AbortSignal, told?: Told): Promise<Response> {
  let said = false;
  try {
    for (;;) {
      const answer = await fetch(path, { signal, credentials: "same-origin" });
      if (answer.status === 202) {
        said = true;
        told?.((await answer.json()) as ProgressNote);
        await new Promise((wake) => setTimeout(wake, SECOND));
        signal?.throwIfAborted();
        continue;
      }
      if (!answer.ok) throw new Error(await reason(answer));
      return answer;
    }
  } finally {
    if (said) told?.(null);
  }
}

async function reason(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const data = JSON.parse(text) as { error?: string; detail?: unknown };
    if (Array.isArray(data.detail)) return data.detail.map((d: { loc?: unknown[]; msg?: string }) => `${(d.loc ?? []).slice(1).join(" ")}: ${d.msg}`).join("; ");
    return data.error ?? (typeof data.detail === "string" ? data.detail : text);
  } catch {
    return text || `The server answered ${answer.status}.`;
  }
}

export async function json<T>(path: string, signal?: AbortSignal, told?: Told): Promise<T> {
  return (await (await ask(path, signal, told)).json()) as T;
}

/** Bytes of days that are fetched at once: all of a short war, a part of a long one. */
const PART = 16_000_000;
/** Bytes that are there at once: of a war with more days than this holds, the day shown is fetched before the others. */
const AT_ONCE = 400_000;

function allDays(card: CaseCard): number {
  return Math.round((Date.parse(card.last_day) - Date.parse(card.first_day)) / 86_400_000) + 1;
}

/** Whether the days of a war take so long to fetch that one should be shown before the rest is there. */
export function large(card: CaseCard): boolean {
  return allDays(card) * card.places * card.states.length > AT_ONCE;
}

/** The days around `day`, or all of them if the war is short enough; with `alone`, that day only. */
export async function control(card: CaseCard, view: View, asOf: string, day: number, alone: boolean, signal?: AbortSignal, told?: Told): Promise<Control> {
  const count = alone ? 1 : Math.max(8, Math.floor(PART / (card.places * card.states.length)));
  const all = allDays(card);
  const first = alone ? Math.min(day, all - 1) : all <= count ? 0 : Math.max(0, Math.min(day, all) - Math.floor(count / 2));
  return bytes(await ask(`api/control.bin?view=${view}&as_of=${asOf}&first=${first}&count=${Math.min(count, all)}`, signal, told), first);
}

async function bytes(answer: Response, first: number): Promise<Control> {
  const [days, places, states, borders] = (answer.headers.get("X-Shape") ?? "").split(",").map(Number);
  const found = new Uint8Array(await answer.arrayBuffer());
  const cut = days * places * states;
  return { first, days, total: Number(answer.headers.get("X-Days")), places, states, borders, probability: found.subarray(0, cut), front: found.subarray(cut) };
}

export function holds(found: Control, day: number): boolean {
  return day >= found.first && day < found.first + found.days;
}

/** Where the states of place `n` on a day begin. */
export function placeAt(found: Control, day: number, n: number): number {
  return ((day - found.first) * found.places + n) * found.states;
}

/** Whose ground every spot is, the pairs of places whose grounds touch, how far each spot is from its place. */
export interface GroundBytes {
  nearest: Int32Array;
  pairs: Int32Array;
  km: Uint8Array;
}

export async function ground(plan: GroundPlan): Promise<GroundBytes> {
  const found = await (await ask("api/ground.bin")).arrayBuffer();
  const spots = plan.rows * plan.columns;
  const pairs = 2 * plan.borders;
  return { nearest: new Int32Array(found, 0, spots), pairs: new Int32Array(found, 4 * spots, pairs), km: new Uint8Array(found, 4 * (spots + pairs), spots) };
}

/** P(open, under fire, cut) of each route for each side on a day: bytes, side by side, 255 for certain. */
export async function roadStates(day: string, asOf: string, signal?: AbortSignal, told?: Told): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(`api/routes/state.bin?day=${day}&as_of=${asOf}`, signal, told)).arrayBuffer());
}

export interface Changes {
  title?: string;
  hold?: { place: string; side: string; until?: string }[];
  lose?: { place: string; to: string; by: string }[];
  cut?: { route: string }[];
  open?: { from: string; to: string }[];
  reserves?: { side: string; from: string; to: string; share: number }[];
  backer?: { actor: string; side: string; change: "stop" | "start" }[];
  close_airspace?: string[];
  tempo?: { side: string; factor: number }[];
  ceasefire?: string;
  watch?: string[];
}

/** A question of what if, as its address holds it. */
export interface Question {
  scenario: Changes;
  days: number;
  members: number;
}

export interface Changeable {
  routes: { id: string; name: string; ends: [string, string] }[];
  sectors: string[];
  backers: { actor: string; side: string }[];
  scenarios: Record<string, Changes & { as_of?: string; horizon?: number }>;
}

export interface Difference {
  side: string;
  before: number;
  after: number;
  low: number;
  high: number;
}

export interface Compared {
  title: string;
  told: string[];
  as_of: string;
  until: string;
  members: number;
  held: Difference[];
  area: Difference[];
  places: (Difference & { place_id: string; name: string; forced: boolean })[];
  notes: string[];
  warning: string;
}

/** Both runs of a scenario, each from the day of the question to the last. */
export async function comparedMaps(task: string, signal?: AbortSignal): Promise<[unchanged: Control, changed: Control]> {
  const both = await bytes(await ask(`api/what-if/${task}/control.bin`, signal), 0);
  const days = both.days / 2;
  const [cut, fold] = [days * both.places * both.states, days * both.borders];
  const run = (n: number) => ({ ...both, days, total: days, probability: both.probability.subarray(n * cut, (n + 1) * cut), front: both.front.subarray(n * fold, (n + 1) * fold) });
  return [run(0), run(1)];
}

export interface Decision {
  claim_id: string;
  verdict: string;
  by: string;
  at: string;
  replaced_by: string;
  note: string;
}

export interface ToReview {
  claim_id: string;
  row: Record<string, string>;
  before: string;
  words: string;
  after: string;
  title: string;
  outlet: string;
  published: string;
  decisions: Decision[];
}

export interface Docket {
  closed: string;
  waiting: number;
  claims: ToReview[];
  undrawn: number;
}

/** Send what changes something. */
export async function send<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T | null> {
  const answer = await fetch(path, { method, credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw new Error(await reason(answer));
  return answer.status === 204 ? null : ((await answer.json()) as T);
}
