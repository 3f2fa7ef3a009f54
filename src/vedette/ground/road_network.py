"""From drawn roads to routes between places: split at junctions, contracted to the places along them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from vedette.errors import GroundError
from vedette.ground._road_kernels import join_terminals, nearest_terminal, quickest, roads_between
from vedette.ground.geodesy import distance_km, project_km

__all__ = ["SPEEDS", "DrawnRoutes", "RoadLines", "RoadNetwork", "draw_routes", "network_of_lines"]

SPEEDS = {
    "motorway": 90.0,
    "trunk": 70.0,
    "primary": 60.0,
    "secondary": 50.0,
    "tertiary": 40.0,
    "minor": 30.0,
    "service": 20.0,
    "track": 15.0,
}
"""Kilometres an hour of a lorry by class of road, best class first: round numbers below the limits that Eastern
European
traffic codes set; only their ratios matter to which way is the quickest."""

RANK = {name: n for n, name in enumerate(SPEEDS)}

GRID = 1e-5
"""Degrees: vertices that agree to about a metre are one.

As extracts of OpenStreetMap repeat junctions exactly or rounded.
"""

DENSE_KM = 0.3
"""A straight stretch gets a vertex at least so often, so that a village beside a long straight road finds it."""

REACH_KM = 3.0
"""A place farther than this from any road has none."""

FRAGMENT_KM = 25.0
"""Roads not joined to so many kilometres of others are farmyards and mapping errors: no place hangs on them."""

INSIDE_KM = {"city": 3.0, "town": 1.5}
INSIDE_VILLAGE_KM = 0.8
"""Who comes so near the middle of a place on the way to another passes through it."""

SLACK = 0.1
"""A direct way that saves less than a tenth over a detour through a third place is no route of its own."""

MOST = 48
"""Routes out of one place; the kernel's tables are so wide.

Nearest first, so the longest are lost where there are more.
"""


@dataclass(frozen=True, eq=False)
class RoadLines:
    """L drawn roads: vertices `start[l]:start[l + 1]` of `lon`, `lat` (degrees).

    `rank` (L,) 0 for the best class of `SPEEDS`.
    """

    start: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    rank: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.rank)


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """N vertices and E stretches of road between junctions.

    `ends` (E, 2) nodes, `km`, `hours`, `rank` (E,); the vertices of stretch e are
    `shape[first[e]:first[e + 1]]`, indices into `lon`, `lat`, from its first end to its
    second. `start`, `target`, `edge` list the stretches at each node, from either end.
    `node_vertex` (N,) is the vertex of each node.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_vertex: NDArray[np.int64]
    ends: NDArray[np.int32]
    km: NDArray[np.float64]
    hours: NDArray[np.float64]
    rank: NDArray[np.int8]
    first: NDArray[np.int64]
    shape: NDArray[np.int32]
    start: NDArray[np.int64]
    target: NDArray[np.int32]
    edge: NDArray[np.int32]
    terminal: NDArray[np.int32]
    away_km: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnRoutes:
    """R routes between P places, with where each runs.

    `ends` (R, 2) places; `km`, `hours` (R,); `rank` (R,) of the worst class it needs for more than a tenth of its
    length,
    `len(SPEEDS)` for a connector, which no road on the map stands for; route r runs along
    `lon[start[r]:start[r + 1]]`, `lat[...]`; `passes` are the other places it goes through.
    """

    ends: NDArray[np.int32]
    km: NDArray[np.float64]
    hours: NDArray[np.float64]
    rank: NDArray[np.int8]
    start: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    passes: tuple[tuple[int, ...], ...]

    @property
    def is_connector(self) -> NDArray[np.bool_]:
        """Routes that stand for no road on the map."""
        connector: NDArray[np.bool_] = self.rank == len(SPEEDS)
        return connector


