"""Who may ask, and what a browser may do with the answer."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_SECURITY_POLICY", "Guard", "is_loopback"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""Nothing from elsewhere, no inline script or style, in nobody's frame; blob: is for pictures the map draws itself."""

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}

LONGEST_QUERY = 2_000
"""Characters of an address: no question of ours is longer."""

LONGEST_BODY = 64_000
"""Bytes of a question or a decision: a scenario of a hundred changes is a tenth of that."""

_COOKIE = "vedette_token"
_CHANGING = ("POST", "DELETE")
_CHANGEABLE = ("/api/what-if", "/api/review")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host by that name."""
    name = host.strip("[]").casefold()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets through requests to a name we go by, with the token where one is set; marks every answer.

    The name is checked because a page elsewhere may have its own name resolve to this machine. A token comes as
    `Authorization: Bearer`, as a cookie, or once as `?token=`, which is traded for the cookie. There may be a second
    token, that of reviewers: who holds it may read as well, and `may_review` of such a request is true. Where no
    token is set, whoever reaches us is on this machine and may do both.

    What changes something has to be JSON from a page of ours, or from no page at all: browsers say which page asks.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], token: str = "", review_token: str = "") -> None:
        self.app = app
        self.hosts = frozenset(h.strip("[]").casefold() for h in hosts)
        self.token = token
        self.review_token = review_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                return
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store" if self.token else "no-cache"
            await send(message)

        refused = self._refuse(scope)
        await (refused or self.app)(scope, _at_most(LONGEST_BODY, receive), marked)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        changes = scope["method"] in _CHANGING and scope["path"].startswith(_CHANGEABLE)
        if scope["method"] not in ("GET", "HEAD") and not changes:
            return PlainTextResponse("Nothing here can be changed: ask with GET.", 405, {"Allow": "GET, HEAD"})
        if len(scope["query_string"]) + len(scope["path"]) > LONGEST_QUERY:
            return PlainTextResponse("The address is too long.", 414)
        if "*" not in self.hosts and _name(headers.get("host", "")) not in self.hosts:
            return PlainTextResponse("This server does not go by that name. Use the address it was started with.", 421)
        if changes and (why := _from_elsewhere(scope["method"], headers)):
            return PlainTextResponse(why[1], why[0])
        scope["may_review"] = not self.token
        if not self.token:
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is not None and self._right(given) and scope["method"] in ("GET", "HEAD"):
            rest = urlencode([(k, v) for k, v in query if k != "token"])
            # Never to `//elsewhere`, which a browser would take for another machine.
            home = "/" + scope["path"].lstrip("/\\")
            answer = RedirectResponse(f"{home}?{rest}" if rest else home, 303)
            answer.set_cookie(_COOKIE, given, httponly=True, samesite="strict", path="/")
            return answer
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        shown = bearer.strip() if scheme.casefold() == "bearer" else _cookie(headers)
        if self._right(shown):
            scope["may_review"] = self._reviews(shown)
            return None
        return PlainTextResponse(
            "A token is needed. Open the address that `vedette serve` printed, with its ?token=, once.",
            401,
            {"WWW-Authenticate": "Bearer"},
        )

    def _right(self, token: str) -> bool:
        reads = hmac.compare_digest(token.encode(), self.token.encode())
        return self._reviews(token) or reads

    def _reviews(self, token: str) -> bool:
        return bool(self.review_token) and hmac.compare_digest(token.encode(), self.review_token.encode())


def _from_elsewhere(method: str, headers: Headers) -> tuple[int, str] | None:
    """Why a request that changes something may be another page's doing, with the status that says so.

    A form of another page cannot send JSON, and a script of another page must ask first with OPTIONS, which is
    refused; `Origin` and `Sec-Fetch-Site` are written by the browser, never by a page.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        return 413, f"That is longer than {LONGEST_BODY:,} bytes."
    if method == "POST" and kind != "application/json":
        return 415, "Send JSON, as application/json."
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
    ours = origin is None or origin.partition("://")[2].casefold() == headers.get("host", "").casefold()
    if not ours or site not in ("same-origin", "none"):
        return 403, "This was asked by a page of another site. Use the page of this server."
    return None


def _at_most(most: int, receive: Receive) -> Receive:
    """What is received, up to `most` bytes: beyond, the sender counts as gone."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > most else message

    return limited


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].casefold()
    return host.rpartition(":")[0].casefold() if host.rpartition(":")[2].isdigit() and ":" in host else host.casefold()


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""
