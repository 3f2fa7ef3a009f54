"""What control means on the ground: who can still be supplied, from where, and where the front runs.

In: joint draws of control (`Belief`), routes, places. Out: probabilities over the same
draws. Nothing here re-estimates who holds what.
"""

from vedette.situation._state_kernels import CUT, UNDER_FIRE
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
from vedette.situation.watch import RANGE_KM, Watch, watch_over

__all__ = [
    "CUT",
    "MEANING",
    "RANGE_KM",
    "UNDER_FIRE",
    "Cells",
    "DaySituation",
    "FrontLine",
    "FrontPair",
    "Hearsay",
    "Network",
    "Pattern",
    "PatternWatch",
    "RouteStatement",
    "Spell",
    "Theatre",
    "Watch",
    "cells_of",
    "front_line",
    "front_pairs",
    "gatekeepers_of",
    "hear",
    "network_of",
    "side_balance",
    "supply_sources",
    "watch_over",
    "ways_needed",
]
