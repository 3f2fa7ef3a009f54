/** The tint of the sides and the band of the front, painted as the briefing paints them. */

import { type Control, type GroundBytes, type GroundPlan, placeAt } from "./api";

const TINT_KM = 2.2;
const FRONT_KM = 1.6;
const REACH_KM = 9;
const KM_A_DEGREE = 111.3;

export type Rgb = [number, number, number];

export function rgb(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** Sides mixed by probability, paler the less sure; contested is split among them. Bytes in, three bytes out. */
export function mix(colors: Rgb[], told: Uint8Array, from: number, paper: number, out: Uint8Array, to: number): void {
  const sides = colors.length;
  const split = told[from + sides] / sides;
  let [most, r, g, b] = [0, 0, 0, 0];
  for (let k = 0; k < sides; k++) {
    const q = (told[from + k] + split) / 255;
    if (q > most) most = q;
    r += q * colors[k][0];
    g += q * colors[k][1];
    b += q * colors[k][2];
  }
  const sure = sides > 1 ? Math.min(1, Math.max(0, (most - 1 / sides) / (1 - 1 / sides))) : most;
  const [much, rest] = [0.25 + 0.75 * sure, paper * 0.75 * (1 - sure)];
  out[to] = Math.min(255, r * much + rest + 0.5);
  out[to + 1] = Math.min(255, g * much + rest + 0.5);
  out[to + 2] = Math.min(255, b * much + rest + 0.5);
}

export class Ground {
  readonly canvas = document.createElement("canvas");
  private readonly nearest: Int32Array;
  private readonly kmAPixel: number;
  private readonly tintFade: Float32Array;
  private readonly frontFade: Float32Array;
  private readonly edges: Int32Array;
  private readonly edgeBorder: Int32Array;
  private readonly layers: Float32Array[];
  private readonly spare: Float32Array;
  private readonly image: ImageData;

  constructor(
    private readonly plan: GroundPlan,
    found: GroundBytes,
    private readonly colors: Rgb[],
  ) {
    const { rows, columns, extent } = plan;
    const { nearest, pairs, km } = found;
    this.nearest = nearest;
    const spots = rows * columns;
    this.canvas.width = columns;
    this.canvas.height = rows;
    this.kmAPixel = ((extent[3] - extent[2]) * KM_A_DEGREE) / rows;
    const fade = (from: number) => {
      const beyond = new Float32Array(256);
      for (let q = 0; q < 256; q++) beyond[q] = Math.exp(-((Math.max(q / 4 - from, 0) / REACH_KM) ** 2));
      const out = new Float32Array(spots);
      for (let i = 0; i < spots; i++) out[i] = beyond[km[i]];
      return out;
    };
    this.tintFade = fade(3);
    this.frontFade = fade(6);
    const neighbour = neighbours(pairs);
    const edges: number[] = [];
    const edgeBorder: number[] = [];
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const i = y * columns + x;
        for (let down = 0; down < 2; down++) {
          if (down ? y + 1 === rows : x + 1 === columns) continue;
          const a = nearest[i];
          const b = nearest[down ? i + columns : i + 1];
          const e = a === b ? -1 : neighbour(a, b);
          if (e >= 0) {
            edges.push(i);
            edgeBorder.push(e);
          }
        }
      }
    }
    this.edges = Int32Array.from(edges);
    this.edgeBorder = Int32Array.from(edgeBorder);
    this.layers = [...colors, null].map(() => new Float32Array(spots));
    this.spare = new Float32Array(spots);
    this.image = new ImageData(columns, rows);
  }

  paint(control: Control, day: number, dark: boolean): void {
    const { plan, colors, layers, nearest, tintFade, frontFade } = this;
    const spots = plan.rows * plan.columns;
    const sides = colors.length;
    const at = placeAt(control, day, 0);
    const share = new Float32Array(control.places);
    // With two sides the second has what the first has not.
    const told = sides === 2 ? 1 : sides;
    for (let k = 0; k < told; k++) {
      for (let i = 0; i < control.places; i++) {
        const row = at + i * control.states;
        share[i] = (control.probability[row + k] + control.probability[row + sides] / sides) / 255;
      }
      const layer = layers[k];
      for (let i = 0; i < spots; i++) layer[i] = share[nearest[i]];
      this.blur(layer, TINT_KM / this.kmAPixel);
    }
    if (sides === 2) for (let i = 0; i < spots; i++) layers[1][i] = 1 - layers[0][i];
    const ink = layers[sides];
    ink.fill(0);
    if (control.borders) {
      const from = (day - control.first) * control.borders;
      for (let n = 0; n < this.edges.length; n++) {
        const p = control.front[from + this.edgeBorder[n]] / 255;
        if (p > ink[this.edges[n]]) ink[this.edges[n]] = p;
      }
      this.spread(ink, FRONT_KM / this.kmAPixel);
    }
    const strength = dark ? 0.46 : 0.36;
    const [inkR, inkG, inkB] = dark ? [222, 212, 240] : [58, 47, 77];
    const pixels = this.image.data;
    const even = 1 / sides;
    for (let i = 0; i < spots; i++) {
      let most = 0;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < sides; k++) {
        const q = layers[k][i];
        const color = colors[k];
        if (q > most) most = q;
        r += q * color[0];
        g += q * color[1];
        b += q * color[2];
      }
      const sure = sides > 1 ? Math.min(1, Math.max(0, (most - even) / (1 - even))) : 1;
      const under = strength * tintFade[i] * (0.15 + 0.85 * sure);
      const over = 0.55 * ink[i] * frontFade[i];
      const alpha = over + under * (1 - over);
      const part = alpha > 0 ? over / alpha : 0;
      pixels[4 * i] = inkR * part + r * (1 - part);
      pixels[4 * i + 1] = inkG * part + g * (1 - part);
      pixels[4 * i + 2] = inkB * part + b * (1 - part);
      pixels[4 * i + 3] = 255 * alpha;
    }
    this.canvas.getContext("2d", { willReadFrequently: true })?.putImageData(this.image, 0, 0);
  }

  /** Each edge as a bell of its own height; where bells overlap the highest alone, or doubtful ground would be darkest. */
  private spread(layer: Float32Array, sigma: number): void {
    const { rows, columns } = this.plan;
    const reach = Math.max(1, Math.round(3 * sigma));
    const bell = Float32Array.from({ length: reach + 1 }, (_, k) => Math.exp(-((k / sigma) ** 2) / 2));
    highest(layer, this.spare, rows, columns, columns, 1, bell);
    highest(this.spare, layer, columns, rows, 1, columns, bell);
  }

  /** Gaussian blur, as three running means (Wells 1986). */
  private blur(layer: Float32Array, sigma: number): void {
    const radius = Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2);
    if (radius < 1) return;
    const { rows, columns } = this.plan;
    for (let pass = 0; pass < 3; pass++) {
      mean(layer, this.spare, rows, columns, columns, 1, radius);
      mean(this.spare, layer, columns, rows, 1, columns, radius);
    }
  }
}

