/** The page: one state, which is also its address. */

import "./style.css";
import { type CaseCard, type Changeable, type Claim, type Compared, comparedMaps, type Control, control, type Dispute, type Docket, type Found, type GroundBytes, type GroundPlan, ground, holds, json, large, type Overview, placeAt, type PlaceList, type PlacePage, type ProgressNote, type Question, roadStates, send, type Situation, type SourceRecord, type ToReview, type View } from "./api";
import { balance } from "./charts";
import { addDays, byId, daysBetween, dot, h, longDay, percent } from "./dom";
import { HIGH, type MapView, WarMap } from "./map";
import { Ground, rgb } from "./paint";
import { aboutPage, dayPage, disputesPage, type Doors, followedPage, overviewPage, placePage, placesPage, sourcePage, sourcesPage } from "./panel";
import { claimReviewPage, type Desk, reviewPage } from "./review";
import { comparedPage, empty, NOTHING, type Planner, planPage } from "./whatif";

type Tab = "overview" | "places" | "contradictions" | "sources" | "what-if" | "review" | "about";
const TABS: [Tab, string][] = [
  ["overview", "Overview"],
  ["places", "Places"],
  ["contradictions", "Contradictions"],
  ["sources", "Sources"],
  ["what-if", "What if"],
  ["review", "Review"],
  ["about", "About"],
];

interface State {
  day: number;
  view: View;
  asOf: string;
  tab: Tab;
  place: string | null;
  source: string | null;
  claim: string | null;
  roads: string | null;
  question: Question | null;
  /** Whether the scenario is to be run, rather than still being put together. */
  asked: boolean;
  /** The day of a scenario's maps, counted from the day it starts from; the last one if null. */
  ahead: number | null;
  map: MapView | null;
}

const DAYS_A_SECOND = 5;

class Page {
  private state!: State;
  private control: Control | null = null;
  private counts: number[][] = [];
  private shownView: View = "now";
  private map: WarMap | null = null;
  private playing = 0;
  private fetching = 0;
  private asking = new AbortController();
  private drawing = new AbortController();
  private place: PlacePage | null = null;
  private weighed = "";
  private plan: GroundPlan | null = null;
  private found: GroundBytes | null = null;
  private other: WarMap | null = null;
  /** Both runs of the scenario that is on the screen. */
  private compared: { unchanged: Control; changed: Control; from: string } | null = null;
  private running = new AbortController();
  private can: Changeable | null = null;
  private docket: Docket | null = null;
  private head: { asOf: string; view: Overview } | null = null;
  private lines: GeoJSON.FeatureCollection | null = null;
  private roading = new AbortController();
  private readonly notes = new Map<string, ProgressNote>();
  /** The first day is on the screen, or there is no map to see it on: what can wait, waits for this. */
  private readonly seen: Promise<void>;
  private see: () => void = () => undefined;

  constructor(
    private readonly card: CaseCard,
    private readonly places: PlaceList,
    private readonly underfoot: Promise<[GroundPlan, GroundBytes]>,
  ) {
    this.seen = new Promise((resolve) => {
      this.see = resolve;
    });
  }

  private readonly doors: Doors = {
    place: (id) => this.go({ place: id, source: null }),
    day: (day) => this.go({ day }),
    source: (source) => this.go({ source, place: null, tab: "sources" }),
    situation: (id, asOf) => json<Situation>(`api/places/${encodeURIComponent(id)}/situation?as_of=${asOf}`, undefined, (note) => this.progress("situation", note)),
    whatIf: (id, change, side) => {
      const who = this.card.sides[side].id;
      const scenario = change === "lose" ? { lose: [{ place: id, to: who, by: addDays(this.state.asOf, 3) }] } : { hold: [{ place: id, side: who }] };
      this.go({ tab: "what-if", place: null, source: null, claim: null, question: { ...NOTHING, scenario }, asked: false, ahead: null });
    },
    review: null,
  };

  private readonly desk: Desk = {
    decided: (undrawn) => {
      if (this.docket) this.docket.undrawn = undrawn;
      const note = byId("undrawn");
      note.hidden = undrawn === 0;
      (note.querySelector("p") as HTMLElement).textContent = `${undrawn} ${undrawn === 1 ? "decision" : "decisions"} since the map was drawn.`;
    },
    redraw: () => void this.redraw(),
    one: (claim) => this.go({ tab: "review", claim, place: null, source: null }),
    all: () => this.go({ claim: null }),
    place: (id) => this.doors.place(id),
  };

