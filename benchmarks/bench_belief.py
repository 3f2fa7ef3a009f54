"""Draws and the long war's filter: their speed beside peers, how far the machine's limits are, and how cost grows.

    python benchmarks/bench_belief.py

Peers are uncoupled, two states: dynamax's forward filtering (with backward sampling) and hmmlearn's smoother on the
same panel. Each is skipped, saying so, where it is not installed; PEERS may name the interpreter of an
environment of their own. Second runs are timed, so that compilation does not count; one thread.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from vedette.belief import track
from vedette.claims import Claims, ControlMap, Events, Prose
from vedette.ground import Days, Places, Routes, Side, Sides, neighbours_of

PANEL = (4_000, 365)
"""Places and days of the panel that peers run on too."""


def best(work: Callable[[], object], times: int = 3) -> float:
    work()
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def grid(side: int) -> Places:
    """A square of places 4 km apart, the western half of them held by the first side."""
    row, column = np.divmod(np.arange(side * side), side)
    n = side * side
    jitter = np.random.default_rng(1).normal(0.0, 0.004, (2, n))
    return Places(
        ids=tuple(f"p{i}" for i in range(n)),
        names=tuple(f"P{i}" for i in range(n)),
        aliases=((),) * n,
        kinds=("",) * n,
        districts=("",) * n,
        lat=48.0 + row * 0.036 + jitter[0],
        lon=30.0 + column * 0.054 + jitter[1],
        elevation_m=np.full(n, np.nan),
        population=np.full(n, np.nan),
        start=(column >= side // 2).astype(np.int8),
    )


def war(side: int, days: int, events: int, *, band: int) -> tuple[Claims, tuple[ControlMap, ...], Events]:
    """A map that wavers in a `band` of columns at the line, and events around it."""
    rng = np.random.default_rng(2)
    places = grid(side)
    sides = Sides((Side("a", "A", ()), Side("b", "B", ())))
    calendar = Days(date(2030, 1, 1), date(2030, 1, 1) + timedelta(days=days - 1))
    text, number, small = np.array([], dtype=object), np.array([], np.int32), np.array([], np.int8)
    flag = np.array([], dtype=np.bool_)
    claims = Claims.ordered(
        ids=text,
        reported=number,
        about_from=number,
        about_to=number,
        claimant_names=text,
        camp=small,
        kind=small,
        side=small,
        place=number,
        route=number,
        denied=flag,
        partial=flag,
        certainty=small,
        prose=Prose(**dict.fromkeys(Prose.__dataclass_fields__, text)),
        sides=sides,
        days=calendar,
        places=places,
        routes=Routes((), (), (), np.empty((0, 2), np.int32), np.empty(0), np.empty(0, dtype=bool)),
    )
    column = np.arange(side * side) % side
    line = side // 2 + np.rint(band / 2 * np.sin(np.arange(days) / 60.0)).astype(int)
    rows = []
    for i, c in enumerate(column.tolist()):
        state = (c >= line).astype(np.int8)
        cuts = [0, *(np.flatnonzero(np.diff(state)) + 1).tolist(), days]
        rows += [(i, state[a], a, b - 1) for a, b in pairwise(cuts)]
    place, state, first, last = (np.array(x) for x in zip(*rows, strict=True))
    atlas = ControlMap(
        "atlas", place.astype(np.int32), state.astype(np.int8), first.astype(np.int32), last.astype(np.int32)
    )
    near = np.flatnonzero(np.abs(column - side // 2) <= band)
    at, day = rng.choice(near, events), rng.integers(0, days, events)
    seen = Events(
        ids=np.array([f"e{i}" for i in range(events)], dtype=object),
        day=day.astype(np.int32),
        posted=day.astype(np.int32),
        side=(column[at] >= line[day]).astype(np.int8),
        kind=np.zeros(events, np.int8),
        lat=places.lat[at] + rng.normal(0, 0.01, events),
        lon=places.lon[at] + rng.normal(0, 0.01, events),
        source=np.full(events, "", dtype=object),
        url=np.full(events, "", dtype=object),
        sides=sides,
        days=calendar,
    ).ordered()
    return claims, (atlas,), seen


def seconds(side: int, days: int, events: int, band: int) -> tuple[float, int]:
    claims, maps, seen = war(side, days, events, band=band)
    joined = neighbours_of(claims.places)
    found = track(claims, maps, joined, days - 1, events=seen, hindsight=False)
    begun = time.perf_counter()
    track(claims, maps, joined, days - 1, events=seen, hindsight=False)
    return time.perf_counter() - begun, found.awake


def curves() -> None:
    """Seconds of the whole filter, learning included, and how many places were awake."""
    base = {"side": 60, "days": 240, "events": 2_000, "band": 8}
    for what, values in {
        "side": (40, 80, 160),
        "band": (4, 8, 16, 32),
        "days": (120, 240, 480, 960),
        "events": (1_000, 4_000, 16_000),
    }.items():
        for value in values:
            taken, awake = seconds(**{**base, what: value})
            places = {**base, what: value}["side"] ** 2
            print(f"  {what} {value}: {places:,} places, {awake:,} awake: {taken:.2f} s", flush=True)


def kernel() -> float:
    """Place-days a second of the coupled three-state filter, every place awake."""
    from vedette.belief.long_war import War
    from vedette.belief.watch import Watch
    from vedette.dynamics import TransitionPriors

    side, days = int(PANEL[0] ** 0.5), PANEL[1]
    claims, maps, seen = war(side, days, 1, band=side)
    joined = neighbours_of(claims.places)
    known = War.known(claims, maps, joined, days - 1, seen)
    watch = Watch.begun(known, TransitionPriors())
    watch.state.awake[:] = True
    out = np.empty((side * side, days, 3), dtype=np.float32)

    def run() -> None:
        watch.day = 0
        watch.follow(days, out)

    taken = best(run)
    rate = side * side * days / taken
    print(f"coupled, three states, one map: {rate / 1e6:.1f} million place-days a second ({side * side:,} x {days})")
    return rate


def drawing() -> float:
    """Place-days a second of the coupled Gibbs sweep's histories: three states, five with what is news."""
    from vedette.belief import sampler
    from vedette.belief._kernels import Moves, sample_paths
    from vedette.belief._sweep_kernels import weigh
    from vedette.belief.announcements import truth_of_capture
    from vedette.belief.evidence import gather
    from vedette.belief.testimony import standing_of
    from vedette.dynamics._kernels import calm_rows

    side, days = int(PANEL[0] ** 0.5), PANEL[1]
    claims, maps, _ = war(side, days, 1, band=side)
    evidence = gather(claims, maps, neighbours_of(claims.places), days - 1)
    layout = sampler._Layout.of(evidence)  # noqa: SLF001
    chain = sampler._Chain(0, 0, sampler.PRIORS)  # noqa: SLF001
    chain.live(layout, 1)
    calm = calm_rows(chain.pace.hazard, chain.pace.tempo, layout.field.level_of)
    said, _ = weigh(
        layout.field,
        chain.announcements.kernel_view(),
        chain.testimony.kernel_view(),
        chain.clamour.kernel_view(),
        chain.mapping,
        truth_of_capture(2),
        standing_of(2),
    )
    rush, settle = chain.pace.odds
    moves = Moves(calm, np.ones_like(calm), calm, rush, settle, layout.field.phase, layout.field.first)
    taken = best(lambda: sample_paths(chain.rng, (0, 0), chain.order, layout.graph, said, moves, chain.world))
    rate = side * side * days / taken
    print(f"drawn, coupled, three states, one map: {rate / 1e6:.1f} million place-days a second")
    return rate


