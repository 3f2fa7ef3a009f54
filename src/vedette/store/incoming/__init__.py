"""Files that others made: tables, placemarks, dated control maps. Read whole, or refused with where and why."""

from vedette.store.incoming.areas import MapArea, MapAreas, areas_of_placemarks, read_map_areas
from vedette.store.incoming.placemarks import Placemark, Placemarks, read_placemarks
from vedette.store.incoming.tables import Foreign, is_control_map, read_foreign

__all__ = [
    "Foreign",
    "MapArea",
    "MapAreas",
    "Placemark",
    "Placemarks",
    "areas_of_placemarks",
    "is_control_map",
    "read_foreign",
    "read_map_areas",
    "read_placemarks",
]
