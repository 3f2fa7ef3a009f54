"""The server itself: on this machine alone unless told otherwise, and then with a token."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence

import uvicorn

from vedette.errors import BriefingError
from vedette.web.app import make_app
from vedette.web.desk import Desk
from vedette.web.guard import is_loopback
from vedette.workflows import Study

__all__ = ["serve"]

AT_ONCE = 200
"""Requests under way at one time; more get status 503."""


def serve(
    study: Study,
    *,
    host: str = "127.0.0.1",
    port: int = 8350,
    names: Sequence[str] = (),
    ready: Callable[[str, bool], None],
) -> None:
    """Serve a case until interrupted. `ready` is told the address, and whether a token is needed.

    `names` are further names the machine is reached by. The token is that of the environment's VEDETTE_TOKEN, or
    a new one.
    """
    open_to_others = not is_loopback(host)
    token = (os.environ.get("VEDETTE_TOKEN") or secrets.token_urlsafe(24)) if open_to_others else ""
    if token and len(token) < 16:
        raise BriefingError(
            f"VEDETTE_TOKEN has {len(token)} characters, and a token that short can be guessed. Give it 16 or more, "
            "or unset it and one is made."
        )
    anywhere = host in ("0.0.0.0", "::", "")  # noqa: S104 -- compared, not bound to
    hosts = ["*"] if anywhere and not names else [host, "localhost", "127.0.0.1", "::1", *names]
    desk = Desk(study)
    app = make_app(desk, hosts=hosts, token=token)
    shown = f"[{host}]" if ":" in host else host
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
    ready(f"http://{shown}:{port}/" + (f"?token={token}" if token else ""), bool(token))
    desk.begin()
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
