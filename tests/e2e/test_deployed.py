"""The bundle as users get it: built from its upload, in processes of its own, called over HTTP."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from infra.deploy import definitions, functions, schema, settings
from infra.deploy.rollout import deploy
from infra.deploy.server import Server
from infra.local import loopback
from infra.local.stack import ROOT, Stack
from scripts.callers import Portal
from scripts.delivered import mailed, missing
from scripts.main_job import download_all
from tests.e2e.company import Company, ignore

pytestmark = pytest.mark.slow

FUNCTIONS = ("admin_router", "sop_router", "graphy_webhook", "certificate_worker")


def test_the_main_job_issues_stores_and_delivers_every_certificate(
    new_company: Callable[[str], Company], tmp_path: Path
) -> None:
    company = new_company("acme")
    learners = company.enroll(25)
    company.complete(learners)
    company.job.wait_until_delivered(25, ignore)
    client, appwrite = company.client, company.job.appwrite
    sop = Portal(appwrite, "sop_router", appwrite.log_in(client.sop_email, client.sop_password))
    assert len(list(download_all(sop, tmp_path, company.job.course_id))) == 25
    assert missing(company.job.states(), tmp_path, company.stack.services.mails) == []


def test_one_completion_fifty_times_in_parallel_makes_one_certificate_and_one_mail(
    new_company: Callable[[str], Company],
) -> None:
    company = new_company("globex")
    [learner] = company.enroll(1)
    event = {"course_id": company.job.course_id, "email": learner.email, "event_id": "evt"}
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: company.deliver(event), range(50)))
    assert set(answers) == {202}
    company.job.wait_until_delivered(1, ignore)
    assert len([row for row in company.rows("certificates") if row["learner_email"] == learner.email]) == 1
    assert (
        len([mail for mail in mailed(company.stack.services.mails) if mail.recipient == company.client.sop_email]) == 1
    )


def test_a_worker_killed_in_the_middle_issues_every_certificate_once(
    local_stack: Stack,
    new_company: Callable[[str], Company],
) -> None:
    company = new_company("initech")
    learners = company.enroll(30)
    company.complete(learners)
    until = time.monotonic() + 60
    while not any(row["status"] == "rendering" for row in company.rows("certificates")):
        assert time.monotonic() < until, "the worker never began"
    assert kill(local_stack, "certificate_worker") >= 1
    while (states := {state["certificate_status"] for state in company.job.states()}) - {"sent", "delivered"}:
        assert time.monotonic() < until, states
        company.let_time_pass("certificates", "deliveries", "completions", column="due_at")
        company.let_time_pass("claims", column="expires_at")
        company.kick()
        time.sleep(0.5)
    mine = [row for row in company.rows("certificates") if row["course_id"] == company.job.course_id]
    assert len(mine) == len({row["certificate_number"] for row in mine}) == 30
    sent = [mail for mail in mailed(company.stack.services.mails) if mail.recipient == company.client.sop_email]
    assert len({(mail.filename, mail.message_id) for mail in sent}) == len({mail.filename for mail in sent}) == 30


def processes_of(stack: Stack, function_id: str) -> list[Path]:
    """The `/proc` folders of a function's processes, their children included; other tests' stacks have theirs."""
    endpoint = f"APPWRITE_FUNCTION_API_ENDPOINT={stack.services.appwrite}".encode()
    marks = {f"APPWRITE_FUNCTION_ID={function_id}".encode(), endpoint}
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if marks <= set(environ.read_bytes().split(b"\0")):
                found.append(environ.parent)
    return found


def kill(stack: Stack, function_id: str) -> int:
    """kill -9 the processes of a function; answers how many there were."""
    processes = processes_of(stack, function_id)
    for process in processes:
        os.kill(int(process.name), signal.SIGKILL)
    return len(processes)


def test_a_forged_delivery_is_refused_at_the_webhooks_address(local_stack: Stack) -> None:
    with loopback.session() as session:
        answer = session.post(
            local_stack.addresses["graphy_webhook"], b'{"course_id": "x", "email": "a@b.example"}', timeout=30
        )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "INVALID_SIGNATURE"


@pytest.mark.parametrize("function_id", FUNCTIONS)
def test_laid_out_as_the_runtime_does_main_is_imported_and_shared_is_the_installed_package(
    local_stack: Stack, function_id: str
) -> None:
    [process, *_] = processes_of(local_stack, function_id)
    python = (process / "cmdline").read_bytes().split(b"\0")[0].decode()
    code = f"import function.functions.{function_id}.main as main, shared; print(main.__name__, shared.__file__)"
    done = subprocess.run(
        [python, "-c", code], cwd=(process / "cwd").readlink(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    name, path = done.stdout.split()
    assert name == f"function.functions.{function_id}.main"
    assert "site-packages" in path


@pytest.mark.parametrize("function_id", FUNCTIONS[:3])
def test_each_function_tells_its_health_at_its_own_address(local_stack: Stack, function_id: str) -> None:
    with loopback.session() as session:
        answer = session.post(local_stack.addresses[function_id], json={"action": "health"}, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["data"]["healthy"] is True


def test_nobody_but_a_server_key_can_start_the_worker(stack: Stack) -> None:
    headers = {"x-appwrite-project": stack.project}
    url = f"{stack.services.appwrite}/functions/certificate_worker/executions"
    assert requests.post(url, json={}, headers=headers, timeout=30).status_code == 401


def test_forged_platform_headers_do_not_make_an_admin(stack: Stack) -> None:
    forged = {"X-Appwrite-User-Id": "admin", "X-Appwrite-Trigger": "schedule", "X-Appwrite-Key": "x"}
    body = {"body": json.dumps({"action": "LIST_WEBHOOKS"}), "headers": forged}
    url = f"{stack.services.appwrite}/functions/admin_router/executions"
    execution = requests.post(url, json=body, headers={"x-appwrite-project": stack.project}, timeout=30).json()
    assert execution["responseStatusCode"] == 401


def test_deploying_again_changes_nothing(stack: Stack, server: Server) -> None:
    target = settings.target(settings.parse(stack.env_file), "env")
    assert schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), _hush) == []
    report = deploy(server, target, functions.load(ROOT / "infra" / "appwrite_functions.json"), ROOT, _hush)
    # Some servers refuse a function its own domain each time; it can be called through the API all the same.
    assert [change for change in report.changes if "add address" not in change] == []
    assert all(health.ok for health in report.health)


def _hush(text: str) -> None:
    """Nobody listens."""
