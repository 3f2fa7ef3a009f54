"""What control means on the ground: who can still be supplied, from where, and where the front runs.

In: joint draws of control (`Belief`), routes, places. Out: probabilities over the same
draws. Nothing here re-estimates who holds what.
"""

from vedette.situation.front import FrontPair, front_pairs, side_balance
from vedette.situation.network import Network, network_of, supply_sources
from vedette.situation.supply import OpenRoute, Supply, isolation, supply_of

__all__ = [
    "FrontPair",
    "Network",
    "OpenRoute",
    "Supply",
    "front_pairs",
    "isolation",
    "network_of",
    "side_balance",
    "supply_of",
    "supply_sources",
]
