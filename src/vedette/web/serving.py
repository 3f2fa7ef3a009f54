"""The server itself: on this machine alone unless told otherwise, and then with a token."""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Callable, Sequence

import uvicorn

from vedette.errors import BriefingError
from vedette.web.app import make_app
from vedette.web.desk import Desk
from vedette.web.guard import is_loopback
from vedette.workflows import Study

__all__ = ["serve"]

AT_ONCE = 600
"""Connections and requests at one time; more get status 503. A browser opens up to six connections."""

LEAST_TOKEN = 16


def serve(
    study: Study,
    *,
    host: str = "127.0.0.1",
    port: int = 8350,
    names: Sequence[str] = (),
    ready: Callable[[str, str], None],
) -> None:
    """Serve a case until interrupted. `ready` is told the address, and where tokens are needed that of reviewers.

    `names` are further names the machine is reached by. Tokens are those of the environment's VEDETTE_TOKEN and
    VEDETTE_REVIEW_TOKEN, or new ones.
    """
    open_to_others = not is_loopback(host)
    token = _token("VEDETTE_TOKEN") if open_to_others else ""
    review_token = _token("VEDETTE_REVIEW_TOKEN") if open_to_others else ""
    if token and token == review_token:
        raise BriefingError(
            "VEDETTE_TOKEN and VEDETTE_REVIEW_TOKEN are the same: every reader could decide on claims. "
            "Make them differ, or unset one and it is made."
        )
    anywhere = host in ("0.0.0.0", "::", "")  # noqa: S104 -- compared, not bound to
    hosts = ["*"] if anywhere and not names else [host, "localhost", "127.0.0.1", "::1", *names]
    desk = Desk(study)
    app = make_app(desk, hosts=hosts, token=token, review_token=review_token)
    told = (names[0] if names else platform.node()) if anywhere else host  # nobody can open 0.0.0.0 from elsewhere
    shown = f"[{told}]" if ":" in told else told
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # an address may hold the token
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=16_384,
    )
    try:
        listening = config.bind_socket()
    except SystemExit as error:
        raise BriefingError(
            f"{host}, port {port}, cannot be listened on: it is taken, or not this machine's. Choose another with "
            "--port or --host; --port 0 takes any that is free."
        ) from error
    listening.listen(AT_ONCE)  # from here on visitors wait rather than fail
    port = listening.getsockname()[1]
    home = f"http://{shown}:{port}/"
    ready(*((f"{home}?token={token}", f"{home}?token={review_token}") if token else (home, "")))
    desk.begin()
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _token(name: str) -> str:
    """The token that the environment gives by that name, or a new one."""
    token = os.environ.get(name) or secrets.token_urlsafe(24)
    if len(token) < LEAST_TOKEN:
        raise BriefingError(
            f"{name} has {len(token)} characters, and a token that short can be guessed. Give it {LEAST_TOKEN} or "
            "more, or unset it and one is made."
        )
    return token
