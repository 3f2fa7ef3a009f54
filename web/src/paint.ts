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

/** Sides mixed by probability, paler the less sure; contested is split among them. */
export function face(colors: Rgb[], p: (state: number) => number, paper: number): Rgb {
  const sides = colors.length;
  const share = colors.map((_, k) => p(k) + p(sides) / sides);
  const sure = Math.min(1, Math.max(0, (Math.max(...share) - 1 / sides) / (1 - 1 / sides)));
  const mix = (c: number) => share.reduce((sum, q, k) => sum + q * colors[k][c], 0) * (0.25 + 0.75 * sure) + paper * 0.75 * (1 - sure);
  return [0, 1, 2].map((c) => Math.min(255, Math.round(mix(c)))) as Rgb;
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
      const beyond = Float32Array.from({ length: 256 }, (_, q) => Math.exp(-((Math.max(q / 4 - from, 0) / REACH_KM) ** 2)));
      return Float32Array.from({ length: spots }, (_, i) => beyond[km[i]]);
    };
    this.tintFade = fade(3);
    this.frontFade = fade(6);
    const border = new Map<number, number>();
    const places = 2 ** 24; // more than there are, so that every pair has a number of its own
    for (let e = 0; 2 * e < pairs.length; e++) border.set(Math.min(pairs[2 * e], pairs[2 * e + 1]) * places + Math.max(pairs[2 * e], pairs[2 * e + 1]), e);
    const edges: number[] = [];
    const edgeBorder: number[] = [];
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const i = y * columns + x;
        for (const j of [x + 1 < columns ? i + 1 : i, y + 1 < rows ? i + columns : i]) {
          const [a, b] = [nearest[i], nearest[j]];
          if (a === b) continue;
          const e = border.get(Math.min(a, b) * places + Math.max(a, b));
          if (e !== undefined) {
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
    const { rows, columns } = this.plan;
    const sides = this.colors.length;
    const share = Array.from({ length: sides }, () => new Float32Array(control.places));
    const at = placeAt(control, day, 0);
    for (let i = 0; i < control.places; i++) {
      const row = at + i * control.states;
      for (let k = 0; k < sides; k++) share[k][i] = (control.probability[row + k] + control.probability[row + sides] / sides) / 255;
    }
    const spots = rows * columns;
    for (let k = 0; k < sides; k++) {
      const layer = this.layers[k];
      for (let i = 0; i < spots; i++) layer[i] = share[k][this.nearest[i]];
      this.blur(layer, TINT_KM / this.kmAPixel);
    }
    const ink = this.layers[sides];
    ink.fill(0);
    if (control.borders) {
      const from = (day - control.first) * control.borders;
      for (let n = 0; n < this.edges.length; n++) {
        const p = control.front[from + this.edgeBorder[n]] / 255;
        if (p > ink[this.edges[n]]) ink[this.edges[n]] = p;
      }
      this.blur(ink, FRONT_KM / this.kmAPixel);
    }
    const lift = Math.max(1, (FRONT_KM / this.kmAPixel) * Math.sqrt(2 * Math.PI));
    const strength = dark ? 0.46 : 0.36;
    const [inkR, inkG, inkB] = dark ? [222, 212, 240] : [58, 47, 77];
    const pixels = this.image.data;
    for (let i = 0; i < spots; i++) {
      let most = 0;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < sides; k++) {
        const q = this.layers[k][i];
        if (q > most) most = q;
        r += q * this.colors[k][0];
        g += q * this.colors[k][1];
        b += q * this.colors[k][2];
      }
      const sure = sides > 1 ? Math.min(1, Math.max(0, (most - 1 / sides) / (1 - 1 / sides))) : 1;
      const under = strength * this.tintFade[i] * (0.15 + 0.85 * sure);
      const over = 0.55 * Math.min(1, ink[i] * lift) * this.frontFade[i];
      const alpha = over + under * (1 - over);
      const part = alpha > 0 ? over / alpha : 0;
      pixels[4 * i] = inkR * part + r * (1 - part);
      pixels[4 * i + 1] = inkG * part + g * (1 - part);
      pixels[4 * i + 2] = inkB * part + b * (1 - part);
      pixels[4 * i + 3] = 255 * alpha;
    }
    this.canvas.getContext("2d")?.putImageData(this.image, 0, 0);
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
