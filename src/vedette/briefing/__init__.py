"""The briefing: one page, its map and charts, and the sentences on it.

In: results of the stages as plain data. Out: bytes of HTML, PNG, GeoJSON, CSV. Touches no file and no socket.
"""

from vedette.briefing.admiralty import admiralty_letter
from vedette.briefing.content import (
    SIDE_COLORS,
    Arrival,
    BaseLayers,
    Briefing,
    Change,
    ClaimLine,
    Dispute,
    MapContent,
    News,
    Outlook,
    PlaceStory,
    RecordLine,
    Road,
    Shift,
    SideLook,
    SupplyLine,
)
from vedette.briefing.sentences import (
    arrival_sentence,
    change_sentence,
    day,
    delay_sentence,
    dispute_sentence,
    holder_sentence,
    news_sentence,
    odds_words,
    rest_sentence,
    shift_sentence,
    supply_sentence,
)
from vedette.briefing.words import certainty_word, counted, percent, the, verb

__all__ = [
    "SIDE_COLORS",
    "Arrival",
    "BaseLayers",
    "Briefing",
    "Change",
    "ClaimLine",
    "Dispute",
    "MapContent",
    "News",
    "Outlook",
    "PlaceStory",
    "RecordLine",
    "Road",
    "Shift",
    "SideLook",
    "SupplyLine",
    "admiralty_letter",
    "arrival_sentence",
    "certainty_word",
    "change_sentence",
    "counted",
    "day",
    "delay_sentence",
    "dispute_sentence",
    "holder_sentence",
    "news_sentence",
    "odds_words",
    "percent",
    "rest_sentence",
    "shift_sentence",
    "supply_sentence",
    "the",
    "verb",
]
