"""Calls per second to a local Appwrite: the SDK's own client and ours, taking turns in one run."""

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from appwrite.client import Client

from infra.deploy import definitions, schema, settings
from infra.deploy.server import connect
from infra.local.services import service
from infra.local.stack import ROOT
from shared.transport import AppwriteClient, pooled_session
from tests.benchmarks.part import Found, Goal, Options, markdown

PATH = "/tablesdb/certificates/tables/templates/rows/bench"
_CALLS, _ROUNDS = 300, 5


def measure(options: Options) -> dict[str, Any]:
    """Medians over some rounds, by client and number of threads."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--data", folder, "--port", "0", "--project", "p"]
        with service("appwrite", arguments, {}, Path(folder) / "log") as endpoint:
            key = (Path(folder) / "api-key").read_text().strip()
            _prepare(endpoint, key)
            clients = {"SDK 27's client": _plain(endpoint, key), "pooled client": _pooled(endpoint, key)}
            rates: dict[str, dict[str, list[float]]] = {name: {"1": [], "8": []} for name in clients}
            for _ in range(_ROUNDS):
                for name, client in clients.items():
                    for threads, measured in rates[name].items():
                        measured.append(_rate(partial(client.call, "get", PATH), _CALLS, int(threads)))
    return {name: {threads: statistics.median(each) for threads, each in by.items()} for name, by in rates.items()}


def table(found: Found) -> str:
    rows = [(name, f"{rate['1']:.0f}", f"{rate['8']:.0f}") for name, rate in found.items()]
    return "## Calls to Appwrite\n\n" + markdown(("Client", "calls/s, 1 thread", "calls/s, 8 threads"), rows)


def goals(found: Found) -> list[Goal]:
    return []


def _rate(call: Callable[[], object], calls: int, threads: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(call) for _ in range(calls)]:
            done.result()
    return calls / (time.perf_counter() - start)


def _prepare(endpoint: str, key: str) -> None:
    target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
    with connect(target) as server:
        schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), lambda _: None)
        path = "/tablesdb/certificates/tables/templates/rows"
        server.post(path, rowId="bench", data={"course_id": "c", "html": "<p>bench</p>"})


def _plain(endpoint: str, key: str) -> Client:
    client = Client().set_endpoint(endpoint).set_project("p").set_key(key)
    return client.add_header("x-appwrite-project", "p")


def _pooled(endpoint: str, key: str) -> Client:
    client = AppwriteClient(endpoint, "p", pooled_session())
    client.set_key(key)
    return client
