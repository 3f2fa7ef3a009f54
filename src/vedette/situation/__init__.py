"""What control means on the ground: who can still be supplied, from where, and where the front runs.

In: joint draws of control (`Belief`), routes, places. Out: probabilities over the same
draws. Nothing here re-estimates who holds what.
"""

from vedette.situation.assessment import DaySituation, Theatre, gatekeepers_of, ways_needed
from vedette.situation.front import (
    Cells,
    FrontLine,
    FrontPair,
    cells_of,
    front_line,
    front_pairs,
    side_balance,
)
from vedette.situation.network import Network, network_of, supply_sources
from vedette.situation.patterns import MEANING, Pattern, PatternWatch, Spell
from vedette.situation.route_claims import Hearsay, RouteStatement, hear
from vedette.situation.supply import OpenRoute, Supply, isolation, supply_of
from vedette.situation.watch import RANGE_KM, Watch, watch_over

__all__ = [
    "MEANING",
    "RANGE_KM",
    "Cells",
    "DaySituation",
    "FrontLine",
    "FrontPair",
    "Hearsay",
    "Network",
    "OpenRoute",
    "Pattern",
    "PatternWatch",
    "RouteStatement",
    "Spell",
    "Supply",
    "Theatre",
    "Watch",
    "cells_of",
    "front_line",
    "front_pairs",
    "gatekeepers_of",
    "hear",
    "isolation",
    "network_of",
    "side_balance",
    "supply_of",
    "supply_sources",
    "watch_over",
    "ways_needed",
]
