"""Tables of routes: each room fills one, the application serves them all."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from infra.local.appwrite.call import Call
from infra.local.appwrite.services import Services

#: Takes `(call, services)`; answers a dict or list (JSON), bytes, None (204) or a Starlette response.
Endpoint = Callable[[Call, Services], Any] | Callable[[Call, Services], Awaitable[Any]]
E = TypeVar("E", bound=Callable[..., Any])


@dataclass(frozen=True)
class Route:
    """One method and path after `/v1`, with what it takes to be let in."""

    method: str
    path: str
    endpoint: Endpoint
    #: Any one of these will do; none at all means that the call need not even name the project.
    scopes: tuple[str, ...]
    status: int

    @property
    def is_async(self) -> bool:
        """Whether the endpoint runs on the event loop; the others run in the thread pool."""
        return inspect.iscoroutinefunction(self.endpoint)


class Routes:
    """`@routes("GET", "/users/{userId}", scopes=("users.read",))` on a function `(call, services)`."""

    def __init__(self) -> None:
        self.table: list[Route] = []

    def __call__(self, method: str, path: str, *, scopes: tuple[str, ...] = (), status: int = 200) -> Callable[[E], E]:
        """Add the decorated function to the table."""

        def add(endpoint: E) -> E:
            self.table.append(Route(method, path, endpoint, scopes, status))
            return endpoint

        return add
