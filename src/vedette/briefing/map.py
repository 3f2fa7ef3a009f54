"""The map: relief and roads under the data, territory, places by probability, labels, legend."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from adjustText import adjust_text
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LightSource, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vedette.briefing.content import CROWD, MapContent
from vedette.briefing.legend import CONTESTED_WORDS, FRONT_WORDS, MARKER, symbols_of
from vedette.briefing.palette import BORDER, FRONT, INK, PAPER, QUIET, ROAD, STYLE, WATER
from vedette.briefing.sentences import day
from vedette.briefing.territory import HATCH_FROM, colours_of, nearest_places, paint_territory
from vedette.briefing.words import percent

__all__ = [
    "WIDE",
    "Labelling",
    "MapLabel",
    "MapMark",
    "Maps",
    "PageMap",
    "Sheet",
    "draw_maps",
    "draw_page_map",
    "map_figure",
    "paint_labels",
    "paint_places",
    "png_bytes",
]

LEAST_KM = 25.0
"""A map shows at least so much ground either way: what a place colours around it, and a little more."""
SLENDER = 0.5
"""The shorter side of a map is at least such a share of the longer."""

CONTESTED = 2.2
"""Marks of contested places are so many times as large, or there is no room for their hatching."""

_SIZE = {"city": 46.0, "town": 26.0, "village": 9.0}


@dataclass(frozen=True, slots=True)
class MapMark:
    """A place on the page's map, in units of the picture: left to right, top to bottom."""

    place_id: str
    name: str
    x: float
    y: float
    radius: float
    shape: str
    fill: str
    contested: bool
    text: str


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A label on the page's map; x is its left end, y its baseline, size in the same units."""

    name: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PageMap:
    """The map for a page.

    A picture (WebP) of everything under the places, and the places as data to draw over
    it, with labels for a wide and for a narrow screen.
    """

    picture: bytes
    width: float
    height: float
    marks: tuple[MapMark, ...]
    labels: tuple[MapLabel, ...]
    narrow_labels: tuple[MapLabel, ...]


@dataclass(frozen=True, slots=True)
class Maps:
    """The map twice: as a PNG of its own, with title and legend, and as parts for the page."""

    png: bytes
    page: PageMap


def draw_page_map(content: MapContent) -> PageMap:
    """The map as parts for a page, without a picture of its own. The same content gives the same bytes."""
    with mpl.rc_context(STYLE):
        figure, axes = map_figure(content)
        paint_territory(axes, content, nearest_places(axes, content))
        canvas = FigureCanvasAgg(figure)
        paint_places(axes, content, ~content.marked)
        canvas.draw()
        return _page_map(content, axes, np.asarray(canvas.buffer_rgba()))


def draw_maps(content: MapContent) -> Maps:
    """Draw the map. The same content gives the same bytes."""
    with mpl.rc_context(STYLE):
        figure, axes = map_figure(content)
        paint_territory(axes, content, nearest_places(axes, content))
        canvas = FigureCanvasAgg(figure)
        paint_places(axes, content, ~content.marked)
        canvas.draw()
        below, ground = set(axes.get_children()), canvas.copy_from_bbox(figure.bbox)
        page = _page_map(content, axes, np.asarray(canvas.buffer_rgba()))
        paint_places(axes, content, content.marked)
        paint_labels(axes, content, WIDE)
        canvas.restore_region(ground)
        for artist in (artist for artist in axes.get_children() if artist not in below):
            axes.draw_artist(artist)
        return Maps(png_bytes(canvas), page)


def png_bytes(canvas: FigureCanvasAgg) -> bytes:
    """What was drawn, as PNG."""
    out = io.BytesIO()
    made_by = PngInfo()
    made_by.add_text("Software", "Vedette")
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    picture.save(out, format="png", pnginfo=made_by, compress_level=4)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Labelling:
    """How many labels, how large (points), how far apart (shares of the map's width and height).

    `cities_first`: where few fit, cities come before places that are merely disputed.
    """

    count: int
    size: float
    apart: tuple[float, float]
    cities_first: bool = False


WIDE = Labelling(34, 7.5, (0.075, 0.028))
_NARROW = Labelling(11, 17.0, (0.24, 0.06), cities_first=True)
"""On a phone the picture is a third as wide, so that labels must be drawn larger, and fewer fit."""


