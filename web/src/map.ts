/** The map: relief and roads under the data, places by probability, the front as a band. */

import { type CanvasSource, type GeoJSONSource, Map as LibreMap, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { type Box, type Control, type GroundPlan, placeAt, type PlaceList } from "./api";
import { face, type Ground, type Rgb } from "./paint";

setWorkerUrl(new URL(workerUrl, document.baseURI).href);

export const HATCH_FROM = 0.33;
const HIGH = new Set(["height", "peak", "pass"]);
/** So many places fill the screen: then villages show from `CLOSE` on, and farther off the tint speaks for them. */
const CROWD = 1500;
const CLOSE = 8;
const RADIUS: Record<string, number> = { city: 6.5, town: 5 };

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

/** A disc of slanted lines: laid over a contested place, so that it can be told without colour. */
function hatch(ink: string): ImageData {
  const size = 48;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 2, 0, 2 * Math.PI);
  pen.clip();
  pen.strokeStyle = ink;
  pen.lineWidth = 3.4;
  for (let x = -size; x < size; x += 9) {
    pen.beginPath();
    pen.moveTo(x, size);
    pen.lineTo(x + size, 0);
    pen.stroke();
  }
  pen.lineWidth = 4;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 3, 0, 2 * Math.PI);
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

export class WarMap {
  private readonly map: LibreMap;
  private readonly ready: Promise<void>;
  private last: { control: Control; day: number } | null = null;
  private dark: boolean;

  constructor(
    holder: HTMLElement,
    private readonly places: PlaceList,
    private readonly plan: GroundPlan,
    private readonly ground: Ground,
    private readonly colors: Rgb[],
    view: MapView | null,
    dark: boolean,
  ) {
    this.dark = dark;
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
    this.map.getCanvas().setAttribute("aria-label", "Map of who holds which place. Arrow keys pan, plus and minus zoom. The same as a table: Places.");
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.map.on("style.load", () => this.addHatch());
    this.ready = new Promise((resolve) => this.map.once("load", () => resolve()));
  }

  private style() {
    const tone = this.dark ? DARK : LIGHT;
    const has = (name: string) => this.plan.layers.includes(name);
    const sources: Record<string, any> = {
      tint: { type: "canvas", canvas: this.ground.canvas, coordinates: corners(this.plan.extent), animate: false },
      places: { type: "geojson", data: this.features() },
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
    layers.push(
      {
        id: "places",
        type: "circle",
        source: "places",
        layout: { "circle-sort-key": ["get", "radius"] },
        paint: {
          "circle-color": ["to-color", ["coalesce", ["feature-state", "face"], tone.paper]],
          "circle-radius": grow(["get", "radius"]),
          "circle-stroke-color": tone.ink,
          "circle-stroke-width": ["case", [">", ["get", "radius"], 4], 1, 0.6],
        },
      },
      {
        id: "contested",
        type: "symbol",
        source: "places",
        layout: { "icon-image": "hatch", "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": grow(["/", ["max", 5, ["get", "radius"]], 13]) },
        paint: { "icon-opacity": ["case", [">", ["coalesce", ["feature-state", "contested"], 0], HATCH_FROM], 1, 0] },
      },
      { id: "chosen", type: "circle", source: "places", filter: ["==", ["get", "n"], -1], paint: { "circle-radius": grow(["+", 5, ["get", "radius"]]), "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": tone.ink, "circle-stroke-width": 2.4 } },
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
    layers[layers.length - 1].filter = ["any", ["<", ["get", "rank"], 9], [">=", ["zoom"], 9]];
    if (this.places.ids.length > CROWD) {
      const places = layers.find((layer) => layer.id === "places");
      places.filter = ["any", ["<", ["get", "rank"], 9], [">=", ["zoom"], CLOSE]];
    }
    return { version: 8 as const, sources, layers };
  }

  private features(): GeoJSON.FeatureCollection {
    const { names, kinds, lat, lon, rank } = this.places;
    return {
      type: "FeatureCollection",
      features: names.map((name, n) => ({
        type: "Feature",
        id: n,
        geometry: { type: "Point", coordinates: [lon[n], lat[n]] },
        properties: { n, label: HIGH.has(kinds[n]) ? `▲ ${name}` : name, rank: rank[n], radius: RADIUS[kinds[n]] ?? 3.2 },
      })),
    };
  }

  async show(control: Control, day: number): Promise<void> {
    this.last = { control, day };
    await this.ready;
    if (this.last.control !== control || this.last.day !== day) return;
    this.ground.paint(control, day, this.dark);
    const tint = this.map.getSource<CanvasSource>("tint");
    tint?.play();
    tint?.pause();
    const paper = this.dark ? 60 : 255;
    for (let n = 0; n < control.places; n++) {
      const row = placeAt(control, day, n);
      const color = face(this.colors, (k) => control.probability[row + k] / 255, paper);
      const contested = control.probability[row + control.states - 1] / 255;
      this.map.setFeatureState({ source: "places", id: n }, { face: `rgb(${color.join(",")})`, contested });
    }
    this.map.triggerRepaint();
  }

  async choose(n: number | null, fly: boolean): Promise<void> {
    await this.ready;
    this.map.setFilter("chosen", ["==", ["get", "n"], n ?? -1]);
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
    this.map.setStyle(this.style(), { diff: false });
    this.map.once("style.load", () => {
      if (this.last) void this.show(this.last.control, this.last.day);
    });
  }

  private addHatch(): void {
    if (!this.map.hasImage("hatch")) this.map.addImage("hatch", hatch(this.dark ? DARK.ink : LIGHT.ink), { pixelRatio: 2 });
  }

  async listen(on: { pick: (n: number | null) => void; hover: (n: number | null, x: number, y: number) => void; move: (view: MapView) => void }): Promise<void> {
    await this.ready;
    const under = (point: { x: number; y: number }): number | null => {
      const reach = 7;
      const found = this.map.queryRenderedFeatures(
        [
          [point.x - reach, point.y - reach],
          [point.x + reach, point.y + reach],
        ],
        { layers: ["places", "names"] },
      );
      let best: number | null = null;
      let near = Number.POSITIVE_INFINITY;
      for (const feature of found) {
        const n = Number(feature.properties.n);
        const spot = this.map.project([this.places.lon[n], this.places.lat[n]]);
        const away = Math.hypot(spot.x - point.x, spot.y - point.y);
        if (away < near) [best, near] = [n, away];
      }
      return best;
    };
    this.map.on("click", (event) => on.pick(under(event.point)));
    this.map.on("mousemove", (event) => {
      const n = under(event.point);
      this.map.getCanvas().style.cursor = n === null ? "" : "pointer";
      on.hover(n, event.point.x, event.point.y);
    });
    this.map.on("mouseout", () => on.hover(null, 0, 0));
    this.map.on("moveend", () => {
      const centre = this.map.getCenter();
      on.move({ zoom: this.map.getZoom(), lat: centre.lat, lon: centre.lng });
    });
  }

  /** Whether the data of the places is on the screen; the test of the page waits for it. */
  settled(): boolean {
    return this.map.loaded() && this.map.getSource<GeoJSONSource>("places") !== undefined;
  }
}
