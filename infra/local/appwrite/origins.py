"""From which pages a browser may call the API, and where Appwrite's mails may lead: decided by the host alone.

Known hosts are the server's own, `localhost`, the project's web platforms, and the domain of a function if the request
comes from there. https://appwrite.io/docs/partners/project/platforms
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from infra.local.appwrite.compute.documents import RULES
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.project.platforms import web_hosts
from infra.local.appwrite.services import Services

UNKNOWN_ORIGIN = Fault.of("general_unknown_origin", 403, "{}")
_REGISTER = "Register your new client ({}) as a new Web platform on your project console dashboard"
_SCHEME = (
    "Invalid Scheme. The scheme used ({}) in the Origin ({}) is not supported. If you are using a custom scheme, "
    "please change it to `appwrite-callback-<PROJECT_ID>`"
)
_WEB = ("http", "https")
_NOWHERE = SplitResult("", "", "", "", "")


def is_known(services: Services, origin: str, project: str) -> bool:
    """Whether pages of this origin may call; a request that does not name the project gets its own hosts only."""
    parts = _split(origin)
    return parts.scheme in _WEB and fits(parts.hostname or "", hosts(services, origin, project))


def has_host(origin: str) -> bool:
    """Whether an origin is that of a page somewhere: files and sandboxed frames call theirs `null`."""
    return bool(_split(origin).hostname)


def hosts(services: Services, origin: str, project: str) -> list[str]:
    """The hosts known to a request from `origin`, '' for one that no browser sent."""
    own = ["localhost", _split(services.endpoint).hostname or ""]
    if project != services.settings.project:
        return own
    here = _split(origin).hostname
    with services.database.read() as tx:
        rules = [rule["domain"] for rule in RULES.find(tx, {"domain": here})] if here else []
        return [*own, *web_hosts(tx), *rules]


def fits(host: str, known: Iterable[str]) -> bool:
    """Whether the host is a known one, or lies below a known `*.`."""
    return bool(host) and any(_fits(host.lower(), one.lower()) for one in known)


def refusal(origin: str) -> Fault:
    """The answer to a page of an unknown origin."""
    parts = _split(origin)
    if not parts.scheme and not parts.hostname:
        return UNKNOWN_ORIGIN("Invalid Origin.")
    if parts.scheme not in _WEB:
        return UNKNOWN_ORIGIN(_SCHEME.format(parts.scheme, origin))
    return UNKNOWN_ORIGIN("Invalid Origin. " + _REGISTER.format(parts.hostname or ""))


def redirect_rule(url: object) -> str:
    """What is wrong with an address that Appwrite is asked to lead people to."""
    host = _split(url).hostname if isinstance(url, str) else None
    return f"Invalid URI. {_REGISTER.format(host)}" if host else "Invalid URI."


def is_redirect(url: object, known: Iterable[str]) -> bool:
    """Whether people may be led to this address."""
    parts = _split(url) if isinstance(url, str) else _NOWHERE
    return parts.scheme in _WEB and fits(parts.hostname or "", known)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # brackets that enclose no address
        return _NOWHERE


def _fits(host: str, known: str) -> bool:
    return known in {"*", host} or (known.startswith("*.") and host.endswith(known[1:]))