def histories(members: int = 400) -> float:
    """Place-days a second of draws of the last twelve weeks, the filter's pass over them counted in."""
    from vedette.belief.factored import followed
    from vedette.belief.histories import _Drawn
    from vedette.belief.long_war import War
    from vedette.belief.watch import WINDOW_DAYS, Watch
    from vedette.dynamics import TransitionPriors

    side, days = int(PANEL[0] ** 0.5), PANEL[1]
    claims, maps, seen = war(side, days, 1, band=side)
    watch = Watch.begun(War.known(claims, maps, neighbours_of(claims.places), days - 1, seen), TransitionPriors())
    watch.state.awake[:] = True
    today = followed(watch, None, None)[0][:, -1].astype(np.float64)
    drawn: list[_Drawn] = []

    def run() -> None:
        rng = np.random.default_rng(0)
        drawn[:] = [_Drawn.of(watch, watch.look_back(WINDOW_DAYS), today, members, rng)]

    taken = best(run)
    rate = float(drawn[0].control.size / taken)
    print(
        f"{members} draws of a long war's last {drawn[0].control.shape[2]} days, three states, one map: "
        f"{rate / 1e6:.0f} million place-days a second ({len(drawn[0].foretold):,} of {side * side:,} places in play)"
    )
    return rate


