"""Words as search knows them: Latin letters and digits, whatever the script, no accents, no capitals."""

from __future__ import annotations

import re

__all__ = ["words_of"]

MOST_WORDS = 20_000
"""Different words of one text that can be searched for; no honest report has so many."""

LONGEST_WORD = 40
"""Characters of a word that count."""


def words_of(text: str) -> list[str]:
    """The different words of a text, sorted: "Шуша" and "Shusha" are one."""
    plain = text
    if not text.isascii():
        from anyascii import anyascii

        plain = str(anyascii(text))
    found = {word[:LONGEST_WORD] for word in re.findall(r"[a-z0-9]+", plain.casefold())}
    return sorted(found)[:MOST_WORDS]
