"""What is fetched from outside: public addresses only, over http or https, in measure; and one named model endpoint."""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from vedette.errors import ReportError
from vedette.reports import LARGEST_FILE

__all__ = ["Fetched", "Fetcher", "model_endpoint"]

AGENT = "vedette (reads war reports; polls no faster than every 5 minutes)"
_REDIRECTS = 5
_TIMEOUT = 30.0
_SLOWEST = 120.0
"""Seconds for one answer as a whole; a server that drips is let go."""
_PAUSE = 2.0
"""Seconds between two requests to one host."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `status` 200 with `data`, or 304 without; what the server said for the next conditional request."""

    url: str
    status: int
    data: bytes = b""
    etag: str = ""
    modified: str = ""


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, all of which must be public."""
    try:
        found = sorted({str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError) as error:
        raise ReportError(f"{host}: has no address ({error}). Check the name and the network.") from error
    for address in found:
        ip = ipaddress.ip_address(address.split("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
        if not ip.is_global or ip.is_multicast or (mapped is not None and not mapped.is_global):
            raise ReportError(
                f"{host}: is at {address}, a private or local address, and nothing is fetched from there. "
                "Save the file and read it from disk."
            )
    return found


@dataclass
class Fetcher:
    """Fetches pages and feeds; each redirect is checked again, and reached at the very address that was checked."""

    resolve: Callable[[str, int], list[str]] = public_addresses
    pause: float = _PAUSE
    _last: dict[str, float] = field(default_factory=dict)

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """One page or feed of at most 50 MB. Raises `ReportError` for anything but 200 and 304."""
        import httpx

        for _ in range(_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ReportError(f"{url[:200]}: is no http or https address, and nothing else is fetched.")
            if parts.username or parts.password:
                raise ReportError(f"{parts.hostname}: the address carries a password. Leave it out.")
            port = parts.port or (443 if parts.scheme == "https" else 80)
            address = self.resolve(parts.hostname, port)[0]
            wait = self._last.get(parts.hostname, -1e9) + self.pause - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            self._last[parts.hostname] = time.monotonic()
            shown = f"[{address}]" if ":" in address else address
            target = httpx.URL(url).copy_with(host=shown.strip("[]"), port=port)
            headers = {
                "Host": parts.netloc,
                "User-Agent": AGENT,
                "Accept": "application/rss+xml, application/atom+xml, text/html, */*;q=0.5",
                "Accept-Encoding": "gzip, deflate",
            }
            headers |= {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v}
            try:
                with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client:
                    request = client.build_request(
                        "GET", target, headers=headers, extensions={"sni_hostname": parts.hostname}
                    )
                    answer = client.send(request, stream=True)
                    try:
                        if answer.status_code in {301, 302, 303, 307, 308}:
                            url = urljoin(url, answer.headers.get("location", ""))
                            continue
                        if answer.status_code == 304:
                            return Fetched(url, 304, etag=etag, modified=modified)
                        if answer.status_code != 200:
                            after = answer.headers.get("retry-after", "")
                            raise ReportError(
                                f"{url}: answered {answer.status_code}"
                                + (f" (retry after {after[:40]})" if after else "")
                                + ". Try again later."
                            )
                        data = bytearray()
                        begun = time.monotonic()
                        for block in answer.iter_bytes():
                            data += block
                            if len(data) > LARGEST_FILE:
                                raise ReportError(f"{url}: is larger than {LARGEST_FILE >> 20} MB, and no report is.")
                            if time.monotonic() - begun > _SLOWEST:
                                raise ReportError(f"{url}: took longer than {_SLOWEST:.0f} s. Try again later.")
                        return Fetched(
                            url,
                            200,
                            bytes(data),
                            answer.headers.get("etag", ""),
                            answer.headers.get("last-modified", ""),
                        )
                    finally:
                        answer.close()
            except httpx.HTTPError as error:
                raise ReportError(
                    f"{url}: cannot be fetched ({type(error).__name__}: {str(error)[:120]}). Try again later."
                ) from error
            except (httpx.InvalidURL, ValueError) as error:
                raise ReportError(f"{url[:200]}: is no address that can be fetched ({error}). Correct it.") from error
        raise ReportError(f"{url[:200]}: redirects more than {_REDIRECTS} times. Give the address it ends at.")


def model_endpoint(
    url: str, key: str = "", *, retries: int = 3, pause: float = 2.0
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """A function that sends chat-completions requests to the endpoint the user named, and nowhere else.

    Busy and failing answers (429, 5xx, no connection) are tried again `retries` times; a
    redirect is an error, since it would carry the report elsewhere.
    """
    import httpx

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ReportError(f"{url!r} is no http or https address. Give one like http://localhost:8080/v1.")
    target = url.rstrip("/")
    if not target.endswith("/chat/completions"):
        target += "/chat/completions"

    def ask(request: Mapping[str, Any]) -> Mapping[str, Any]:
        trouble = ""
        for attempt in range(retries + 1):
            if attempt:
                time.sleep(pause * 2 ** (attempt - 1))
            try:
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                answer = httpx.post(
                    target, json=dict(request), headers=headers, timeout=300.0, follow_redirects=False, trust_env=False
                )
            except httpx.HTTPError as error:
                trouble = f"{type(error).__name__}: {str(error)[:120]}"
                continue
            if answer.status_code == 429 or answer.status_code >= 500:
                trouble = f"it answered {answer.status_code}"
                continue
            if answer.status_code != 200:
                raise ReportError(
                    f"{target}: answered {answer.status_code}: {answer.text[:200]!r}. "
                    "Check the address, the key and the model's name."
                )
            try:
                found = answer.json()
            except json.JSONDecodeError:
                found = None
            if isinstance(found, dict):
                return found
            trouble = "its answer is not JSON"
        raise ReportError(f"{target}: no answer in {retries + 1} tries ({trouble}). Check that the model runs.")

    return ask
