"""How long 1,000 reports of 500 words take to read, on two processes: goal 60 s.

Also the processor time of a tenth of them in one process, which other people's work on
the machine moves less.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from vedette.workflows.read import read_reports

GOAL_S = 60.0
SENTENCES = (
    "{a} forces captured the village of {p} on {d}, the defence ministry said.",
    "It added that at least {n} soldiers had been killed and {m} wounded in the shelling of {q}.",
    "{b} officials denied this, saying that their troops still held the town and had repelled several attacks near {q}.",  # noqa: E501
    "Fierce fighting continued overnight on the road linking {p} with {q}, according to a monitoring group.",
    "If {p} falls, the highway to {q} will be cut, analysts believe.",
    "The army sent reinforcements to the eastern outskirts of {q}, where drones hit a fuel depot.",
    "Residents who had fled the area said that the hospital and the market were damaged last week.",
)


def reports(folder: Path, count: int, words: int = 500) -> None:
    """Write `count` made-up reports of about `words` words."""
    rng = random.Random(1)
    names = [
        f"{a}{b}"
        for a in ("Nor", "East", "Dun", "Fal", "Gar", "Hol")
        for b in ("wick", "ham", "more", "low", "th", "by")
    ]
    for n in range(count):
        told: list[str] = []
        while sum(len(s.split()) for s in told) < words:
            p, q = rng.sample(names, 2)
            line = rng.choice(SENTENCES)
            a, b = rng.sample(["Ukrainian", "Russian", "Syrian", "rebel", "government"], 2)
            told.append(
                line.format(
                    a=a.capitalize(),
                    b=b.capitalize(),
                    p=p,
                    q=q,
                    n=rng.randint(2, 90),
                    m=rng.randint(2, 90),
                    d=rng.choice(["Monday", "Tuesday"]),
                )
            )
        text = "\n\n".join(" ".join(told[i : i + 5]) for i in range(0, len(told), 5))
        (folder / f"{n:04}.txt").write_text(f"Desk, April 10, 2024\n\n{text}")


def main() -> int:
    """Measure, print, and fail beyond the goal."""
    count = int(os.environ.get("REPORTS", "1000"))
    with tempfile.TemporaryDirectory() as folder:
        reports(Path(folder), count)
        start = time.monotonic()
        found = read_reports([folder], jobs=2)
        took = time.monotonic() - start
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        tenth = [str(p) for p in sorted(Path(folder).iterdir())[: max(count // 10, 1)]]
        read_reports(tenth[:1], jobs=1)
        start_cpu = time.process_time()
        read_reports(tenth, jobs=1)
        each = (time.process_time() - start_cpu) / len(tenth)
    told = sum(len(r.statements) for r in found)
    print(f"{count} reports of 500 words: {took:.1f} s on 2 processes, {told:,} statements, {peak:.0f} MB a process")
    print(f"one process: {1000 * each:.1f} s of processor time per 1,000 reports")
    return int(took > GOAL_S * count / 1000)


if __name__ == "__main__":
    sys.exit(main())