def _page_map(content: MapContent, axes: Any, pixels: NDArray[np.uint8]) -> PageMap:
    """Cut the map out of the drawn figure, before any place is on it; add places and labels as data."""
    box = axes.get_window_extent()
    top = len(pixels) - round(box.y1)
    cut = pixels[top : len(pixels) - round(box.y0), round(box.x0) : round(box.x1), :3]
    picture = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(cut)).save(picture, format="webp", quality=82, method=4)
    height, width = cut.shape[:2]

    def labels(plan: Labelling) -> tuple[MapLabel, ...]:
        texts = paint_labels(axes, content, plan)
        found = []
        for text in texts:
            extent = text.get_window_extent()
            found.append(
                MapLabel(
                    text.get_text(),
                    round(float(extent.x0 - box.x0), 1),
                    round(float(box.y1 - extent.y0 - 0.2 * extent.height), 1),
                    round(float(text.get_fontsize() * axes.figure.dpi / 72), 1),
                    text.get_fontweight() == "bold",
                )
            )
            text.remove()
        return tuple(found)

    face = colours_of(content)
    hatched = _hatched(content)
    spots = axes.transData.transform(np.column_stack([content.lon, content.lat]))
    scale = axes.figure.dpi / 72
    return PageMap(
        picture=picture.getvalue(),
        width=float(width),
        height=float(height),
        marks=tuple(
            MapMark(
                place_id=content.ids[i],
                name=content.names[i],
                x=round(float(spots[i, 0] - box.x0), 1),
                y=round(float(box.y1 - spots[i, 1]), 1),
                radius=round(
                    float(np.sqrt(_SIZE.get(content.kinds[i], 14.0) * (CONTESTED if hatched[i] else 1.0)) / 2 * scale),
                    1,
                ),
                shape=MARKER.get(content.kinds[i], "o"),
                fill=to_hex(face[i]),
                contested=bool(hatched[i]),
                text=_reading(content, i),
            )
            for i in np.flatnonzero(_inside(axes, content) & content.marked).tolist()
        ),
        labels=labels(WIDE),
        narrow_labels=labels(_NARROW),
    )


def _reading(content: MapContent, i: int) -> str:
    if content.change is not None:
        gains = zip(content.sides, content.change[i].tolist(), strict=True)
        moved = ", ".join(f"{side.name} {100 * gain:+.0f} points" for side, gain in gains)
        return f"{content.names[i]}: {moved}"
    states = [*(side.name for side in content.sides), "contested"]
    said = ", ".join(f"{name} {percent(float(p))}" for name, p in zip(states, content.probability[i], strict=True))
    return f"{content.names[i]}: {said}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper around a map: inches of head and of foot, in which the legend comes first; dots to the inch."""

    head: float = 0.55
    foot: float = 0.55
    dpi: float = 130
    told: str = ""


HATCHING = "/////////"
"""So dense that two or three stripes cross the dot of a town."""
LEGEND = 0.55
"""Inches of the foot."""
WIDTH = 9.0
"""Inches: sizes of text and marks are chosen for a sheet as wide."""


def map_figure(content: MapContent, sheet: Sheet | None = None) -> tuple[Figure, Any]:
    """The figure with its title, ground and legend; territory, places and labels are for later."""
    sheet = sheet or Sheet()
    west, east, south, north = _extent(content)
    stretch = 1 / _narrowing(south, north)
    height = WIDTH * (north - south) / (east - west) * stretch
    total = height + sheet.foot + sheet.head
    figure = Figure(figsize=(WIDTH, total), dpi=sheet.dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, sheet.foot / total, 1, height / total))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(stretch)
    axes.axis("off")
    _ground(axes, content)
    _scale_bar(axes, (west, east, south, north))
    _legend(figure.add_axes((0, (sheet.foot - LEGEND) / total, 1, LEGEND / total)), content)
    figure.text(0.02, 1 - 0.22 / total, content.title, color=INK, fontsize=12, weight="bold", va="center")
    told = sheet.told or f"Who holds which place, as known on {day(content.as_of)}"
    figure.text(0.02, 1 - 0.43 / total, told, color=QUIET, fontsize=9, va="center")
    return figure, axes


def _extent(content: MapContent) -> tuple[float, float, float, float]:
    """West, east, south, north: all places with a margin, within the base map, neither tiny nor too slender to read."""
    lon, lat = content.lon, content.lat
    west, east, south, north = float(lon.min()), float(lon.max()), float(lat.min()), float(lat.max())
    margin_x, margin_y = 0.05 * (east - west), 0.05 * (north - south)
    west, east, south, north = west - margin_x, east + margin_x, south - margin_y, north + margin_y
    if content.base.extent is not None:
        w, e, s, n = content.base.extent
        if w < east and e > west and s < north and n > south:
            west, east, south, north = max(west, w), min(east, e), max(south, s), min(north, n)
    degree_y = 111.32
    degree_x = degree_y * _narrowing(south, north)
    least = SLENDER * max((east - west) * degree_x, (north - south) * degree_y, LEAST_KM / SLENDER)
    more_x = max(least / degree_x - (east - west), 0.0) / 2
    more_y = max(least / degree_y - (north - south), 0.0) / 2
    return west - more_x, east + more_x, south - more_y, north + more_y


