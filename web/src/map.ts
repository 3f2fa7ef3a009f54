/** The map: relief and roads under the data, places by probability, the front as a band. */

import { type CanvasSource, type GeoJSONSource, Map as LibreMap, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Box, Control, GroundPlan, PlaceList } from "./api";
import { type Ground, type Rgb, rgb } from "./paint";
import { Finder, Points } from "./points";

setWorkerUrl(new URL(workerUrl, document.baseURI).href);

export const HIGH = new Set(["height", "peak", "pass"]);
/** From here on every place has its name; the names of villages are not handed to the map before they are near this. */
const NAMED_FROM = 9;
const RADIUS: Record<string, number> = { city: 6.5, town: 5 };
/** A road's likeliest state for a side: solid, dashes, dots, so that it can be told without colour. */
const ROADS: [id: string, dashes: number[] | null][] = [
  ["open", null],
  ["fire", [2.4, 1.6]],
  ["cut", [0.2, 2.2]],
];

const LIGHT = { paper: "#f6f3ec", water: "#c9d6de", road: "#b9ac97", border: "#8f8698", ink: "#26242b", halo: "#f6f3ec" };
const DARK = { paper: "#1d1c22", water: "#26323b", road: "#625b69", border: "#6f6878", ink: "#eae6df", halo: "#1d1c22" };

export interface MapView {
  zoom: number;
  lat: number;
  lon: number;
}

const corners = ([west, east, south, north]: Box): [[number, number], [number, number], [number, number], [number, number]] => [
  [west, north],
  [east, north],
  [east, south],
  [west, south],
];

/** Where routes run, and P(open, under fire, cut) of each for one side, as bytes. */
export interface RoadStates {
  lines: GeoJSON.FeatureCollection;
  chance: Uint8Array;
  color: string;
}

export class WarMap {
  private readonly map: LibreMap;
  private readonly ready: Promise<void>;
  private readonly points: Points;
  private readonly finder: Finder;
  private last: { control: Control; day: number } | null = null;
  private roads: RoadStates | null = null;
  private chosen: number | null = null;
  private allNamed = false;
  private shown: (() => void) | null = null;
  private dark: boolean;

