"""Published texts, and what they state.

In: the bytes of a page, PDF, feed or text file. Out: `Report`, the story alone with its
original outlet and date, and `Statement`, who says what about which place and day, each
with the words it rests on. Nothing here judges who is right.
"""

from vedette.reports.documents import LARGEST_FILE, reports_in
from vedette.reports.gazetteer import Gazetteer, plain_name
from vedette.reports.language_model import ModelReader, ReadingCost, compare_readings
from vedette.reports.parser import ready_to_read
from vedette.reports.reader import read_text, read_texts
from vedette.reports.report import Report
from vedette.reports.statement import KINDS, Mention, Statement
from vedette.reports.syndication import Copy, copies_among

__all__ = [
    "KINDS",
    "LARGEST_FILE",
    "Copy",
    "Gazetteer",
    "Mention",
    "ModelReader",
    "ReadingCost",
    "Report",
    "Statement",
    "compare_readings",
    "copies_among",
    "plain_name",
    "read_text",
    "read_texts",
    "ready_to_read",
    "reports_in",
]
