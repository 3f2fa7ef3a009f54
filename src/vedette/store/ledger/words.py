"""Words as search knows them: Latin letters and digits, whatever the script, no accents, no capitals."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["words_of"]

MOST_WORDS = 20_000
"""Different words of one text that can be searched for; no honest report has so many."""

LONGEST_WORD = 40
"""Characters of a word that count."""


def words_of(text: str) -> list[str]:
    """The different words of a text, sorted: "Шуша" and "Shusha" are one."""
    if text.isascii():
        found = set(re.findall(r"[a-z0-9]+", text.lower()))
    else:
        from anyascii import anyascii

        # Words are parted before they are spelt in Latin letters: many a sign is spelt with letters too.
        parted = "".join(
            c if c.isalnum() or unicodedata.combining(c) else " " for c in unicodedata.normalize("NFKC", text)
        )
        found = {re.sub(r"[^a-z0-9]+", "", str(anyascii(word)).lower()) for word in parted.split()}
    return sorted({word[:LONGEST_WORD] for word in found if word})[:MOST_WORDS]