def limits(rate: float) -> None:
    """What the filter moves and computes against what this machine can."""
    a, b = np.random.default_rng(0).random((2, 20_000_000))
    moved = 3 * a.nbytes / best(lambda: np.add(a, b, out=a))
    x = np.random.default_rng(0).random((1_500, 1_500))
    flops = 2 * 1_500**3 / best(lambda: x @ x)
    # A place-day reads its own belief and six neighbours' (7 x 24 bytes), a map and its blindness (25), writes 24 + 12;
    # it multiplies about 60 numbers, and takes two exponentials of about 20 each.
    print(f"  memory: {rate * 230 / 1e9:.1f} of {moved / 1e9:.1f} GB/s")
    print(f"  arithmetic: {rate * 100 / 1e9:.1f} of {flops / 1e9:.0f} Gflop/s")


PEER = {
    "hmmlearn": """
        from hmmlearn.hmm import CategoricalHMM
        model = CategoricalHMM(n_components=2)
        model.startprob_, model.transmat_ = np.array([0.9, 0.1]), np.array([[0.99, 0.01], [0.01, 0.99]])
        model.emissionprob_ = np.array([[0.8, 0.2], [0.2, 0.8]])
        flat, lengths = seen.reshape(-1, 1), [days] * places
        work = lambda: model.predict_proba(flat, lengths)
    """,
    "dynamax": """
        import jax, jax.numpy as jnp
        from dynamax.hidden_markov_model import hmm_posterior_sample
        start, step = jnp.array([0.9, 0.1]), jnp.array([[0.99, 0.01], [0.01, 0.99]])
        logs = jnp.log(jnp.array([[0.8, 0.2], [0.2, 0.8]]))[:, seen].transpose(1, 2, 0)
        keys = jax.random.split(jax.random.PRNGKey(0), places)
        run = jax.jit(jax.vmap(lambda k, l: hmm_posterior_sample(k, start, step, l)[1]))
        work = lambda: run(keys, logs).block_until_ready()
    """,
}


def peers(rates: dict[str, float]) -> None:
    python = os.environ.get("PEERS", sys.executable)
    for name, text in PEER.items():
        script = f"import time, numpy as np\nplaces, days = {PANEL}\n"
        script += "seen = np.random.default_rng(0).integers(0, 2, (places, days))\n" + textwrap.dedent(text)
        script += "\nwork()\nfound = []\nfor _ in range(3):\n    t = time.perf_counter()\n    work()\n"
        script += "    found.append(time.perf_counter() - t)\nprint(places * days / min(found))"
        one = {**os.environ, "OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
        found = subprocess.run([python, "-c", script], capture_output=True, text=True, env=one, check=False)
        if found.returncode:
            print(f"{name}: skipped ({found.stderr.strip().splitlines()[-1] if found.stderr else 'it failed'})")
        else:
            theirs = float(found.stdout)
            ours = ", ".join(f"{what} {rate / theirs:.1f}" for what, rate in rates.items())
            print(f"{name}, uncoupled, two states: {theirs / 1e6:.1f} million a second; times as many: {ours}")


if __name__ == "__main__":
    filtered = kernel()
    limits(filtered)
    peers({"filter": filtered, "joint draws": drawing(), "draws of a long war": histories()})
    curves()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