def network_of_lines(lines: RoadLines, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> RoadNetwork:
    """Join lines where they share a vertex and hang the places (degrees, (P,)) on their nearest road.

    `terminal` (P,) is the node of each place, -1 where no road comes within `REACH_KM`.
    Nothing is joined that does not share a vertex: a road that passes over another is no
    crossing. Raises `GroundError` if no road comes near any place. O(V log V).
    """
    if not len(lines):
        raise GroundError(
            "there is no road within the frame. Check --bbox against the road layer, and its reference system."
        )
    road_lon, road_lat, line = _dense(lines)
    vertex, v_lon, v_lat = _vertices(road_lon, road_lat)
    last_of_line = np.r_[line[1:] != line[:-1], True]
    step = ~last_of_line & np.r_[vertex[1:] != vertex[:-1], True]
    origin, goal = vertex[:-1][step[:-1]], vertex[1:][step[:-1]]
    step_km = _short_km(v_lat[origin], v_lon[origin], v_lat[goal], v_lon[goal])
    _, part = connected_components(
        coo_array((np.ones(len(origin)), (origin, goal)), shape=(len(v_lon),) * 2), directed=False
    )
    part_km = np.bincount(part[origin], weights=step_km, minlength=part.max() + 1)
    solid = part_km[part] >= min(FRAGMENT_KM, 0.5 * part_km.max())

    xy = project_km(np.r_[lat, v_lat[solid]], np.r_[lon, v_lon[solid]])
    candidates = np.flatnonzero(solid)
    away, nearest = cKDTree(xy[len(lat) :]).query(xy[: len(lat)], distance_upper_bound=REACH_KM)
    found = np.isfinite(away)
    if not found.any():
        raise GroundError(
            f"of {len(lines):,} roads none comes within {REACH_KM:g} km of any of the {len(lat):,} places, "
            "pieces too short for a network left out: they cover different ground, or one of them is in another "
            "reference system. Check --bbox, and that both are in degrees (EPSG:4326)."
        )
    spot = np.full(len(lat), -1, dtype=np.int64)
    spot[found] = candidates[nearest[found]]

    # A vertex is a node if a line ends there, if more than two steps meet there, or if a place hangs on it.
    degree = np.bincount(np.r_[origin, goal], minlength=len(v_lon))
    is_node = degree != 2
    starts_line = np.r_[True, line[1:] != line[:-1]]
    is_node[vertex[starts_line | last_of_line]] = True
    is_node[spot[found]] = True
    node_vertex = np.flatnonzero(is_node)
    node_of = np.full(len(v_lon), -1, dtype=np.int32)
    node_of[node_vertex] = np.arange(len(node_vertex), dtype=np.int32)

    # Cut each line at its nodes: a stretch runs from one node position to the next of the same line.
    # Repeated positions (a vertex twice in a row) are dropped first.
    fresh = np.r_[True, (vertex[1:] != vertex[:-1]) | (line[1:] != line[:-1])]
    run, run_line = vertex[fresh], line[fresh]
    cut = np.flatnonzero(is_node[run])
    same = run_line[cut[1:]] == run_line[cut[:-1]]
    begin, end = cut[:-1][same], cut[1:][same]
    ahead = np.r_[_short_km(v_lat[run[:-1]], v_lon[run[:-1]], v_lat[run[1:]], v_lon[run[1:]]), 0.0]
    ahead[:-1][run_line[1:] != run_line[:-1]] = 0.0
    along = np.concatenate([[0.0], np.cumsum(ahead)])
    km = along[end] - along[begin]
    rank = lines.rank[run_line[begin]]
    ends = np.column_stack([node_of[run[begin]], node_of[run[end]]]).astype(np.int32)
    size = end - begin + 1
    first = np.concatenate([[0], np.cumsum(size)])
    where = np.arange(first[-1]) - np.repeat(first[:-1] - begin, size)
    start, target, edge = _rows(ends, len(node_vertex))
    terminal = np.full(len(lat), -1, dtype=np.int32)
    terminal[found] = node_of[spot[found]]
    speed = np.array(list(SPEEDS.values()))
    return RoadNetwork(
        lon=v_lon,
        lat=v_lat,
        node_vertex=node_vertex,
        ends=ends,
        km=km,
        hours=km / speed[rank],
        rank=rank,
        first=first,
        shape=run[where].astype(np.int32),
        start=start,
        target=target,
        edge=edge,
        terminal=terminal,
        away_km=np.where(found, away, np.inf),
    )


def _dense(lines: RoadLines) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """The vertices of all lines with the straight stretches filled in, and the line of each."""
    line = np.repeat(np.arange(len(lines)), np.diff(lines.start))
    inner = np.r_[line[1:] == line[:-1], False]
    km = np.zeros(len(line))
    km[:-1] = _short_km(lines.lat[:-1], lines.lon[:-1], lines.lat[1:], lines.lon[1:])
    parts = np.where(inner, np.maximum(np.ceil(km / DENSE_KM), 1), 1).astype(np.int64)
    at = np.repeat(np.arange(len(line)), parts)
    share = (np.arange(len(at)) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[at]
    after = np.minimum(at + 1, len(line) - 1)
    lon = lines.lon[at] + share * np.where(inner[at], lines.lon[after] - lines.lon[at], 0.0)
    lat = lines.lat[at] + share * np.where(inner[at], lines.lat[after] - lines.lat[at], 0.0)
    return lon, lat, line[at]


def _vertices(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """One number for all positions that agree on the grid; and where each vertex lies."""
    column, row = np.round(lon / GRID).astype(np.int64), np.round(lat / GRID).astype(np.int64)
    key = column * 40_000_000 + row
    unique, vertex = np.unique(key, return_inverse=True)
    row_of = (unique + 20_000_000) % 40_000_000 - 20_000_000
    return vertex.reshape(-1), (unique - row_of) // 40_000_000 * GRID, row_of * GRID


def _short_km(
    lat_a: NDArray[np.float64], lon_a: NDArray[np.float64], lat_b: NDArray[np.float64], lon_b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distances of neighbouring vertices: a plane tangent to the ellipsoid, off by less than 1e-4 up to 10 km."""
    middle = np.radians((lat_a + lat_b) / 2)
    squash = np.sqrt(1 - 0.00669438 * np.sin(middle) ** 2)
    north = np.radians(lat_b - lat_a) * 6378.137 * (1 - 0.00669438) / squash**3
    east = np.radians(lon_b - lon_a) * 6378.137 * np.cos(middle) / squash
    km: NDArray[np.float64] = np.hypot(north, east)
    return km


def _rows(ends: NDArray[np.int32], nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    origin = np.concatenate([ends[:, 0], ends[:, 1]])
    target = np.concatenate([ends[:, 1], ends[:, 0]])
    order = np.argsort(origin, kind="stable")
    start = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(origin, minlength=nodes), out=start[1:])
    edge = np.tile(np.arange(len(ends), dtype=np.int32), 2)
    return start, target[order].astype(np.int32), edge[order]


def draw_routes(
    network: RoadNetwork,
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    kinds: Sequence[str],
    kept: NDArray[np.int32] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[DrawnRoutes, NDArray[np.int64]]:
    """Routes between neighbouring places, and the number of each route of `kept`.

    Two places have a route if the quickest way from one to the other passes no third
    place, and is not nearly replaced by a detour over one (`SLACK`). `kept` (n, 2) are pairs of
    places that get a route whatever lies between. Then places that no road reaches,
    and pieces of the network that only the edge of the frame cut off, are joined by
    connectors, straight and marked as such, as few and as short as will do.

    Traffic is taken to run both ways on every carriageway, as supplies in war do. Only as
    many lanes of memory as 16 nodes-long arrays are used. O(P n log n) for n nodes around a place.
    """
    on_road = np.flatnonzero(network.terminal >= 0)
    spots, lead, group = np.unique(network.terminal[on_road], return_index=True, return_inverse=True)
    head = on_road[lead]  # the place that stands for all at its node
    inside_km = np.array([INSIDE_KM.get(kinds[p], INSIDE_VILLAGE_KM) for p in head.tolist()])
    owner, access, toward = nearest_terminal(network.start, network.target, network.edge, network.hours, spots, np.inf)
    n_lat, n_lon = network.lat[network.node_vertex], network.lon[network.node_vertex]
    here = np.maximum(owner, 0)
    near = _short_km(n_lat, n_lon, n_lat[spots][here], n_lon[spots][here]) <= inside_km[here]
    inside = near & (owner >= 0)

    number, to, took = _joined(network, spots, owner, access, inside, progress)
    pairs, hours = _pairs(number, to, took)
    pairs = pairs[_needed(pairs, hours, len(spots))]
    first, way = roads_between(
        network.start, network.target, network.edge, network.hours, network.ends, spots, owner, access, inside, toward,
        SLACK, pairs, MOST,
    )  # fmt: skip
    ways = [way[first[n] : first[n + 1]] for n in range(len(pairs))]
    made = [(int(head[a]), int(head[b])) for a, b in pairs.tolist()]

    number_of = {frozenset(pair): n for n, pair in enumerate(made)}
    asked = np.empty(0 if kept is None else len(kept), dtype=np.int64)
    scratch = (
        np.empty(len(spots) and len(network.start) - 1),
        np.empty(len(network.start) - 1, dtype=np.int32),
        np.empty(len(network.target) + 1),
        np.empty(len(network.target) + 1, dtype=np.int32),
    )
    for n, (a, b) in enumerate([] if kept is None else kept.tolist()):
        pair = frozenset((a, b))
        if pair not in number_of:
            roads = np.empty(0, dtype=np.int32)
            if network.terminal[a] >= 0 and network.terminal[b] >= 0:
                roads = quickest(
                    network.start, network.target, network.edge, network.hours, network.ends,
                    network.terminal[a], network.terminal[b], *scratch,
                )  # fmt: skip
            number_of[pair] = len(made)
            made.append((a, b))
            ways.append(roads)
        asked[n] = number_of[pair]

    made += [pair for pair in _twins(on_road, head, group) if frozenset(pair) not in number_of]
    made += _bridges(made, lat, lon)
    ways += [np.empty(0, dtype=np.int32)] * (len(made) - len(ways))
    return _drawn(network, made, ways, lat, lon, owner, inside, head), asked


def _joined(
    network: RoadNetwork,
    spots: NDArray[np.int32],
    owner: NDArray[np.int32],
    access: NDArray[np.float64],
    inside: NDArray[np.bool_],
    progress: Callable[[int, int], None] | None,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """`join_terminals` by the hundred, so that progress can be told."""
    found = []
    batch = max(64, len(spots) // 40)
    for begin in range(0, len(spots), batch):
        end = min(begin + batch, len(spots))
        part = join_terminals(
            network.start, network.target, network.edge, network.hours, spots, owner, access, inside,
            SLACK, begin, end, MOST,
        )  # fmt: skip
        found.append(part)
        if progress is not None:
            progress(end, len(spots))
    number, to, took = (np.concatenate(part) for part in zip(*found, strict=True))
    return number, to, took


def _pairs(
    number: NDArray[np.int64], to: NDArray[np.int32], took: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Each pair once, from the terminal that found it (the lower one if both did), sorted."""
    wide = np.arange(to.shape[1])[None, :] < number[:, None]
    origin = np.broadcast_to(np.arange(len(to), dtype=np.int32)[:, None], to.shape)[wide]
    pairs, hours = np.column_stack([origin, to[wide]]), took[wide]
    code = np.sort(pairs, axis=1) @ np.array([len(to), 1])
    order = np.lexsort((pairs[:, 0], code))
    once = order[np.r_[True, code[order][1:] != code[order][:-1]]] if len(order) else order
    once = once[np.lexsort((pairs[once, 1], pairs[once, 0]))]
    return pairs[once].astype(np.int32), hours[once]


def _needed(pairs: NDArray[np.int32], hours: NDArray[np.float64], places: int) -> NDArray[np.bool_]:
    """True for pairs that no detour over a common neighbour replaces at `SLACK` more."""
    beside: list[dict[int, float]] = [{} for _ in range(places)]
    for (a, b), h in zip(pairs.tolist(), hours.tolist(), strict=True):
        beside[a][b] = beside[b][a] = h
    needed = np.ones(len(pairs), dtype=bool)
    for n, ((a, b), h) in enumerate(zip(pairs.tolist(), hours.tolist(), strict=True)):
        few, many = (beside[a], beside[b]) if len(beside[a]) <= len(beside[b]) else (beside[b], beside[a])
        limit = (1 + SLACK) * h
        # Both legs shorter than the whole: so no two routes can each be dropped for the other.
        needed[n] = not any(leg < h and many.get(c, np.inf) < h and leg + many[c] <= limit for c, leg in few.items())
    return needed


def _twins(on_road: NDArray[np.int64], head: NDArray[np.int64], group: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Places that hang on one node, each tied to the first of them."""
    return [(int(head[g]), int(p)) for p, g in zip(on_road, group, strict=True) if head[g] != p]


def _bridges(made: list[tuple[int, int]], lat: NDArray[np.float64], lon: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The shortest set of straight connectors that joins all places: a spanning tree of the pieces (Borůvka 1926)."""
    xy = project_km(lat, lon)
    tree = cKDTree(xy)
    out: list[tuple[int, int]] = []
    while True:
        links = np.array(made + out, dtype=np.int64).reshape(-1, 2)
        graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(len(lat),) * 2)
        count, piece = connected_components(graph, directed=False)
        if count == 1:
            return out
        size = np.bincount(piece)
        chosen = set()
        for p in np.flatnonzero(size < size.max()).tolist() or [0]:
            a, b = _nearest_outside(tree, xy, np.flatnonzero(piece == p), piece, p)
            chosen.add((min(a, b), max(a, b)))
        out += sorted(chosen)


def _nearest_outside(
    tree: cKDTree, xy: NDArray[np.float64], own: NDArray[np.int64], piece: NDArray[np.int32], p: int
) -> tuple[int, int]:
    """The shortest link from a piece to any place outside it."""
    k = 8
    while True:
        k = min(2 * k, len(xy))
        away, other = tree.query(xy[own], k=k)
        away = np.where(piece[other] == p, np.inf, away)
        n = int(np.argmin(away))
        # What lies beyond the k-th neighbour of any place is no nearer than the best found within.
        if np.isfinite(away.flat[n]) or k == len(xy):
            return int(own[n // k]), int(other.flat[n])


def _drawn(
    network: RoadNetwork,
    made: list[tuple[int, int]],
    ways: list[NDArray[np.int32]],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    owner: NDArray[np.int32],
    inside: NDArray[np.bool_],
    head: NDArray[np.int64],
) -> DrawnRoutes:
    """Lengths, shapes and places passed. A connector is as long as the crow flies, and driven like a track."""
    count = len(made)
    km, hours, rank = np.zeros(count), np.zeros(count), np.full(count, len(SPEEDS), dtype=np.int8)
    x_parts, y_parts, sizes, passes = [], [], [], []
    for r, ((a, b), way) in enumerate(zip(made, ways, strict=True)):
        if not len(way):
            same_node = network.terminal[a] >= 0 and network.terminal[a] == network.terminal[b]
            rank[r] = RANK["minor"] if same_node else len(SPEEDS)
            km[r] = float(distance_km(lat[a], lon[a], lat[b], lon[b]))
            hours[r] = km[r] / SPEEDS["minor" if same_node else "track"]
            x, y, through = np.array([lon[a], lon[b]]), np.array([lat[a], lat[b]]), ()
        else:
            km[r], hours[r] = network.km[way].sum(), network.hours[way].sum()
            by_rank = np.bincount(network.rank[way], weights=network.km[way], minlength=len(SPEEDS))
            rank[r] = int(np.flatnonzero(by_rank >= 0.1 * km[r]).max())
            vertices, nodes = _trace(network, way, int(network.terminal[a]))
            x, y = network.lon[vertices], network.lat[vertices]
            met = np.unique(owner[nodes[inside[nodes]]])
            through = tuple(p for p in head[met].tolist() if p not in (a, b))
        x_parts.append(x)
        y_parts.append(y)
        sizes.append(len(x))
        passes.append(through)
    return DrawnRoutes(
        ends=np.array(made, dtype=np.int32).reshape(-1, 2),
        km=km,
        hours=hours,
        rank=rank,
        start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        lon=np.concatenate(x_parts) if x_parts else np.empty(0),
        lat=np.concatenate(y_parts) if y_parts else np.empty(0),
        passes=tuple(passes),
    )


def _trace(network: RoadNetwork, way: NDArray[np.int32], node: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The vertices along stretches in order, from a node on; and the nodes."""
    parts: list[NDArray[np.int32]] = []
    nodes = [node]
    for e in way.tolist():
        shape = network.shape[network.first[e] : network.first[e + 1]]
        forward = network.ends[e, 0] == node
        node = int(network.ends[e, 1] if forward else network.ends[e, 0])
        parts.append((shape if forward else shape[::-1])[0 if not parts else 1 :])
        nodes.append(node)
    return np.concatenate(parts).astype(np.int64), np.array(nodes, dtype=np.int64)
