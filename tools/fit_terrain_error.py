"""Fit the error of an elevation model to known heights of settlements: the constants of `ground/terrain.py`.

    python tools/fit_terrain_error.py DEM PLACES.csv

PLACES has lat, lon, dem_m (heights from a finer model) and src_geom; rows whose position is not GeoNames' are left out.
The error is normal with standard deviation hypot(floor, slope x roughness); maximum likelihood.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import rasterio
from scipy.optimize import minimize

from vedette.ground import Terrain


def main() -> None:
    with rasterio.open(sys.argv[1]) as dem:
        bounds, metres = dem.bounds, dem.read(1).astype(np.float32)
    terrain = Terrain(metres, bounds.left, bounds.bottom, bounds.right, bounds.top)
    rows = pd.read_csv(sys.argv[2])
    rows = rows[rows.dem_m.notna() & (rows.src_geom == "geonames") & rows.in_theatre]
    lat, lon = rows.lat.to_numpy(), rows.lon.to_numpy()
    error = rows.dem_m.to_numpy() - terrain.at(lat, lon)
    rough = terrain.at(lat, lon, terrain.roughness)
    fine = np.isfinite(error) & (np.abs(error) < 400)  # a few positions are of another village
    error, rough = error[fine], rough[fine]

    def surprise(p: np.ndarray) -> float:
        sd = np.hypot(p[0], p[1] * rough)
        return float(np.mean(np.log(sd) + (error / sd) ** 2 / 2))

    found = minimize(surprise, np.array([8.0, 0.5]), method="Nelder-Mead").x
    print(f"{len(error)} heights, {terrain.resolution}: floor {found[0]:.1f} m, {found[1]:.2f} per metre of roughness")
    for part in np.array_split(np.argsort(rough), 8):
        said = np.hypot(found[0], found[1] * rough[part])
        was, told = (float(np.sqrt((x**2).mean())) for x in (error[part], said))
        print(f"  roughness {rough[part].mean():5.0f} m: error {was:4.0f} m, said {told:4.0f} m")


if __name__ == "__main__":
    main()
