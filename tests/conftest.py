"""A small war of two made-up sides, for every test that needs a case."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from vedette.store import Case, read_case

os.environ.setdefault("NUMBA_NUM_THREADS", "2")

# A kernel compiles during its first example, which says nothing about the others.
settings.register_profile("vedette", deadline=None)
settings.load_profile("vedette")

CASE_TOML = """\
name = "small"
title = "A small war"
first_day = 2031-04-01
last_day = 2031-04-20
judge = "made up by hand"
headline = ["dunmore"]

[[sides]]
id = "blue"
name = "Blue side"
aliases = ["blues"]

[[sides]]
id = "orange"
name = "Orange side"
aliases = ["oranges"]

[supply]
blue = ["norwick"]
orange = ["garth"]
"""

# West to east across open sea. Blue takes Cairn about 6 April and Dunmore about 12 April.
PLACES = """\
place_id,name,name_ru,name_hy,aliases,kind,lat,lon,elevation_m,population,district,side_at_start
norwick,Norwick,Норвик,Նորվիկ,Nordvik;Νόργουικ,city,10.30,-30.60,40,90000,West,blue
alder,Alder,Ольха,,Şalder,town,10.10,-30.45,60,8000,West,blue
brook,Brook,Ручей,,,village,10.35,-30.40,110,700,West,blue
cairn,Cairn,,Քարն,Cairn Heights,height,10.20,-30.25,640,,Middle,orange
dunmore,Dunmore,Дунмор,Դանմոր,Dún Mór;დანმორი,town,10.35,-30.15,210,12000,Middle,orange
ely,Ely,Или,,,village,10.10,-30.10,90,,East,orange
fallow,Fallow,,,,village,10.22,-29.95,80,400,East,orange
garth,Garth,Гарт,,Port Garth,city,10.30,-29.80,10,120000,East,orange
"""

ROUTES = """\
route_id,name,from_place,to_place,length_km,class,bidirectional
norwick_alder,West road,norwick,alder,29,highway,yes
norwick_brook,,norwick,brook,24,secondary,yes
alder_cairn,,alder,cairn,26,secondary,yes
brook_cairn,Hill track,brook,cairn,25,track,yes
brook_dunmore,,brook,dunmore,29,secondary,yes
cairn_dunmore,,cairn,dunmore,21,secondary,yes
cairn_ely,,cairn,ely,21,track,no
dunmore_fallow,Dunmore road,dunmore,fallow,28,highway,yes
ely_fallow,,ely,fallow,22,secondary,yes
fallow_garth,Port road,fallow,garth,20,highway,yes
"""

CLAIMS = """\
claim_id,reported_on,about_from,about_to,claimant,claimant_side,relayed_by,kind,side,place_id,route_id,polarity,degree,certainty,quantity,unit,paraphrase,source_url
a01,2031-04-02,2031-04-02,2031-04-02,Orange ministry,orange,Gazette,repulse,orange,cairn,,asserted,full,asserted,,,An attack on the heights was beaten back.,https://example.org/a01
a02,2031-04-03,2031-04-03,2031-04-03,Blue ministry,blue,,assault,blue,cairn,,asserted,partial,asserted,,,Our units fight on the slopes.,https://example.org/a02
a03,2031-04-06,2031-04-06,2031-04-06,Blue ministry,blue,Gazette,capture,blue,cairn,,asserted,full,asserted,,,"The heights are ours, ""all of them"".",https://example.org/a03
a04,2031-04-07,2031-04-06,2031-04-06,Orange ministry,orange,,capture,blue,cairn,,denied,full,asserted,,,Claims about the heights are false.,https://example.org/a04
a05,2031-04-08,2031-04-07,2031-04-08,Orange governor,orange,Herald,withdrawal,orange,cairn,,asserted,full,likely,,,The garrison left the heights.,https://example.org/a05
a06,2031-04-09,2031-04-09,2031-04-09,Observer mission,third,,fire_control,blue,,dunmore_fallow,asserted,partial,likely,,,Shells fall on the road to the east.,https://example.org/a06
a07,2031-04-10,2031-04-10,2031-04-10,Observer mission,third,,casualties,orange,dunmore,,asserted,full,likely,40,killed,Some forty dead in the town.,https://example.org/a07
a08,2031-04-12,2031-04-12,2031-04-12,Blue ministry,blue,Gazette,capture,blue,dunmore,,asserted,full,asserted,,,The town has been taken.,https://example.org/a08
a09,2031-04-12,2031-04-12,2031-04-12,Blue ministry,blue,Herald,capture,blue,dunmore,,asserted,full,asserted,,,The town has been taken.,https://example.org/a09
a10,2031-04-13,2031-04-13,2031-04-13,Orange ministry,orange,,control,orange,dunmore,,asserted,full,asserted,,,The town holds.,https://example.org/a10
a11,2031-04-14,2031-04-13,2031-04-14,Observer mission,third,,control,blue,dunmore,,asserted,full,asserted,,,The mission met only blue patrols in the town.,https://example.org/a11
a12,2031-04-15,2031-04-25,2031-04-30,Orange governor,orange,,forecast,blue,garth,,asserted,full,possible,,,"If the port road goes, so does the port.",https://example.org/a12
a13,2031-04-18,2031-04-20,2031-04-20,Observer mission,third,,ceasefire,both,fallow,,asserted,full,asserted,,,Both sides agreed to stop firing.,https://example.org/a13
a14,2031-04-24,2031-04-20,2031-04-20,Observer mission,third,,control,orange,ely,,asserted,full,asserted,,,"Ely never changed hands, the report says.",https://example.org/a14
"""

MAP = """\
place_id,side,from_date,to_date
norwick,blue,2031-04-01,2031-04-20
cairn,orange,2031-04-01,2031-04-07
cairn,blue,2031-04-08,2031-04-20
dunmore,orange,2031-04-01,2031-04-14
dunmore,blue,2031-04-15,2031-04-20
garth,orange,2031-04-01,2031-04-20
"""

OUTCOME = """\
place_id,side,from_date,to_date,confidence,basis
norwick,blue,2031-04-01,2031-04-20,high,retrieved
alder,blue,2031-04-01,2031-04-20,high,retrieved
brook,blue,2031-04-01,2031-04-20,medium,retrieved
cairn,orange,2031-04-01,2031-04-04,high,retrieved
cairn,contested,2031-04-05,2031-04-05,high,retrieved
cairn,blue,2031-04-06,2031-04-20,high,retrieved
dunmore,orange,2031-04-01,2031-04-10,medium,derived
dunmore,contested,2031-04-11,2031-04-11,medium,derived
dunmore,blue,2031-04-12,2031-04-20,medium,derived
ely,orange,2031-04-01,2031-04-20,low,retrieved
garth,orange,2031-04-01,2031-04-20,high,retrieved
"""


def small_case(folder: Path) -> Path:
    """Write the small war into `folder`, which is made if need be, and return it.

    Two sides, blue and orange; 8 places, 10 routes, 20 days, 14 claims of 4 claimants
    (one claim published after the war), the map `atlas`, an outcome without Fallow.
    """
    (folder / "maps").mkdir(parents=True, exist_ok=True)
    files = {
        "case.toml": CASE_TOML,
        "places.csv": PLACES,
        "routes.csv": ROUTES,
        "claims.csv": CLAIMS,
        "maps/atlas.csv": MAP,
        "outcome.csv": OUTCOME,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    """The small war in a folder of its own, free to be spoilt."""
    return small_case(tmp_path / "small")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The small war, read once."""
    return read_case(small_case(tmp_path_factory.mktemp("cases") / "small"))