def _narrowing(south: float, north: float) -> float:
    """A degree of longitude as a share of one of latitude, halfway up the map; not less than near a pole."""
    return max(float(np.cos(np.radians((south + north) / 2))), 0.05)


def _ground(axes: Any, content: MapContent) -> None:
    base = content.base
    axes.set_facecolor(PAPER)
    if base.relief is not None and base.extent is not None:
        west, east, south, north = base.extent
        rows, columns = base.relief.shape
        metres = np.where(np.isnan(base.relief), 0.0, base.relief)
        dy = (north - south) / rows * 111_320
        dx = (east - west) / columns * 111_320 * np.cos(np.radians((south + north) / 2))
        shade = LightSource(azdeg=315, altdeg=45).hillshade(metres, vert_exag=2.0, dx=dx, dy=dy)
        paper = np.array(to_rgb(PAPER))
        tone = 0.80 + 0.20 * (shade - 0.25) / 0.75
        image = np.clip(paper * tone[..., None], 0, 1).astype(np.float32)
        axes.imshow(image, extent=(west, east, south, north), interpolation="bilinear", zorder=0, aspect="auto")
    for name, color, width, z in (
        ("lakes", WATER, 0.0, 1.0),
        ("rivers", WATER, 0.7, 1.1),
        ("roads", ROAD, 0.9, 1.2),
        ("borders", BORDER, 0.9, 1.3),
    ):
        parts = base.layers.get(name, [])
        if name == "lakes":
            axes.add_collection(PolyCollection([line for line, _ in parts], facecolor=color, linewidth=0, zorder=z))
            continue
        widths = [max(width * (1.25 - 0.25 * rank), 0.35) if name == "roads" else width for _, rank in parts]
        style = (0, (5, 2, 1, 2)) if name == "borders" else "solid"
        axes.add_collection(
            LineCollection([line for line, _ in parts], colors=color, linewidths=widths, linestyle=style, zorder=z)
        )


def _inside(axes: Any, content: MapContent) -> NDArray[np.bool_]:
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    inside = (content.lon > west) & (content.lon < east) & (content.lat > south) & (content.lat < north)
    return np.asarray(inside, dtype=bool)


def _hatched(content: MapContent) -> NDArray[np.bool_]:
    return np.asarray((content.probability[:, -1] > HATCH_FROM) & (content.change is None))


def paint_places(axes: Any, content: MapContent, chosen: NDArray[np.bool_] | None = None) -> None:
    """The places, or some, coloured by who holds them; beyond `CROWD` each gets its share of the ink."""
    face = colours_of(content)
    crowd = min(1.0, CROWD / len(content.kinds))
    size = crowd * np.where(_hatched(content), CONTESTED, 1.0) * np.array([_SIZE.get(k, 14.0) for k in content.kinds])
    marker = np.array([MARKER.get(k, "o") for k in content.kinds])
    hatched = _hatched(content)
    for shape in np.unique(marker).tolist():
        for hatch in (False, True):
            group = np.flatnonzero((marker == shape) & (hatched == hatch) & (True if chosen is None else chosen))
            group = group[np.argsort(size[group], kind="stable")]
            if len(group):
                axes.scatter(
                    content.lon[group],
                    content.lat[group],
                    s=size[group],
                    marker=shape,
                    c=face[group],
                    edgecolor=INK,
                    linewidth=np.where(size[group] < 10, 0.35, 0.7) * crowd,
                    hatch=HATCHING if hatch else None,
                    zorder=5,
                )


