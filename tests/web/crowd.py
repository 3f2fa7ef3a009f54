"""A made-up war of many places, for what has to stay smooth with them."""

from __future__ import annotations

import csv
import math
import random
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2031, 3, 1)
ROOM = 0.9
"""Of the room between two places, the share that a place may be off by."""


def crowd(folder: Path, places: int, days: int, claims: int) -> Path:
    """Write the case: a wavy front goes west over a plain, a map follows it, two ministries boast."""
    rng = random.Random(7)
    (folder / "maps").mkdir(parents=True)
    (folder / "case.toml").write_text(
        f'name = "crowd"\ntitle = "A made-up war of many places"\nfirst_day = {FIRST}\n'
        f"last_day = {FIRST + timedelta(days=days - 1)}\n"
        '[[sides]]\nid = "west"\nname = "West side"\n[[sides]]\nid = "east"\nname = "East side"\n'
    )
    wide = math.isqrt(places * 5 // 3)
    spots = []
    for n in range(places):
        lon = 24 + 16 * ((n % wide) + ROOM * rng.random()) / wide
        lat = 45 + 7 * ((n // wide) + ROOM * rng.random()) / (places / wide)
        spots.append((lat, lon))
    syllables = [a + b for a in "bdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "el")]
    named: set[str] = set()
    while len(named) < places:
        named.add("".join(rng.choices(syllables, k=3)).capitalize())
    names = sorted(named)
    rng.shuffle(names)

    def front(lat: float, day: int) -> float:
        return 34 - 2.0 * day / days + 0.8 * math.sin(2 * lat) + 0.3 * math.sin(7 * lat)

    last = FIRST + timedelta(days=days - 1)
    with (
        (folder / "places.csv").open("w", newline="") as place_table,
        (folder / "maps" / "atlas.csv").open("w", newline="") as atlas,
    ):
        place_rows, runs = csv.writer(place_table), csv.writer(atlas)
        place_rows.writerow(["place_id", "name", "kind", "lat", "lon", "side_at_start"])
        runs.writerow(["place_id", "side", "from_date", "to_date"])
        for n, (lat, lon) in enumerate(spots):
            kind = "city" if n % 600 == 0 else "town" if n % 60 == 0 else "village"
            east = [lon > front(lat, t) for t in range(days)]
            place_rows.writerow([f"p{n}", names[n], kind, f"{lat:.5f}", f"{lon:.5f}", "east" if east[0] else "west"])
            fell = east.index(True) if True in east else days
            for side, a, b in (("west", 0, fell - 1), ("east", fell, days - 1)):
                if a <= b:
                    runs.writerow([f"p{n}", side, FIRST + timedelta(days=a), min(FIRST + timedelta(days=b), last)])
    columns = ["claim_id", "reported_on", "about_from", "about_to", "claimant", "claimant_side", "relayed_by", "kind"]
    columns += ["side", "place_id", "route_id", "polarity", "degree", "certainty", "quantity", "unit", "paraphrase"]
    columns += ["source_url"]
    near = [n for n, (lat, lon) in enumerate(spots) if abs(lon - front(lat, days // 2)) < 1.5]
    with (folder / "claims.csv").open("w", newline="") as claim_table:
        rows = csv.writer(claim_table)
        rows.writerow(columns)
        for n in range(claims):
            day = FIRST + timedelta(days=rng.randrange(days))
            side, kind = rng.choice(["west", "east"]), rng.choice(["control", "capture", "repulse", "assault"])
            place = rng.choice(near)
            said = [f"{side.capitalize()} ministry", side, "", kind, side, f"p{place}", "", "asserted", "full"]
            rows.writerow([f"c{n}", day, day, day, *said, "asserted", "", "", f"Made-up claim {n}.", ""])
    return folder
