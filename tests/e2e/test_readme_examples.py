"""The routers' READMEs: every action stands there, and every example works as it stands, in its order."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import requests

from infra.local import loopback
from infra.local.stack import ROOT, Stack
from scripts.api_docs import ROUTERS
from scripts.callers import Appwrite

#: Seconds until the worker has done what an example builds on.
PATIENCE = 60
#: What stands for a field of an answer before.
_KEPT = {"EVENT_ID": "webhook_event_id", "CERTIFICATE_NUMBER": "certificate_number"}

Example = tuple[str, dict[str, Any]]


def readme(router: str) -> str:
    return (ROOT / "functions" / router / "README.md").read_text(encoding="utf-8")


def examples(router: str) -> Iterator[Example]:
    """Who is asked, and with what: lines such as `admin '{"action": …}'` or `graphy complete '{…}'`."""
    for block in re.findall(r"```bash\n(.*?)```", readme(router), re.DOTALL):
        for asked, body in re.findall(r"^(admin|sop|graphy \w+) '(\{.*\})'$", block, re.MULTILINE):
            yield asked, json.loads(body.replace("'\\''", "'"))


@pytest.mark.parametrize("router", ROUTERS)
def test_every_action_is_in_the_table_and_among_the_examples(router: str) -> None:
    actions = json.loads((ROOT / "functions" / router / "actions.json").read_text(encoding="utf-8"))["actions"].keys()
    assert set(re.findall(r"^\| `([A-Z_]+|health)` \|", readme(router), re.MULTILINE)) == actions
    called = {body.get("action") for asked, body in examples(router) if not asked.startswith("graphy")}
    assert called >= actions


@pytest.mark.slow
def test_every_example_works(local_stack: Stack) -> None:
    """The SOP's examples go on where the admin's end; each is tried until the worker has done what it needs."""
    with loopback.session() as session:
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, local_stack.services.appwrite, local_stack.project)
        callers = {
            "admin": _caller(session, local_stack.addresses["admin_router"]),
            "sop": _caller(session, local_stack.addresses["sop_router"]),
        }
        jwts = {"admin": appwrite.log_in(local_stack.admin_email, local_stack.admin_password)}
        kept = dict.fromkeys(_KEPT, "")
        for asked, body in [example for router in ROUTERS for example in examples(router)]:
            if asked.startswith("graphy "):
                url = f"{local_stack.services.graphy}/_control/{asked.removeprefix('graphy ')}"
                session.post(url, json=body, timeout=30).raise_for_status()
                continue
            if asked not in jwts:
                jwts[asked] = appwrite.log_in("sop@acme.example", "correct horse")
            text = json.dumps(body)
            for name, value in kept.items():
                text = text.replace(name, value)
            data = _try(callers[asked], jwts[asked], json.loads(text))
            kept |= {name: data[field] for name, field in _KEPT.items() if field in data}


def _caller(session: requests.Session, address: str) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    def call(jwt: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = session.post(
            address, json=body, headers={"authorization": f"Bearer {jwt}"}, timeout=60
        ).json()
        return answer

    return call


def _try(call: Callable[[str, Mapping[str, Any]], dict[str, Any]], jwt: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The `data` of the answer, once it is a good one."""
    until = time.monotonic() + PATIENCE
    while not (answer := call(jwt, body))["ok"]:
        assert time.monotonic() < until, (body, answer)
        time.sleep(0.5)
    data: dict[str, Any] = answer["data"]
    return data
