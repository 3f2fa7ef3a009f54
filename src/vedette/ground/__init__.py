"""What does not change during a war: sides, days, places, the routes between them, who is whose neighbour.

In: plain columns, already read. Out: frozen objects that check themselves once. No files, no clock, no chance.
"""

from vedette.ground.days import Days
from vedette.ground.gazetteer import is_height, kind_of, merge_namesakes, place_ids
from vedette.ground.geodesy import (
    COMPASS,
    bearing_degrees,
    compass_point,
    distance_km,
    pairs_within,
    project_km,
    unproject_km,
)
from vedette.ground.neighbours import MAX_NEIGHBOURS, Neighbours, neighbours_of
from vedette.ground.places import Places, fold_name
from vedette.ground.road_network import SPEEDS, DrawnRoutes, RoadLines, RoadNetwork, draw_routes, network_of_lines
from vedette.ground.routes import RoutePaths, Routes
from vedette.ground.sides import CONTESTED, MOST_SIDES, THIRD, Side, Sides
from vedette.ground.terrain import Heights, Sight, Terrain, sight_lines

__all__ = [
    "COMPASS",
    "CONTESTED",
    "MAX_NEIGHBOURS",
    "MOST_SIDES",
    "SPEEDS",
    "THIRD",
    "Days",
    "DrawnRoutes",
    "Heights",
    "Neighbours",
    "Places",
    "RoadLines",
    "RoadNetwork",
    "RoutePaths",
    "Routes",
    "Side",
    "Sides",
    "Sight",
    "Terrain",
    "bearing_degrees",
    "compass_point",
    "distance_km",
    "draw_routes",
    "fold_name",
    "is_height",
    "kind_of",
    "merge_namesakes",
    "neighbours_of",
    "network_of_lines",
    "pairs_within",
    "place_ids",
    "project_km",
    "sight_lines",
    "unproject_km",
]
