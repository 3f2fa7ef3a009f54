"""Draw the pictures of the documentation site: `make docs` runs this before it builds the pages."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image

from vedette.briefing.map import draw_maps
from vedette.briefing.pdf import document_pages
from vedette.workflows import Study, brief

DAY = date(2020, 11, 6)
WIDTH = 1000


def main(folder: Path) -> None:
    """Write `map.webp` and `document.webp`."""
    study = Study.of(as_of=DAY)
    content = brief(replace(study, eve=True))
    png = draw_maps(content.map).png
    keep(png, folder / "map.webp")
    keep(document_pages(content, png, study.case.attribution)[0], folder / "document.webp")


def keep(png: bytes, path: Path) -> None:
    """A picture as wide as a page of the site."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    width = min(WIDTH, picture.width)
    picture.resize((width, picture.height * width // picture.width), Image.Resampling.LANCZOS).save(
        path, format="webp", quality=80, method=6
    )
    print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
