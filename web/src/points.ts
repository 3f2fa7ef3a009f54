/** Places as points on the graphics card: columns of bytes in, one draw call out, so that 30,000 pan as 300 do. */

import type { CustomLayerInterface, CustomRenderMethodInput, Map as LibreMap } from "maplibre-gl";
import { type Control, placeAt, type PlaceList } from "./api";
import { mix, type Rgb } from "./paint";

export const HATCH_FROM = 0.33;
/** So many places fill the screen: then villages show from `CLOSE` on, and farther off the tint speaks for them. */
const CROWD = 1500;
const CLOSE = 8;
const RADIUS: Record<string, number> = { city: 6.5, town: 5 };
const SMALL = 3.2;
/** Points of the size table: the radius at zoom 6, 8.5 and 12, as a share of the place's own. */
const GROWTH: [zoom: number, share: number][] = [
  [6, 0.62],
  [8.5, 1],
  [12, 1.9],
];

const VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform vec2 u_pixel;
uniform float u_grow;
uniform float u_ratio;
in vec2 a_corner;
in vec2 a_place;
in float a_radius;
in vec4 a_face;
out vec2 v_at;
out float v_radius;
out vec4 v_face;
void main() {
  float radius = a_radius * u_grow;
  if (a_face.a > ${HATCH_FROM.toFixed(2)}) radius = max(radius, 5.0 * u_grow);
  v_radius = radius * u_ratio;
  v_at = a_corner * (v_radius + 1.5 * u_ratio);
  v_face = a_face;
  gl_Position = u_matrix * vec4(a_place, 0.0, 1.0);
  gl_Position.xy += v_at * u_pixel * gl_Position.w;
}`;

/** A disc with a rim; over a contested place slanted lines, so that it can be told without colour. */
const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 u_ink;
uniform float u_ratio;
in vec2 v_at;
in float v_radius;
in vec4 v_face;
out vec4 color;
void main() {
  float away = length(v_at);
  float inside = clamp(v_radius + 0.5 - away, 0.0, 1.0);
  float rim = clamp(away - v_radius + (v_radius > 4.0 * u_ratio ? 1.0 : 0.6) * u_ratio + 0.5, 0.0, 1.0);
  float line = 0.0;
  if (v_face.a > ${HATCH_FROM.toFixed(2)}) {
    float across = mod(v_at.x + v_at.y, 3.6 * u_ratio) / u_ratio;
    line = 1.0 - smoothstep(0.75, 1.25, abs(across - 1.8));
  }
  color = vec4(mix(v_face.rgb, u_ink, max(rim, line)), 1.0) * inside;
}`;

const mercator = (lon: number, lat: number): [number, number] => [(lon + 180) / 360, 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)];

function grow(zoom: number): number {
  let [before, share] = GROWTH[0];
  if (zoom <= before) return share;
  for (const [at, then] of GROWTH) {
    if (zoom <= at) return share + ((then - share) * (zoom - before)) / (at - before || 1);
    [before, share] = [at, then];
  }
  return share;
}

export class Points implements CustomLayerInterface {
  readonly id = "places";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  /** Places in the order they are drawn: villages first, cities over them. */
  private readonly order: Uint32Array;
  private readonly villages: number;
  private readonly middle: [number, number];
  private readonly spots: Float32Array<ArrayBuffer>;
  private readonly radii: Float32Array<ArrayBuffer>;
  private readonly faces: Uint8Array<ArrayBuffer>;
  private stale = true;
  private map: LibreMap | null = null;
  private made: { program: WebGLProgram; array: WebGLVertexArrayObject; buffers: WebGLBuffer[]; at: Record<string, WebGLUniformLocation | null>; slots: number[] } | null = null;
  private readonly matrix = new Float64Array(16);
  private readonly sent = new Float32Array(16);

  constructor(
    places: PlaceList,
    private readonly colors: Rgb[],
    private ink: Rgb,
    private paper: number,
  ) {
    const { kinds, lat, lon, rank } = places;
    const size = kinds.map((kind) => RADIUS[kind] ?? SMALL);
    const major = rank.map((r) => (r < 9 ? 1 : 0));
    this.order = new Uint32Array(kinds.length);
    let next = 0;
    for (const high of [0, 1]) {
      for (const radius of [...new Set(size)].sort((a, b) => a - b)) {
        for (let n = 0; n < kinds.length; n++) if (major[n] === high && size[n] === radius) this.order[next++] = n;
      }
    }
    this.villages = kinds.length > CROWD ? major.filter((m) => m === 0).length : 0;
    const all = lon.map((_, n) => mercator(lon[n], lat[n]));
    // Positions count from the middle, or 32 bits would not tell neighbours apart when close.
    this.middle = [all.reduce((sum, [x]) => sum + x, 0) / (all.length || 1), all.reduce((sum, [, y]) => sum + y, 0) / (all.length || 1)];
    this.spots = new Float32Array(2 * all.length);
    this.radii = new Float32Array(all.length);
    this.faces = new Uint8Array(4 * all.length).fill(paper);
    this.order.forEach((n, i) => {
      this.spots[2 * i] = all[n][0] - this.middle[0];
      this.spots[2 * i + 1] = all[n][1] - this.middle[1];
      this.radii[i] = size[n];
      this.faces[4 * i + 3] = 0;
    });
  }

