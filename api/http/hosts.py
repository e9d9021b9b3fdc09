"""In: the headers and the address of a caller. Out: the name it called, its network, whether it is this machine."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from api.http.settings import LOOPBACK_HOSTS, Settings, is_loopback

FORWARDING: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_local(request: Request, settings: Settings) -> bool:
    """Tell whether a caller is on this machine beyond doubt.

    It is only where nothing speaks against it: the connection comes from loopback, no proxy has added a header, the
    name that was called is a loopback name (a page on the web can make its own name point here), and no page of another
    origin stands behind it.
    """
    headers = request.headers
    origin = headers.get("origin")
    return (
        request.client is not None
        and is_loopback(request.client.host)
        and not any(name in headers for name in FORWARDING)
        and host_name(headers.get("host", "")) in LOOPBACK_HOSTS
        and (origin is None or origin in settings.origins or origin == f"http://{headers.get('host')}")
        and (headers.get("sec-fetch-site", "none") in ("none", "same-origin") or origin in settings.origins)
    )


def host_name(header: str) -> str:
    """Take the name out of a Host header; empty where it has none.

    >>> [host_name(one) for one in ("LocalHost:8000", "[::1]:80", "a.example", "[")]
    ['localhost', '[::1]', 'a.example', '']
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def network(address: str) -> str:
    """Take the network of an IPv6 address: its owner has more addresses in it than can be counted by.

    >>> [network(one) for one in ("10.0.0.1", "2001:db8::1:2", "::ffff:10.0.0.1")]
    ['10.0.0.1', '2001:db8::/64', '10.0.0.1']
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
