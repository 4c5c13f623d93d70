"""`/_control/`: what a person does in Graphy's web pages, and what only a test can do.

POST /_control/products   {"products": [{"id", "title"}]}     set products up
POST /_control/complete   {"course_id"?, "emails"?}           these enrolled learners complete the course now
                          {…, "silent": true}                 without telling the webhook
                          {…, "result": {"score"?, "max_score"?, "credits"?, "grade"?}}   with this result
GET  /_control/deliveries ?limit=1000                         the hook, counts by state, the newest deliveries
POST /_control/redeliver  {"event_ids"?}                      switch the hook on, send these (or all failed) again
POST /_control/faults     {"fault", "calls"?}                 the next calls of the public API fail, or all of them
                          {…, "path"?, "retry_after"?, …}     see `faults.Fault`
POST /_control/heal       {}                                  no call fails any more
GET  /_control/calls                                          how many calls of the public API came, by path
"""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.local.graphy import deliveries, school
from infra.local.graphy.courier import Courier
from infra.local.graphy.database import Database
from infra.local.graphy.faults import Fault, Faults, Kind


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Product(_Command):
    id: str
    title: str


class _PutProducts(_Command):
    products: list[_Product]


class _Result(_Command):
    score: str | int | float | None = None
    max_score: str | int | float | None = None
    credits: str | int | float | None = None
    grade: str | int | float | None = None


class _Complete(_Command):
    course_id: str | None = None
    emails: list[str] | None = None
    silent: bool = False
    #: Of all of them; it is told with the event and with the learner's courses.
    result: _Result = _Result()


class _Redeliver(_Command):
    event_ids: list[str] | None = None


class _ArrangeFaults(_Command):
    fault: Kind
    calls: PositiveInt | None = None
    path: str = ""
    retry_after: NonNegativeInt | None = 2
    seconds: float = Field(0, ge=0, le=60)


class _Nothing(_Command):
    pass


class _Report(_Command):
    limit: NonNegativeInt = 1000


_C = TypeVar("_C", bound=_Command)


def routes(database: Database, courier: Courier, faults: Faults) -> list[Route]:
    """The controls of one Graphy."""
    return [*_school_routes(database, courier), *_fault_routes(faults)]


def _school_routes(database: Database, courier: Courier) -> list[Route]:
    def put_products(command: _PutProducts) -> dict[str, Any]:
        school.put_products(database, [(product.id, product.title) for product in command.products])
        return {"products": len(command.products)}

    def complete(command: _Complete) -> dict[str, Any]:
        emails = None if command.emails is None else frozenset(email.strip().lower() for email in command.emails)
        result = command.result.model_dump(exclude_none=True)
        return _sent(deliveries.complete(database, command.course_id, emails, result, silent=command.silent))

    def redeliver(command: _Redeliver) -> dict[str, Any]:
        return _sent(deliveries.redeliver(database, command.event_ids))

    def report(command: _Report) -> dict[str, Any]:
        return deliveries.report(database, command.limit)

    def _sent(event_ids: list[str]) -> dict[str, Any]:
        courier.send(event_ids)
        return {"event_ids": event_ids}

    return [
        _route("POST", "products", _PutProducts, put_products),
        _route("POST", "complete", _Complete, complete),
        _route("GET", "deliveries", _Report, report),
        _route("POST", "redeliver", _Redeliver, redeliver),
    ]


def _fault_routes(faults: Faults) -> list[Route]:
    def arrange_faults(command: _ArrangeFaults) -> dict[str, Any]:
        faults.arrange(Fault(command.fault, command.calls, command.path, command.retry_after, command.seconds))
        return {"fault": command.fault, "calls": command.calls}

    def heal(_: _Nothing) -> dict[str, Any]:
        faults.clear()
        return {}

    def calls(_: _Nothing) -> dict[str, Any]:
        return dict(faults.calls)

    return [
        _route("POST", "faults", _ArrangeFaults, arrange_faults),
        _route("POST", "heal", _Nothing, heal),
        _route("GET", "calls", _Nothing, calls),
    ]


def _route(method: str, name: str, model: type[_C], run: Callable[[_C], dict[str, Any]]) -> Route:
    async def handle(request: Request) -> JSONResponse:
        try:
            if method == "GET":
                command = model.model_validate(dict(request.query_params))
            else:
                command = model.model_validate_json(await request.body() or b"{}")
        except ValidationError as error:
            return JSONResponse({"problems": error.errors(include_url=False, include_context=False)}, 400)
        return JSONResponse(run(command))

    return Route(f"/_control/{name}", handle, methods=[method])