/** The number of the pair that two places are, -1 if they are none: pairs in a list for each lower place. */
function neighbours(pairs: Int32Array): (a: number, b: number) => number {
  let most = 0;
  for (let n = 0; n < pairs.length; n++) if (pairs[n] > most) most = pairs[n];
  const first = new Int32Array(most + 1).fill(-1);
  const next = new Int32Array(pairs.length / 2);
  for (let e = 0; e < next.length; e++) {
    const low = Math.min(pairs[2 * e], pairs[2 * e + 1]);
    next[e] = first[low];
    first[low] = e;
  }
  return (a, b) => {
    const low = Math.min(a, b);
    const sum = a + b;
    let e = low <= most ? first[low] : -1;
    while (e >= 0 && pairs[2 * e] + pairs[2 * e + 1] !== sum) e = next[e];
    return e;
  };
}

/** The highest of what is near, each lowered by its distance: along `length` spots `step` apart, for each of `lines` lines. */
function highest(from: Float32Array, to: Float32Array, lines: number, length: number, apart: number, step: number, bell: Float32Array): void {
  to.fill(0);
  for (let n = 0; n < lines; n++) {
    const start = n * apart;
    for (let i = 0; i < length; i++) {
      const value = from[start + i * step];
      if (value === 0) continue;
      const last = Math.min(i + bell.length - 1, length - 1);
      for (let k = Math.max(0, i - bell.length + 1); k <= last; k++) {
        const lowered = value * bell[Math.abs(k - i)];
        const there = start + k * step;
        if (lowered > to[there]) to[there] = lowered;
      }
    }
  }
}

/** Running means along `length` spots `step` apart, for each of `lines` lines `apart` apart; ends are repeated. */
function mean(from: Float32Array, to: Float32Array, lines: number, length: number, apart: number, step: number, radius: number): void {
  const width = 2 * radius + 1;
  for (let n = 0; n < lines; n++) {
    const start = n * apart;
    const end = start + (length - 1) * step;
    let sum = from[start] * (radius + 1);
    for (let i = 1; i <= radius; i++) sum += from[Math.min(start + i * step, end)];
    for (let i = 0; i < length; i++) {
      const here = start + i * step;
      to[here] = sum / width;
      sum += from[Math.min(here + (radius + 1) * step, end)] - from[Math.max(here - radius * step, start)];
    }
  }
}
