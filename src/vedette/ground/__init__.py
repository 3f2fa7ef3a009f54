"""What does not change during a war: sides, days, places, the routes between them, who is whose neighbour.

In: plain columns, already read. Out: frozen objects that check themselves once. No files, no clock, no chance.
"""

from vedette.ground.days import Days
from vedette.ground.geodesy import COMPASS, bearing_degrees, compass_point, distance_km, project_km
from vedette.ground.neighbours import MAX_NEIGHBOURS, Neighbours, neighbours_of
from vedette.ground.places import Places, fold_name
from vedette.ground.routes import Routes
from vedette.ground.sides import CONTESTED, THIRD, Side, Sides

__all__ = [
    "COMPASS",
    "CONTESTED",
    "MAX_NEIGHBOURS",
    "THIRD",
    "Days",
    "Neighbours",
    "Places",
    "Routes",
    "Side",
    "Sides",
    "bearing_degrees",
    "compass_point",
    "distance_km",
    "fold_name",
    "neighbours_of",
    "project_km",
]