  async start(): Promise<void> {
    byId("title").textContent = this.card.title;
    document.title = `${this.card.title} · Vedette`;
    this.state = this.fromAddress();
    this.controls();
    this.legend();
    this.tabs();
    void this.mayReview();
    if (this.state.tab === "what-if" && this.state.asked) this.halves(true); // before the map is fitted to its room
    addEventListener("popstate", () => {
      this.state = this.fromAddress();
      void this.everything();
    });
    await Promise.all([this.makeMap(), this.everything()]);
  }

  private fromAddress(): State {
    const query = new URLSearchParams(location.search);
    const asOf = query.get("as_of") ?? this.card.as_of;
    const valid = /^\d{4}-\d{2}-\d{2}$/.test(asOf) && asOf >= this.card.first_day ? asOf : this.card.as_of;
    const day = query.get("day");
    const tab = query.get("tab") as Tab | null;
    const place = query.get("place");
    const rest = new URLSearchParams(location.hash.slice(1));
    const map = rest.get("map")?.match(/^([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/);
    const question = asQuestion(rest.get("what-if"));
    const roads = query.get("roads");
    const on = query.get("on");
    return {
      asOf: valid,
      day: this.clamp(day ? daysBetween(this.card.first_day, day) : Number.POSITIVE_INFINITY, valid),
      view: query.get("view") === "then" ? "then" : "now",
      tab: TABS.some(([name]) => name === tab) ? (tab as Tab) : "overview",
      place: place && this.places.ids.includes(place) ? place : null,
      source: query.get("source"),
      claim: query.get("claim"),
      roads: this.card.sides.some((side) => side.id === roads) ? roads : null,
      question,
      asked: question !== null && query.get("run") === "yes",
      ahead: on && /^\d{4}-\d{2}-\d{2}$/.test(on) ? Math.max(0, daysBetween(valid, on)) : null,
      map: map ? { zoom: Number(map[1]), lat: Number(map[2]), lon: Number(map[3]) } : null,
    };
  }

  private clamp(day: number, asOf: string): number {
    const last = Math.min(daysBetween(this.card.first_day, asOf), daysBetween(this.card.first_day, this.card.last_day));
    return Math.min(Math.max(Number.isNaN(day) ? last : day, 0), last);
  }

  private toAddress(push: boolean): void {
    const { state } = this;
    const query = new URLSearchParams();
    query.set("day", addDays(this.card.first_day, state.day));
    if (state.view !== "now") query.set("view", state.view);
    if (state.asOf !== this.card.as_of) query.set("as_of", state.asOf);
    if (state.tab !== "overview") query.set("tab", state.tab);
    if (state.place) query.set("place", state.place);
    if (state.source) query.set("source", state.source);
    if (state.claim) query.set("claim", state.claim);
    if (state.roads) query.set("roads", state.roads);
    const rest: string[] = [];
    if (state.map) rest.push(`map=${state.map.zoom.toFixed(2)}/${state.map.lat.toFixed(4)}/${state.map.lon.toFixed(4)}`);
    if (state.tab === "what-if" && state.question) {
      rest.push(`what-if=${encodeURIComponent(JSON.stringify(state.question))}`);
      if (state.asked) query.set("run", "yes");
      if (state.asked && state.ahead !== null) query.set("on", addDays(state.asOf, state.ahead));
    }
    const address = `?${query}${rest.length ? `#${rest.join("&")}` : ""}`;
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  /** Change the state, then only what depends on it. */
  private go(change: Partial<State>): void {
    const before = { ...this.state };
    Object.assign(this.state, change);
    this.state.day = this.clamp(this.state.day, this.state.asOf);
    const { state } = this;
    if (state.tab !== before.tab && state.tab !== "review") state.claim = null;
    const elsewhere = state.place !== before.place || state.tab !== before.tab || state.source !== before.source || state.claim !== before.claim || state.question !== before.question || state.asked !== before.asked;
    this.toAddress(elsewhere);
    if (state.asOf !== before.asOf || state.view !== before.view) void this.days();
    else if (state.day !== before.day || state.ahead !== before.ahead) this.day();
    const pageMoves = elsewhere || state.asOf !== before.asOf || state.view !== before.view;
    const dayMatters = state.day !== before.day && (state.place !== null || state.tab === "places" || state.tab === "overview");
    if (pageMoves) void this.page(elsewhere);
    else if (dayMatters) void this.page(false);
    if (state.place !== before.place) void this.map?.choose(this.number(), true);
    if (state.roads !== before.roads) this.legend();
    if (state.roads !== before.roads || state.asOf !== before.asOf || state.view !== before.view || state.day !== before.day) void this.roads();
  }

  private number(): number | null {
    return this.state.place ? this.places.ids.indexOf(this.state.place) : null;
  }

  private async everything(): Promise<void> {
    byId<HTMLInputElement>("asof").value = this.state.asOf;
    for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=view]")) radio.checked = radio.value === this.state.view;
    await Promise.all([this.days(), this.page(false), this.roads()]);
    void this.map?.choose(this.number(), false);
  }

  /** Whether claims can be decided on here: then there is a page for it, and every claim leads to it. */
  private async mayReview(): Promise<void> {
    await this.seen;
    try {
      this.docket = await json<Docket>("api/review?limit=1");
    } catch {
      return; // then nobody can
    }
    if (this.docket.closed) return;
    this.doors.review = this.desk.one;
    byId("tab-review").hidden = false;
    if (this.state.place || this.state.source) void this.page(false);
  }

  private async redraw(): Promise<void> {
    try {
      await send("POST", "api/review/redraw", {});
    } catch (error) {
      return this.fail(error);
    }
    this.place = null;
    this.docket = null;
    this.head = null;
    await this.everything();
  }

  private async makeMap(): Promise<void> {
    try {
      [this.plan, this.found] = await this.underfoot;
      this.map = this.newMap("map", this.state.map);
    } catch (error) {
      const note = byId("nomap");
      note.textContent = `The map cannot be drawn here (${error instanceof Error ? error.message : error}). Everything it shows stands under Places.`;
      note.hidden = false;
      this.see();
      return;
    }
    void this.map.listen({
      pick: (n) => this.go({ place: n === null ? null : this.places.ids[n], source: null }),
      hover: (n, x, y) => this.hover(n, x, y),
      move: (view) => {
        this.state.map = view;
        this.toAddress(false);
      },
    });
    this.day();
    void this.roads();
    void this.map.choose(this.number(), false);
  }

  private newMap(holder: string, view: MapView | null, called = "Map of who holds which place"): WarMap {
    const plan = this.plan as GroundPlan;
    const colors = this.card.sides.map((side) => rgb(side.color));
    return new WarMap(byId(holder), this.places, plan, new Ground(plan, this.found as GroundBytes, colors), colors, view, this.dark(), called);
  }

  /** Roads by their state for one side, on the day shown. */
  private async roads(): Promise<void> {
    this.roading.abort();
    this.roading = new AbortController();
    const { signal } = this.roading;
    const { roads, asOf, view } = this.state;
    if (this.compared) return; // roads are those of the day shown, and both maps are of days to come
    if (!roads) return void this.map?.showRoads(null);
    const side = this.card.sides.findIndex((s) => s.id === roads);
    const when = addDays(this.card.first_day, this.state.day);
    try {
      this.lines ??= await json<GeoJSON.FeatureCollection>("api/routes", signal);
      await new Promise((wake) => setTimeout(wake, 120)); // the slider may still move
      signal.throwIfAborted();
      const all = await roadStates(when, view === "then" ? when : asOf, signal, (note) => this.progress("roads", note));
      const each = 3 * this.lines.features.length;
      await this.map?.showRoads({ lines: this.lines, chance: all.subarray(side * each, (side + 1) * each), color: this.card.sides[side].color });
      byId("legend").dataset.roads = `${roads} ${when}`;
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  private hover(n: number | null, x: number, y: number, over = "map"): void {
    const tip = byId("hover");
    tip.hidden = n === null || !this.control;
    if (n === null || !this.control) return;
    const { compared } = this;
    const told = compared
      ? [h("br"), `Unchanged: ${this.reading(compared.unchanged, this.ahead(), n)}`, h("br"), `Changed: ${this.reading(compared.changed, this.ahead(), n)}`]
      : [h("br"), this.reading(this.control, this.state.day, n)];
    tip.replaceChildren(h("strong", {}, h("bdi", {}, this.places.names[n])), ...told);
    const stage = byId("stage").getBoundingClientRect();
    const map = byId(over).getBoundingClientRect();
    tip.style.left = `${Math.min(map.left - stage.left + x + 14, stage.width - 190)}px`;
    const below = map.top - stage.top + y + 14;
    tip.style.top = `${below + tip.offsetHeight > stage.height ? below - 28 - tip.offsetHeight : below}px`;
  }

  private reading(control: Control, day: number, n: number): string {
    if (!holds(control, day)) return "";
    const at = placeAt(control, day, n);
    const names = [...this.card.sides.map((side) => side.name), "contested"];
    return names.map((name, k) => [control.probability[at + k] / 255, name] as const).sort((a, b) => b[0] - a[0]).filter(([p], k) => k === 0 || p >= 0.01).map(([p, name]) => `${name} ${percent(p)}`).join(", ");
  }

  /** The day ahead that both maps of a scenario show. */
  private ahead(): number {
    const last = (this.compared?.unchanged.total ?? 1) - 1;
    return Math.min(this.state.ahead ?? last, last);
  }

  /** Fetch who held what, which may take long; until it is there the days shown before stay. */
  private async days(): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const { asOf, view } = this.state;
    this.knownNote();
    const note = (told: ProgressNote | null) => this.progress("days", told);
    const { signal } = this.asking;
    try {
      if (view === "then" && !this.control) this.take(await control(this.card, "now", asOf, this.state.day, large(this.card), signal, note), "now");
      if (large(this.card) && !(this.control && this.shownView === view && holds(this.control, this.state.day))) {
        this.take(await control(this.card, view, asOf, this.state.day, true, signal, note), view);
        await this.seen;
      }
      const found = await control(this.card, view, asOf, this.state.day, false, signal, note);
      const counts = await json<number[][]>(`api/balance?view=${view}&as_of=${asOf}`, signal, note);
      this.counts = counts;
      byId("spark").replaceChildren(balance(counts, this.card.sides));
      this.take(found, view);
      byId("stage").dataset.all = view; // every day is there
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.fail(error);
    }
  }

  private take(found: Control, view: View): void {
    this.control = found;
    this.shownView = view;
    if (this.card.followed) this.place = null; // its curve is of the view before
    if (!this.compared) byId<HTMLInputElement>("day").max = String(found.total - 1);
    this.state.day = Math.min(this.state.day, found.total - 1);
    this.knownNote();
    this.day();
    const daily = this.state.tab === "places" || this.state.tab === "overview" || this.card.followed;
    if ((this.state.place && (view === "then" || this.card.followed)) || (!this.state.place && daily)) void this.page(false);
  }

  private knownNote(): void {
    const { view, asOf } = this.state;
    if (this.compared) {
      byId("viewnote").textContent = `The campaign run forward from ${longDay(this.compared.from)}, without the change and with it.`;
      return;
    }
    const waiting = view !== this.shownView && this.control !== null;
    byId("viewnote").textContent = waiting
      ? "Going back to what was known on each day takes one estimate a day, once; until then the map shows what is known now."
      : view === "then"
        ? "Each day by what had been published on that day."
        : `Each day by all that was published by ${longDay(asOf)}.`;
  }

  /** Show the state's day on the map, the slider and the clock; of a scenario, on both maps. */
  private day(): void {
    const { day } = this.state;
    const { compared } = this;
    const when = compared ? addDays(compared.from, this.ahead()) : addDays(this.card.first_day, day);
    const slider = byId<HTMLInputElement>("day");
    slider.max = String(compared ? compared.unchanged.total - 1 : Math.max(0, (this.control?.total ?? Number(slider.max) + 1) - 1));
    slider.value = String(compared ? this.ahead() : day);
    slider.setAttribute("aria-valuetext", longDay(when));
    byId("date").textContent = longDay(when);
    if (compared) {
      void Promise.all([this.map?.show(compared.unchanged, this.ahead()), this.other?.show(compared.changed, this.ahead())]).then(() => {
        if (this.compared === compared) byId("stage").dataset.compared = when; // both are on the screen
        this.see();
      });
      return;
    }
    if (!this.control) return;
    if (holds(this.control, day)) {
      void this.map?.show(this.control, day).then(() => {
        byId("stage").dataset.day = when; // on the screen
        if (!performance.getEntriesByName("first view").length) performance.mark("first view");
        this.see();
      });
    } else if (day < this.control.total) {
      clearTimeout(this.fetching);
      this.fetching = window.setTimeout(() => void this.days(), 150); // the slider may still move
    }
  }

  private controls(): void {
    const slider = byId<HTMLInputElement>("day");
    slider.max = String(this.clamp(Number.POSITIVE_INFINITY, this.state.asOf));
    slider.addEventListener("input", () => {
      this.stop();
      this.turn(Number(slider.value));
    });
    byId("play").addEventListener("click", () => (this.playing ? this.stop() : this.play()));
    for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=view]")) radio.addEventListener("change", () => this.go({ view: radio.value as View }));
    const asOf = byId<HTMLInputElement>("asof");
    asOf.min = this.card.first_day;
    asOf.max = this.card.latest;
    asOf.addEventListener("change", () => {
      if (asOf.validity.valid && asOf.value) this.go({ asOf: asOf.value });
    });
    addEventListener("keydown", (event) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "[" || event.key === ",") this.turn(this.shownDay() - 1);
      else if (event.key === "]" || event.key === ".") this.turn(this.shownDay() + 1);
      else if (event.key === "/") {
        event.preventDefault();
        byId("search").focus();
      }
    });
    const theme = byId("theme");
    const paintTheme = () => {
      theme.textContent = this.dark() ? "☀" : "☾";
      theme.setAttribute("aria-label", this.dark() ? "Light" : "Dark");
      void this.map?.theme(this.dark());
      void this.other?.theme(this.dark());
    };
    const kept = localStorage.getItem("vedette-theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
    theme.addEventListener("click", () => {
      document.documentElement.dataset.theme = this.dark() ? "light" : "dark";
      localStorage.setItem("vedette-theme", document.documentElement.dataset.theme);
      paintTheme();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintTheme);
    paintTheme();
    this.search();
  }

  private dark(): boolean {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** The day that the slider stands on. */
  private shownDay(): number {
    return this.compared ? this.ahead() : this.state.day;
  }

  /** Go to a day of the war; of the days ahead, where a scenario is on the screen. */
  private turn(day: number): void {
    if (!this.compared) this.go({ day });
    else this.go({ ahead: Math.min(Math.max(day, 0), this.compared.unchanged.total - 1) });
  }

  private play(): void {
    const days = () => this.compared?.unchanged ?? this.control;
    const last = () => (days()?.total ?? 1) - 1;
    if (!days()) return;
    if (this.shownDay() >= last()) this.turn(0);
    byId("play").setAttribute("aria-label", "Stop");
    byId("play").classList.add("on");
    this.playing = window.setInterval(() => {
      const shown = days();
      if (!shown || this.shownDay() >= last()) this.stop();
      else if (holds(shown, this.shownDay())) this.turn(this.shownDay() + 1);
    }, 1000 / DAYS_A_SECOND);
  }

  private stop(): void {
    clearInterval(this.playing);
    this.playing = 0;
    byId("play").setAttribute("aria-label", "Play the days");
    byId("play").classList.remove("on");
  }

  private legend(): void {
    const bar = h("span", { class: "bar", "aria-hidden": "true" });
    const colors = this.card.sides.map((side) => side.color);
    bar.style.background = colors.length === 2 ? `linear-gradient(90deg, ${colors[0]}, var(--bare), ${colors[1]})` : `linear-gradient(90deg, ${colors.join(", ")})`;
    const ends = this.card.sides.length === 2 ? [h("span", {}, this.card.sides[0].name), bar, h("span", {}, this.card.sides[1].name)] : this.card.sides.flatMap((side) => [dot(side.color), h("span", {}, side.name)]);
    const held = document.activeElement?.id === "roads-of";
    const choice = h("select", { id: "roads-of", "aria-label": "Whose roads" }, h("option", { value: "" }, "no roads"), ...this.card.sides.map((side) => h("option", { value: side.id, selected: side.id === this.state.roads }, `roads of ${side.in_a_sentence}`)));
    choice.addEventListener("change", () => this.go({ roads: choice.value || null }));
    const chosen = this.card.sides.find((side) => side.id === this.state.roads);
    const road = (name: string, text: string) => {
      const mark = h("i", { class: `road ${name}` });
      if (chosen && name !== "cut") mark.style.color = chosen.color;
      return h("span", {}, mark, text);
    };
    const box = byId<HTMLDetailsElement>("legend");
    const narrow = matchMedia("(max-width: 960px)").matches;
    if (!box.childElementCount) box.open = !narrow;
    box.replaceChildren(
      h("summary", {}, "Legend"),
      h("span", { class: "scale" }, ...ends),
      h("span", {}, h("i", { class: "hatch" }), "contested, 1 in 3 or more"),
      ...(this.card.followed ? [] : [h("span", {}, h("i", { class: "band" }), "front: the wider and fainter, the less sure")]),
      ...(this.places.kinds.some((kind) => HIGH.has(kind)) ? [h("span", {}, "▲ height, peak or pass")] : []),
      ...(this.card.roads ? [choice] : []),
      ...(chosen ? [road("open", "open"), road("fire", "under fire"), road("cut", "cut"), h("span", { class: "quiet" }, "the likeliest; fainter, less sure")] : []),
    );
    if (held) choice.focus();
  }

  private tabs(): void {
    const nav = byId("tabs");
    TABS.forEach(([name, label], n) => {
      nav.append(
        h("button", {
          role: "tab",
          type: "button",
          id: `tab-${name}`,
          hidden: name === "review" && this.state.tab !== "review",
          "aria-controls": "page",
          click: () => this.go({ tab: name, place: null, source: null }),
          keydown: (event: KeyboardEvent) => {
            const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? TABS.length - 1 : 0;
            if (!step) return;
            let next = n;
            do next = (next + step) % TABS.length;
            while (byId(`tab-${TABS[next][0]}`).hidden);
            byId(`tab-${TABS[next][0]}`).focus();
          },
        }, label),
      );
    });
  }

  /** Fill the page beside the map. */
  private async page(moved: boolean): Promise<void> {
    this.drawing.abort();
    this.drawing = new AbortController();
    const { signal } = this.drawing;
    if (this.state.tab !== "what-if" || this.state.place || !this.state.asked) this.apart();
    for (const [name] of TABS) {
      const tab = byId(`tab-${name}`);
      const on = name === this.state.tab && !this.state.place;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = name === this.state.tab ? 0 : -1;
      const row = byId("tabs");
      if (on && row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - 14;
    }
    byId("page").setAttribute("aria-labelledby", `tab-${this.state.tab}`);
    try {
      const filled = this.state.place ? await this.placePage(this.state.place, signal) : await this.tabPage(signal);
      if (signal.aborted || !filled) return;
      byId("page").replaceChildren(filled);
      if (moved) {
        byId("panel").scrollTop = 0;
        const heading = filled.querySelector<HTMLElement>("h2[tabindex]");
        heading?.focus({ preventScroll: !matchMedia("(max-width: 960px)").matches });
      }
    } catch (error) {
      if (!signal.aborted) byId("page").replaceChildren(h("p", { class: "warning" }, error instanceof Error ? error.message : String(error)));
    }
  }

  private told = (note: ProgressNote | null) => this.progress("page", note);

  private async tabPage(signal: AbortSignal): Promise<HTMLElement | null> {
    const { tab, asOf, source, day } = this.state;
    const ask = <T>(path: string) => json<T>(path, signal, this.told);
    if (tab === "about") return aboutPage(this.card);
    if (tab === "what-if") return await this.planPage(signal);
    if (tab === "review") return await this.reviewPage(signal);
    if (tab === "places") return this.control && holds(this.control, day) ? placesPage(this.card, this.places, this.control, day, this.doors) : h("p", { class: "quiet" }, "Being computed.");
    if (tab === "contradictions") return disputesPage(await ask<Dispute[]>(`api/contradictions?as_of=${asOf}`), this.card, this.doors);
    if (tab === "sources") {
      const records = await ask<SourceRecord[]>(`api/sources?as_of=${asOf}`);
      if (!source) return sourcesPage(records, asOf, this.doors);
      const list = await ask<{ total: number; claims: Claim[] }>(`api/claims?as_of=${asOf}&claimant=${encodeURIComponent(source)}&limit=100`);
      const mine = list.claims.filter((c) => c.claimant === source);
      const total = mine.length < list.claims.length ? mine.length : list.total;
      return sourcePage(source, records.find((r) => r.claimant === source), total, mine, this.doors, () => this.go({ source: null }));
    }
    const then = this.shownView === "then";
    if (this.card.followed) return followedPage(this.counts[day] ?? this.card.states.map(() => Number.NaN), this.card, addDays(this.card.first_day, day), asOf, then);
    if (day === this.clamp(Number.POSITIVE_INFINITY, asOf)) {
      if (this.head?.asOf !== asOf) this.head = { asOf, view: await ask<Overview>(`api/overview?as_of=${asOf}`) };
      return overviewPage(this.head.view, this.card, this.doors);
    }
    const before = Math.max(0, day - 3);
    if (!this.control || !holds(this.control, day) || !holds(this.control, before)) return h("article", {}, h("h2", {}, longDay(addDays(this.card.first_day, day))), h("p", { class: "quiet" }, "Being computed."));
    return dayPage(this.card, this.places, this.control, day, asOf, then, this.doors);
  }

  private async reviewPage(signal: AbortSignal): Promise<HTMLElement> {
    const { claim } = this.state;
    this.docket = await json<Docket>("api/review", signal);
    if (!claim || this.docket.closed) return reviewPage(this.docket, this.desk);
    return claimReviewPage(await json<ToReview>(`api/review/claim?claim=${encodeURIComponent(claim)}`, signal), this.docket.undrawn, this.desk);
  }

  private async planPage(signal: AbortSignal): Promise<HTMLElement> {
    this.can ??= await json<Changeable>("api/what-if", signal);
    const question = this.state.question ?? NOTHING;
    let task: string | null = null;
    const planner: Planner = {
      card: this.card,
      asOf: this.state.asOf,
      can: this.can,
      question,
      name: (id) => this.places.names[this.places.ids.indexOf(id)] ?? id,
      change: (changed) => this.go({ question: changed, asked: false, ahead: null }),
      run: () => this.go({ question: { ...question }, asked: true, ahead: null }),
      stop: () => {
        this.running.abort();
        if (task) void send("DELETE", `api/what-if/${task}`).catch(() => undefined); // done already, or forgotten
        this.go({ asked: false });
      },
      place: (id) => {
        const n = this.places.ids.indexOf(id);
        void this.map?.choose(n, true);
        void this.other?.choose(n, false);
      },
    };
    const plan = planPage(planner);
    this.running.abort();
    if (!this.state.asked || empty(question.scenario)) return plan.page;
    this.running = new AbortController();
    const running = this.running.signal;
    const work = async () => {
      plan.progress(null, true);
      try {
        const begun = await send<{ id: string }>("POST", "api/what-if", { ...question, as_of: this.state.asOf });
        task = begun?.id ?? null;
        const found = await json<Compared>(`api/what-if/${task}`, running, (note) => plan.progress(note, true));
        const maps = await comparedMaps(task ?? "", running);
        running.throwIfAborted();
        plan.say("");
        plan.result.replaceChildren(comparedPage(found, planner));
        await this.sideBySide(maps, found);
      } catch (error) {
        if (running.aborted) return;
        this.apart();
        plan.say(error instanceof Error ? error.message : String(error));
      } finally {
        plan.progress(null, false);
      }
    };
    void work();
    return plan.page;
  }

  /** Both runs on two maps that move together, from day to day as well. */
  private async sideBySide([unchanged, changed]: [Control, Control], found: Compared): Promise<void> {
    this.stop();
    const stage = byId("stage");
    const halve = () => this.halves(true);
    if (this.map && !stage.classList.contains("both")) this.map.resize(halve);
    else halve();
    this.compared = { unchanged, changed, from: found.as_of };
    if (this.map && !this.other) {
      this.other = this.newMap("map2", null, "Map with the scenario's changes");
      this.other.follow(this.map);
      void this.other.listen({
        pick: (n) => this.go({ place: n === null ? null : this.places.ids[n], source: null }),
        hover: (n, x, y) => this.hover(n, x, y, "map2"),
        move: () => undefined, // the first map tells it
      });
    }
    this.knownNote();
    await this.map?.showRoads(null);
    this.day();
  }

  private halves(both: boolean): void {
    byId("stage").classList.toggle("both", both);
    byId("time").classList.toggle("ahead", both);
    for (const name of ["unchanged", "changed", "map2"]) byId(name).hidden = !both;
  }

  /** Back to one map. */
  private apart(): void {
    const stage = byId("stage");
    if (!stage.classList.contains("both")) return;
    this.stop();
    delete stage.dataset.compared;
    this.compared = null;
    byId("hover").hidden = true;
    this.other?.remove();
    this.other = null;
    const whole = () => this.halves(false);
    if (this.map) this.map.resize(whole);
    else whole();
    this.knownNote();
    this.day();
    void this.roads();
  }

  private async placePage(id: string, signal: AbortSignal): Promise<HTMLElement | null> {
    const then = this.state.view === "then" && this.shownView === "then";
    const asOf = then && !this.card.followed ? addDays(this.card.first_day, this.state.day) : this.state.asOf;
    if (this.place?.place_id !== id || this.place.as_of !== asOf) {
      if (then && this.playing && !this.card.followed) return null;
      if (this.place?.place_id === id) await new Promise((wake) => setTimeout(wake, 300)); // the slider may still move
      if (signal.aborted) return null;
      this.place = this.card.followed ? await this.followedPlace(id, asOf, signal) : await json<PlacePage>(`api/places/${encodeURIComponent(id)}?as_of=${asOf}`, signal, this.told);
    }
    const page = this.place;
    const day = Math.min(this.state.day, page.curve.length - 1);
    const history = then && !this.card.followed ? await this.curve(id, "then", this.state.asOf, signal) : page.curve;
    return placePage({
      page,
      sides: this.card.sides,
      curve: history,
      sentence: page.sentences[day],
      day: this.state.day,
      then,
      width: byId("page").clientWidth,
      doors: this.doors,
      back: () => this.go({ place: null }),
      pickClaim: (claim) => this.showClaim(claim),
      ...(this.card.followed && this.weighed !== `${id} ${asOf}` ? { weigh: () => void this.weigh(id, asOf) } : {}),
    });
  }

  /** A long war's place with its drawn weeks: what each claim adds, supplies, and what it would be without a camp. */
  private async weigh(id: string, asOf: string): Promise<void> {
    this.weighed = `${id} ${asOf}`;
    this.place = null;
    await this.page(false);
  }

  private curve(id: string, view: View, asOf: string, signal: AbortSignal): Promise<number[][]> {
    return json<number[][]>(`api/curve/${encodeURIComponent(id)}?view=${view}&as_of=${asOf}`, signal, this.told);
  }

  /** A place of a long war: its days and its claims; what these weigh once its last weeks are drawn. */
  private async followedPlace(id: string, asOf: string, signal: AbortSignal): Promise<PlacePage> {
    const n = this.places.ids.indexOf(id);
    const days = await this.curve(id, this.shownView, asOf, signal);
    const list = await json<{ claims: Claim[] }>(`api/claims?as_of=${asOf}&place=${encodeURIComponent(id)}&limit=500`, signal, this.told);
    const names = [...this.card.sides.map((side) => side.name), "contested"];
    const drawn = this.weighed === `${id} ${asOf}` ? await json<PlacePage>(`api/places/${encodeURIComponent(id)}?as_of=${asOf}`, signal, this.told) : null;
    const said = (p: number[]) => p.map((q, k) => [q, names[k]] as const).sort((a, b) => b[0] - a[0]).filter(([q], k) => k === 0 || q >= 0.01).map(([q, name]) => `${name} ${percent(q)}`).join(", ");
    return {
      place_id: id,
      name: this.places.names[n],
      aliases: [],
      district: this.places.districts[n],
      kind: this.places.kinds[n],
      as_of: asOf,
      first_day: this.card.first_day,
      states: names,
      sentences: days.map((p, t) => `${longDay(addDays(this.card.first_day, t))}: ${said(p)}.`),
      curve: days,
      claims: drawn?.claims ?? list.claims,
      supply: drawn?.supply ?? [],
      without: drawn?.without ?? [],
      maps: drawn?.maps ?? [],
      warning: drawn?.warning ?? "",
    };
  }

  private showClaim(id: string): void {
    const card = document.getElementById(`claim-${id}`);
    const folded = card?.closest("details");
    if (folded) folded.open = true;
    card?.scrollIntoView({ block: "center" });
    card?.focus();
  }

  private progress(what: string, note: ProgressNote | null): void {
    if (note) this.notes.set(what, note);
    else this.notes.delete(what);
    const bar = byId("progress");
    const first = this.notes.values().next().value as ProgressNote | undefined;
    bar.hidden = first === undefined;
    if (!first) return;
    (bar.querySelector("span") as HTMLElement).textContent = first.doing;
    const meter = bar.querySelector("progress") as HTMLProgressElement;
    if (first.of) meter.value = first.done / first.of;
    else meter.removeAttribute("value");
  }

  private fail(error: unknown): void {
    byId("viewnote").textContent = error instanceof Error ? error.message : String(error);
  }

  private search(): void {
    const field = byId<HTMLInputElement>("search");
    const list = byId("found");
    let asked = new AbortController();
    let found: Found[] = [];
    let at = -1;
    const close = () => {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
      at = -1;
    };
    const take = (n: number) => {
      const place = found[n];
      if (!place) return;
      field.value = place.name;
      close();
      this.go({ place: place.place_id, source: null });
    };
    const mark = (n: number) => {
      at = (n + found.length) % found.length;
      [...list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === at)));
      field.setAttribute("aria-activedescendant", `found-${at}`);
    };
    field.addEventListener("input", async () => {
      asked.abort();
      asked = new AbortController();
      const { signal } = asked;
      if (!field.value.trim()) return close();
      await new Promise((wake) => setTimeout(wake, 120));
      if (signal.aborted) return;
      try {
        found = await json<Found[]>(`api/search?q=${encodeURIComponent(field.value)}`, signal);
      } catch {
        return;
      }
      list.replaceChildren(
        ...found.map((place, n) =>
          h(
            "li",
            { role: "option", id: `found-${n}`, "aria-selected": "false", mousedown: (event: Event) => { event.preventDefault(); take(n); } },
            h("bdi", {}, place.matched),
            place.matched !== place.name && h("span", { class: "quiet" }, ` ${place.name}`),
            h("span", { class: "quiet" }, ` ${[place.kind, place.district].filter(Boolean).join(", ")}`),
          ),
        ),
      );
      if (!found.length) list.append(h("li", { class: "quiet" }, "No place of that name."));
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "ArrowDown" && found.length) mark(at + 1);
      else if (event.key === "ArrowUp" && found.length) mark(at < 0 ? -1 : at - 1);
      else if (event.key === "Enter") take(Math.max(at, 0));
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", close);
  }
}

/** A scenario from an address, which anybody may have written: what it asks is judged by the server. */
function asQuestion(text: string | null): Question | null {
  if (!text) return null;
  try {
    const found = JSON.parse(text) as Partial<Question>;
    if (typeof found.scenario !== "object" || found.scenario === null || Array.isArray(found.scenario)) return null;
    return { scenario: found.scenario, days: Number(found.days) || NOTHING.days, members: Number(found.members) || NOTHING.members };
  } catch {
    return null;
  }
}

async function underfoot(): Promise<[GroundPlan, GroundBytes]> {
  const plan = await json<GroundPlan>("api/ground");
  return [plan, await ground(plan)];
}

async function main(): Promise<void> {
  try {
    const found = underfoot();
    found.catch(() => undefined); // whoever waits for it is told
    const [card, places] = await Promise.all([json<CaseCard>("api/case"), json<PlaceList>("api/places")]);
    await new Page(card, places, found).start();
  } catch (error) {
    byId("page").append(h("p", { class: "warning" }, error instanceof Error ? error.message : String(error)));
  }
}

void main();
