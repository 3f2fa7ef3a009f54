"""The briefing: one page, its map and charts, and the sentences on it.

In: results of the stages as plain data. Out: bytes of HTML, PNG, GeoJSON, CSV. Touches no file and no socket.
"""

from vedette.briefing.admiralty import admiralty_letter
from vedette.briefing.content import (
    SIDE_COLORS,
    BaseLayers,
    Briefing,
    Change,
    ClaimLine,
    Dispute,
    MapContent,
    Outlook,
    PlaceStory,
    RecordLine,
    Road,
    SideLook,
    SupplyLine,
)
from vedette.briefing.sentences import change_sentence, day, dispute_sentence, holder_sentence, supply_sentence
from vedette.briefing.words import certainty_word, counted, percent, the, verb

__all__ = [
    "SIDE_COLORS",
    "BaseLayers",
    "Briefing",
    "Change",
    "ClaimLine",
    "Dispute",
    "MapContent",
    "Outlook",
    "PlaceStory",
    "RecordLine",
    "Road",
    "SideLook",
    "SupplyLine",
    "admiralty_letter",
    "certainty_word",
    "change_sentence",
    "counted",
    "day",
    "dispute_sentence",
    "holder_sentence",
    "percent",
    "supply_sentence",
    "the",
    "verb",
]