  onAdd(map: LibreMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ] as const) {
      const shader = gl.createShader(kind) as WebGLShader;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`places cannot be drawn: ${gl.getProgramInfoLog(program)}`);
    const array = gl.createVertexArray() as WebGLVertexArrayObject;
    const fill = (data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>, use: number) => {
      const buffer = gl.createBuffer() as WebGLBuffer;
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, use);
      return buffer;
    };
    const corner = fill(new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    const buffers = [corner, fill(this.spots, gl.STATIC_DRAW), fill(this.radii, gl.STATIC_DRAW), fill(this.faces, gl.DYNAMIC_DRAW)];
    const at: Record<string, WebGLUniformLocation | null> = {};
    for (const name of ["u_matrix", "u_pixel", "u_grow", "u_ratio", "u_ink"]) at[name] = gl.getUniformLocation(program, name);
    const slots = ["a_corner", "a_place", "a_radius", "a_face"].map((name) => gl.getAttribLocation(program, name));
    this.made = { program, array, buffers, at, slots };
    this.stale = false;
  }

  onRemove(_: LibreMap, gl: WebGL2RenderingContext): void {
    if (!this.made) return;
    this.made.buffers.forEach((buffer) => gl.deleteBuffer(buffer));
    gl.deleteVertexArray(this.made.array);
    gl.deleteProgram(this.made.program);
    this.made = null;
  }

  /** The faces of a day. */
  paint(control: Control, day: number): void {
    const { faces, order, colors, paper } = this;
    const sides = colors.length;
    for (let i = 0; i < order.length; i++) {
      const row = placeAt(control, day, order[i]);
      mix(colors, control.probability, row, paper, faces, 4 * i);
      faces[4 * i + 3] = control.probability[row + sides];
    }
    this.stale = true;
    this.map?.triggerRepaint();
  }

  tone(ink: Rgb, paper: number): void {
    this.ink = ink;
    this.paper = paper;
  }

  /** Whether a place is drawn at this zoom: in a crowd villages are not until one is close. */
  drawn(rank: number, zoom: number): boolean {
    return rank < 9 || !this.villages || zoom >= CLOSE;
  }

  render(gl: WebGL2RenderingContext, told: CustomRenderMethodInput): void {
    if (!this.made || !this.map) return;
    const { program, array, buffers, at, slots } = this.made;
    const zoom = this.map.getZoom();
    const from = zoom < CLOSE ? this.villages : 0;
    if (from === this.order.length) return;
    gl.useProgram(program);
    gl.bindVertexArray(array);
    if (this.stale) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[3]);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.faces);
      this.stale = false;
    }
    const column = (n: number, size: number, kind: number, bytes: number, each: number) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[n]);
      gl.enableVertexAttribArray(slots[n]);
      gl.vertexAttribPointer(slots[n], size, kind, kind === gl.UNSIGNED_BYTE, 0, each * from * bytes);
      gl.vertexAttribDivisor(slots[n], each);
    };
    column(0, 2, gl.FLOAT, 8, 0);
    column(1, 2, gl.FLOAT, 8, 1);
    column(2, 1, gl.FLOAT, 4, 1);
    column(3, 4, gl.UNSIGNED_BYTE, 4, 1);
    const { matrix: m, sent } = this;
    m.set(told.defaultProjectionData.mainMatrix as ArrayLike<number>);
    const [x, y] = this.middle;
    for (let row = 0; row < 4; row++) m[12 + row] += m[row] * x + m[4 + row] * y;
    sent.set(m);
    const canvas = gl.canvas as HTMLCanvasElement;
    const ratio = canvas.width / (canvas.clientWidth || canvas.width);
    gl.uniformMatrix4fv(at.u_matrix, false, sent);
    gl.uniform2f(at.u_pixel, 2 / canvas.width, 2 / canvas.height);
    gl.uniform1f(at.u_grow, grow(zoom));
    gl.uniform1f(at.u_ratio, ratio);
    gl.uniform3f(at.u_ink, this.ink[0] / 255, this.ink[1] / 255, this.ink[2] / 255);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.order.length - from);
    gl.bindVertexArray(null);
  }
}

/** Places by where they are, to find the one under a finger. */
export class Finder {
  private readonly cells = new Map<number, number[]>();
  private readonly size: number;

  constructor(places: PlaceList) {
    const { lat, lon } = places;
    const spread = Math.max(range(lat), range(lon), 0.01);
    this.size = spread / Math.max(1, Math.sqrt(lat.length));
    for (let n = 0; n < lat.length; n++) {
      const key = this.key(lon[n], lat[n]);
      const cell = this.cells.get(key);
      if (cell) cell.push(n);
      else this.cells.set(key, [n]);
    }
  }

  private key(lon: number, lat: number): number {
    return Math.floor((lat + 90) / this.size) * 100_000 + Math.floor((lon + 180) / this.size);
  }

  /** The places of a box, as far as its cells. */
  *within(west: number, south: number, east: number, north: number): Generator<number> {
    for (let lat = south; ; lat = Math.min(lat + this.size, north)) {
      for (let lon = west; ; lon = Math.min(lon + this.size, east)) {
        yield* this.cells.get(this.key(lon, lat)) ?? [];
        if (lon >= east) break;
      }
      if (lat >= north) break;
    }
  }
}

function range(values: number[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length ? high - low : 0;
}
