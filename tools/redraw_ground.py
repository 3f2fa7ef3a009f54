"""Draw the routes of a case anew from open map data, with its relief and named heights; report what changed.

Run by whoever makes a case, not by the product. What it does is what `vedette case new` does;
places, claims and settings of the case stay as they are, and routes with a name keep their ids.

    python tools/redraw_ground.py GEODATA CASE --bbox 45.3 38.6 48.2 41.0

GEODATA holds `osm_roads_main.fgb`, `osm_roads_local.parquet` and `osm_peaks.geojson`
(OpenStreetMap, ODbL) and a DTED level 0 GeoTIFF. Roads under construction in an extract made after
the war are left out, as are boundary layers.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from vedette.store import read_case, write_bytes
from vedette.workflows import CasePlan, new_case


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("geodata", type=Path)
    parser.add_argument("case", type=Path)
    parser.add_argument("--bbox", type=float, nargs=4, required=True)
    parser.add_argument("--dem", default="karabakh_dem_dted0_30s.tif")
    parser.add_argument("--heights-above", type=float, default=0.0, help="leave lower summits out, metres")
    args = parser.parse_args()
    before = read_case(args.case)
    home = Path(tempfile.mkdtemp())
    work = home / args.case.name
    shutil.copytree(args.case, work)
    write_bytes(work / ".building.json", b'{"done": {}, "notes": {}}')
    _, notes = new_case(
        CasePlan(
            folder=work,
            box=tuple(args.bbox),
            places=work / "places.csv",
            sides=tuple((side.id, None) for side in before.sides),
            first_day=before.days.first,
            last_day=before.days.last,
            roads=(args.geodata / "osm_roads_main.fgb", args.geodata / "osm_roads_local.parquet"),
            dem=args.geodata / args.dem,
            heights=args.geodata / "osm_peaks.geojson",
            routes=args.case / "routes.csv",
        ),
        lambda what, done, total: print(f"{what}: {done} of {total}") if done == total else None,
    )
    after = read_case(work)
    for name in ("routes.csv", "paths.parquet", "heights.csv"):
        shutil.copyfile(work / name, args.case / name)
    shutil.rmtree(home)
    print("\n".join(notes))
    for label, case in (("before", before), ("after", after)):
        pairs = len(case.neighbours.pairs)
        print(f"{label}: {len(case.routes)} routes, {case.routes.length_km.sum():.0f} km; {pairs} pairs of neighbours")
    print("changed lengths of named routes:")
    for r, route in enumerate(before.routes.ids):
        if route in after.routes:
            now = after.routes.length_km[after.routes.index(route)]
            print(f"  {route}: {before.routes.length_km[r]:.1f} -> {now:.1f} km")


if __name__ == "__main__":
    main()
