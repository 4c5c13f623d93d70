"""The registry of actions and the one way to run them: find, authorise, validate, run. In that order, so that
strangers learn nothing of our schemas."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.access import Rule, find_jwt, identify, public
from shared.context import Ctx
from shared.errors import BadRequest, InvalidPayload, MethodNotAllowed, UnknownAction
from shared.runtime import Request, Response


class Payload(BaseModel):
    """What an action takes; spaces around text are forgiven, unknown fields too (portals send more than we read)."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)


class Result(BaseModel):
    """What an action answers, as `data`; the `pagination` of a list is told beside it too."""

    model_config = ConfigDict(frozen=True)


class ActionAlreadyRegistered(Exception):
    """Two actions can't share a name."""


Run = Callable[[Ctx, Any], Result]
F = TypeVar("F", bound=Callable[..., Result])


@dataclass(frozen=True)
class Action:
    name: str
    allow: Rule
    payload: type[Payload]
    result: type[Result]
    run: Run


class Actions:
    """A table of actions by name."""

    def __init__(self, *tables: "Actions") -> None:
        self._actions: dict[str, Action] = {}
        for table in tables:
            for action in table:
                self._add(action)

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def __call__(self, *names: str, allow: Rule) -> Callable[[F], F]:
        """Register the decorated `(ctx, payload) -> Result` under `names`; `allow` has no default on purpose."""

        def register(run: F) -> F:
            hints = get_type_hints(run)
            for name in names:
                self._add(Action(name, allow, hints["payload"], hints["return"], run))
            return run

        return register

    def handle(self, request: Request) -> Response:
        """Run the action that `request` names."""
        if request.method != "POST":
            raise MethodNotAllowed
        body = request.json()
        action = self._find(body)
        request.log.note(action=action.name)
        ctx = _authorise(action, Ctx.from_request(request), request, body)
        payload = _validate(action, body.get("payload"))
        result = action.run(ctx, payload)
        data = result.model_dump(mode="json")
        return Response(data, pagination=data.get("pagination"))

    def _add(self, action: Action) -> None:
        if action.name in self._actions:
            raise ActionAlreadyRegistered(action.name)
        self._actions[action.name] = action

    def _find(self, body: Mapping[str, Any]) -> Action:
        name = body.get("action")
        if not isinstance(name, str):
            raise BadRequest('The body must be {"action": "...", "payload": {...}}.')
        try:
            return self._actions[name]
        except KeyError:
            raise UnknownAction(f"There is no action {name[:80]!r}.") from None


def _authorise(action: Action, ctx: Ctx, request: Request, body: dict[str, Any]) -> Ctx:
    jwt = None if action.allow is public else find_jwt(request, body)
    caller = identify(ctx.keyless(), jwt) if jwt else None
    action.allow(caller)
    return replace(ctx, caller=caller)


def _validate(action: Action, payload: Any) -> Payload:
    try:
        return action.payload.model_validate({} if payload is None else payload)
    except ValidationError as error:
        raise invalid_payload(error) from None


def invalid_payload(error: ValidationError) -> InvalidPayload:
    """Each bad field by its path, with what is wrong; never with what was typed, which may be a password."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    fields = {".".join(map(str, problem["loc"])) or "payload": problem["msg"] for problem in problems}
    first, reason = next(iter(fields.items()))
    return InvalidPayload(f"{first}: {reason}", fields=fields)