def paint_labels(axes: Any, content: MapContent, plan: Labelling) -> list[Text]:
    """Label places by rank, as many as fit: none within reach of one already labelled, of two great ones half of it."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    reach_x, reach_y = (east - west) * plan.apart[0], (north - south) * plan.apart[1]
    inside = _inside(axes, content)
    chosen: list[int] = []
    city = np.array([kind == "city" for kind in content.kinds])
    rank = np.where(city, np.minimum(content.rank, 0.5), content.rank) if plan.cities_first else content.rank
    great = city | (rank <= 0)
    for i in np.argsort(rank, kind="stable").tolist():
        x, y = content.lon[i], content.lat[i]
        if not inside[i] or not np.isfinite(rank[i]):
            continue
        reach = [(0.4 if great[i] and great[j] else 1.0, j) for j in chosen]
        if all(
            abs(x - content.lon[j]) > part * reach_x or abs(y - content.lat[j]) > part * reach_y for part, j in reach
        ):
            chosen.append(i)
        if len(chosen) >= plan.count:
            break
    texts = [
        axes.text(
            content.lon[i],
            content.lat[i],
            content.names[i].split(" / ")[0].split(" (")[0],
            fontsize=plan.size + (1.0 if content.kinds[i] == "city" else 0.0),
            weight="bold" if content.kinds[i] == "city" else "normal",
            color=INK,
            zorder=6,
            path_effects=[withStroke(linewidth=2.2, foreground=PAPER, alpha=0.85)],
        )
        for i in chosen
    ]
    # To measure texts the whole figure is drawn several times: spare what is slow to draw.
    shown = [artist for artist in (*axes.images, *axes.collections) if artist.get_visible()]
    for artist in shown:
        artist.set_visible(False)
    adjust_text(
        texts,
        x=content.lon[chosen],
        y=content.lat[chosen],
        ax=axes,
        expand=(1.05, 1.25),
        ensure_inside_axes=True,
        iter_lim=60,
        time_lim=None,
        min_arrow_len=1e9,
    )
    for artist in shown:
        artist.set_visible(True)
    return texts


def _scale_bar(axes: Any, extent: tuple[float, float, float, float]) -> None:
    west, east, south, north = extent
    per_degree = 111.32 * _narrowing(south, north)
    span = (east - west) * per_degree
    km = max(k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k <= max(span / 6, 1))
    x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
    axes.plot([x, x + km / per_degree], [y, y], color=INK, lw=1.4, zorder=7, solid_capstyle="butt")
    axes.text(
        x + km / per_degree / 2,
        y + 0.008 * (north - south),
        f"{km} km",
        ha="center",
        va="bottom",
        fontsize=6.5,
        color=INK,
        zorder=7,
        path_effects=[withStroke(linewidth=2, foreground=PAPER)],
    )


def _legend(axes: Any, content: MapContent) -> None:
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    size = 7.5
    first, last = content.sides[0], content.sides[1]
    colors = np.array([to_rgb(side.color) for side in content.sides])
    two = len(colors) == 2
    x = 0.03
    if two:
        share = np.linspace(1, 0, 120)
        certainty = np.abs(2 * share - 1)
        mixed = share[:, None] * colors[0] + (1 - share)[:, None] * colors[1]
        ramp = mixed * (0.25 + 0.75 * certainty[:, None]) + (0.75 - 0.75 * certainty[:, None])
        width = 0.25
        axes.imshow(ramp[None], extent=(x, x + width, 0.52, 0.74), aspect="auto", interpolation="bilinear")
        axes.text(x, 0.86, first.name, fontsize=size, color=INK, va="center")
        axes.text(x + width, 0.86, last.name, fontsize=size, color=INK, ha="right", va="center")
        for at, said in ((0.0, "certain"), (0.5, "even"), (1.0, "certain")):
            place = ("left", "center", "right")[round(2 * at)]
            axes.text(x + at * width, 0.36, said, fontsize=size, color=QUIET, ha=place, va="center")
        x += width + 0.05
    else:
        for side in content.sides:
            axes.scatter(x + 0.01, 0.62, s=30, color=side.color, edgecolor=INK, linewidth=0.5)
            axes.text(x + 0.025, 0.62, side.name, fontsize=size, color=INK, va="center")
            x += 0.04 + 0.012 * len(side.name)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    signs = symbols_of(content.kinds)
    y = 0.63 if not signs else 0.76
    axes.fill_between(
        [x, x + 0.035], y - 0.13, y + 0.13, facecolor="none", edgecolor=INK, hatch=HATCHING, linewidth=0.3
    )
    axes.text(x + 0.045, y, CONTESTED_WORDS, fontsize=size, color=INK, va="center")
    if signs:
        said = "     ".join(f"{sign} {meaning}" for sign, meaning in signs)
        axes.text(x + 0.002, 0.36, said, fontsize=size, color=INK, va="center")
    x += 0.27
    shade = np.exp(-(np.linspace(-2.4, 2.4, 60) ** 2) / 2)[:, None] * np.ones((1, 2))
    ink = np.zeros((60, 2, 4))
    ink[..., :3] = to_rgb(FRONT)
    ink[..., 3] = 0.55 * shade
    axes.imshow(ink, extent=(x, x + 0.045, y - 0.13, y + 0.13), aspect="auto")
    axes.text(x + 0.055, y, FRONT_WORDS, fontsize=size, color=INK, va="center")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