  constructor(
    holder: HTMLElement,
    private readonly places: PlaceList,
    private readonly plan: GroundPlan,
    private readonly ground: Ground,
    colors: Rgb[],
    view: MapView | null,
    dark: boolean,
    called: string,
  ) {
    this.dark = dark;
    this.points = new Points(places, colors, rgb(dark ? DARK.ink : LIGHT.ink), this.paper());
    this.finder = new Finder(places);
    const [west, east, south, north] = plan.extent;
    const fit = { bounds: [west, south, east, north] as [number, number, number, number], fitBoundsOptions: { padding: 8 } };
    this.map = new LibreMap({
      container: holder,
      style: this.style(),
      ...(view ? { center: [view.lon, view.lat] as [number, number], zoom: view.zoom } : fit),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 14,
      minZoom: 2,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.getCanvas().setAttribute("aria-label", `${called}. Arrow keys pan, plus and minus zoom. The same as a table: Places.`);
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.map.on("style.load", () => this.map.addLayer(this.points, "chosen"));
    this.ready = new Promise((resolve) => this.map.once("style.load", () => resolve()));
    this.map.on("zoom", () => this.nameAll());
    this.map.on("render", () => {
      if (!this.shown) return;
      this.shown();
      this.shown = null;
    });
  }

  private paper(): number {
    return this.dark ? 60 : 255;
  }

  private style() {
    const tone = this.dark ? DARK : LIGHT;
    const has = (name: string) => this.plan.layers.includes(name);
    const sources: Record<string, any> = {
      tint: { type: "canvas", canvas: this.ground.canvas, coordinates: corners(this.plan.extent), animate: false },
      places: { type: "geojson", data: this.features() },
      chosen: { type: "geojson", data: this.ring() },
      routes: { type: "geojson", data: { type: "FeatureCollection", features: [] }, tolerance: 0.2 },
    };
    const layers: any[] = [{ id: "paper", type: "background", paint: { "background-color": tone.paper } }];
    const at = (name: string) => new URL(name, document.baseURI).href;
    if (this.plan.relief) {
      sources.relief = { type: "image", url: at(`api/relief.webp${this.dark ? "?dark=true" : ""}`), coordinates: corners(this.plan.relief) };
      layers.push({ id: "relief", type: "raster", source: "relief", paint: { "raster-fade-duration": 0 } });
    }
    for (const name of this.plan.layers) sources[name] = { type: "geojson", data: at(`api/basemap/${name}`), tolerance: 0.2 };
    if (has("lakes")) layers.push({ id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": tone.water } });
    if (has("rivers")) layers.push({ id: "rivers", type: "line", source: "rivers", paint: { "line-color": tone.water, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 11, 1.6] } });
    if (has("roads")) {
      const width = ["max", 0.3, ["-", 1.25, ["*", 0.25, ["get", "rank"]]]];
      layers.push({
        id: "roads",
        type: "line",
        source: "roads",
        layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": tone.road, "line-width": ["interpolate", ["linear"], ["zoom"], 6, ["*", 0.9, width], 11, ["*", 2.6, width]] },
      });
    }
    layers.push({ id: "tint", type: "raster", source: "tint", paint: { "raster-fade-duration": 0, "raster-resampling": "linear" } });
    if (has("borders")) layers.push({ id: "borders", type: "line", source: "borders", paint: { "line-color": tone.border, "line-width": 1, "line-dasharray": [5, 2, 1, 2] } });
    const grow = (r: any) => ["interpolate", ["linear"], ["zoom"], 6, ["*", 0.62, r], 8.5, r, 12, ["*", 1.9, r]];
    const likeliest = (k: number) => ["==", ["coalesce", ["feature-state", "state"], -1], k];
    for (const [k, [name, dashes]] of ROADS.entries()) {
      layers.push({
        id: `road-${name}`,
        type: "line",
        source: "routes",
        layout: { "line-cap": dashes ? "butt" : "round", "line-join": "round" },
        paint: {
          "line-color": ["to-color", ["coalesce", ["feature-state", "color"], tone.ink]],
          "line-opacity": ["case", likeliest(k), ["feature-state", "sure"], 0],
          "line-width": ["interpolate", ["linear"], ["zoom"], 6, ["case", ["boolean", ["feature-state", "near"], false], 3, 1.4], 11, ["case", ["boolean", ["feature-state", "near"], false], 7, 3.6]],
          ...(dashes ? { "line-dasharray": dashes } : {}),
        },
      });
    }
    layers.push(
      { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": grow(["+", 5, ["get", "radius"]]), "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": tone.ink, "circle-stroke-width": 2.4 } },
      {
        id: "names",
        type: "symbol",
        source: "places",
        layout: {
          "text-field": ["get", "label"],
          "text-font": ["sans-serif"],
          "text-size": ["interpolate", ["linear"], ["zoom"], 6, ["match", ["get", "rank"], 0, 13, 2, 13, 3, 11, 10], 11, ["match", ["get", "rank"], 0, 17, 2, 17, 3, 14, 12]],
          "text-variable-anchor": ["top", "bottom", "right", "left"],
          "text-radial-offset": 0.7,
          "text-padding": 4,
          "symbol-sort-key": ["get", "rank"],
          "text-max-width": 9,
        },
        paint: { "text-color": tone.ink, "text-halo-color": tone.halo, "text-halo-width": 1.6 },
      },
    );
    layers[layers.length - 1].filter = ["any", ["<", ["get", "rank"], 9], [">=", ["zoom"], NAMED_FROM]];
    return { version: 8 as const, sources, layers };
  }

  /** What bears a name: cities and towns, and villages too once one has been near them. */
  private features(): GeoJSON.FeatureCollection {
    const { names, kinds, lat, lon, rank } = this.places;
    const features: GeoJSON.Feature[] = [];
    for (let n = 0; n < names.length; n++) {
      if (rank[n] >= 9 && !this.allNamed) continue;
      const label = HIGH.has(kinds[n]) ? `▲ ${names[n]}` : names[n];
      features.push({ type: "Feature", id: n, geometry: { type: "Point", coordinates: [lon[n], lat[n]] }, properties: { n, label, rank: rank[n] } });
    }
    return { type: "FeatureCollection", features };
  }

  private nameAll(): void {
    if (this.allNamed || this.map.getZoom() < NAMED_FROM - 0.5) return;
    this.allNamed = true;
    void this.map.getSource<GeoJSONSource>("places")?.setData(this.features());
  }

  private ring(): GeoJSON.FeatureCollection {
    const n = this.chosen;
    if (n === null) return { type: "FeatureCollection", features: [] };
    const { kinds, lat, lon } = this.places;
    return { type: "FeatureCollection", features: [{ type: "Feature", geometry: { type: "Point", coordinates: [lon[n], lat[n]] }, properties: { radius: RADIUS[kinds[n]] ?? 3.2 } }] };
  }

  /** Draw a day; done when it is on the screen. */
  async show(control: Control, day: number): Promise<void> {
    this.last = { control, day };
    await this.ready;
    if (this.last.control !== control || this.last.day !== day) return;
    this.ground.paint(control, day, this.dark);
    const tint = this.map.getSource<CanvasSource>("tint");
    tint?.play();
    tint?.pause();
    this.points.paint(control, day);
    await new Promise<void>((done) => {
      const before = this.shown;
      this.shown = () => {
        before?.();
        done();
      };
    });
  }

  /** Roads by their state, or none. */
  async showRoads(roads: RoadStates | null): Promise<void> {
    const drawn = this.roads?.lines;
    this.roads = roads;
    await this.ready;
    if (roads?.lines !== drawn) await this.map.getSource<GeoJSONSource>("routes")?.setData(roads?.lines ?? { type: "FeatureCollection", features: [] });
    this.paintRoads();
  }

  private paintRoads(): void {
    if (!this.roads) return;
    const { lines, chance, color } = this.roads;
    for (let r = 0; r < lines.features.length; r++) {
      const of = [0, 1, 2].map((k) => chance[3 * r + k]);
      const state = of.indexOf(Math.max(...of));
      const ends = (lines.features[r].properties?.ends ?? []) as number[];
      const near = this.chosen !== null && ends.includes(this.chosen);
      this.map.setFeatureState({ source: "routes", id: r }, { state, sure: 0.2 + (0.8 * of[state]) / 255, color: state === 2 ? (this.dark ? DARK.ink : LIGHT.ink) : color, near });
    }
  }

  async choose(n: number | null, fly: boolean): Promise<void> {
    this.chosen = n;
    await this.ready;
    void this.map.getSource<GeoJSONSource>("chosen")?.setData(this.ring());
    this.paintRoads();
    if (n === null || !fly) return;
    const spot: [number, number] = [this.places.lon[n], this.places.lat[n]];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!this.map.getBounds().contains(spot) || this.map.getZoom() < 8) {
      this.map.easeTo({ center: spot, zoom: Math.max(this.map.getZoom(), 9), duration: still ? 0 : 700 });
    }
  }

  async theme(dark: boolean): Promise<void> {
    await this.ready;
    if (dark === this.dark) return;
    this.dark = dark;
    this.points.tone(rgb(dark ? DARK.ink : LIGHT.ink), this.paper());
    this.map.setStyle(this.style(), { diff: false });
    this.map.once("style.load", () => {
      if (this.last) void this.show(this.last.control, this.last.day);
      const { roads } = this;
      this.roads = null;
      if (roads) void this.showRoads(roads);
    });
  }

  /** Follow another map: what is seen of one is seen of both. */
  follow(other: WarMap): void {
    let led = false;
    for (const [from, to] of [
      [this.map, other.map],
      [other.map, this.map],
    ]) {
      from.on("move", () => {
        if (led) return;
        led = true;
        to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
        led = false;
      });
    }
    this.map.jumpTo({ center: other.map.getCenter(), zoom: other.map.getZoom() });
  }

  /** Change the holder's size, and go on showing what was shown. */
  resize(change: () => void): void {
    const seen = this.map.getBounds();
    change();
    this.map.resize();
    this.map.fitBounds(seen, { animate: false });
  }

  remove(): void {
    this.map.remove();
  }

  async listen(on: { pick: (n: number | null) => void; hover: (n: number | null, x: number, y: number) => void; move: (view: MapView) => void }): Promise<void> {
    await this.ready;
    const REACH = 7;
    const under = (point: { x: number; y: number }, names: boolean): number | null => {
      const [low, high] = [this.map.unproject([point.x - REACH, point.y + REACH]), this.map.unproject([point.x + REACH, point.y - REACH])];
      let best: number | null = null;
      let near = Number.POSITIVE_INFINITY;
      for (const n of this.finder.within(low.lng, low.lat, high.lng, high.lat)) {
        if (!this.points.drawn(this.places.rank[n], this.map.getZoom())) continue;
        const spot = this.map.project([this.places.lon[n], this.places.lat[n]]);
        const away = Math.hypot(spot.x - point.x, spot.y - point.y);
        if (away < Math.min(near, 2 * REACH)) [best, near] = [n, away];
      }
      if (best !== null || !names) return best;
      const label = this.map.queryRenderedFeatures([point.x, point.y], { layers: ["names"] })[0];
      return label ? Number(label.properties.n) : null;
    };
    this.map.on("click", (event) => on.pick(under(event.point, true)));
    this.map.on("mousemove", (event) => {
      const n = under(event.point, false);
      this.map.getCanvas().style.cursor = n === null ? "" : "pointer";
      on.hover(n, event.point.x, event.point.y);
    });
    this.map.on("mouseout", () => on.hover(null, 0, 0));
    this.map.on("moveend", () => {
      const centre = this.map.getCenter();
      on.move({ zoom: this.map.getZoom(), lat: centre.lat, lon: centre.lng });
    });
  }
}
