"""Requests to `*.localhost` names, which are this machine."""

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from infra.local.listening import HOST

#: For a session in which several people log in.
NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])


def session() -> requests.Session:
    """A session that reaches `*.localhost` names on this machine and ignores the environment's proxies."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", _LoopbackAdapter(pool_maxsize=32))
    return made


class _LoopbackAdapter(HTTPAdapter):
    """Connects `*.localhost` to 127.0.0.1 and leaves the URL and the Host header as they are.

    RFC 6761 section 6.3 gives every such name to the loopback interface, but glibc resolves `localhost` alone.
    """

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        host, options = super().build_connection_pool_key_attributes(request, verify, cert)
        if _is_local_name(str(host["host"])):
            host["host"] = HOST
        return host, options

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        request.headers.setdefault("Host", urlsplit(str(request.url)).netloc)


def _is_local_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")
