"""The web map: workflows in, a page in the browser and the HTTP API it is made of out. Nothing here computes.

Nothing it serves can be changed over HTTP, and no page of it asks another machine for anything.
"""

from vedette.web.app import make_app
from vedette.web.desk import Desk
from vedette.web.serving import serve

__all__ = ["Desk", "make_app", "serve"]
