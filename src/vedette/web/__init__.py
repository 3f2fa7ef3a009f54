"""The web map: workflows in, a page in the browser and the HTTP API it is made of out. Nothing here computes.

Two things change something: a scenario is set to work, and a claim is decided on, which goes to the case's ledger. No
page asks another machine for anything.
"""

from vedette.web.app import make_app
from vedette.web.desk import Desk
from vedette.web.serving import serve

__all__ = ["Desk", "make_app", "serve"]
