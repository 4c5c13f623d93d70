"""Calls per second to a local Appwrite: the SDK's own client and ours, taking turns in one run.

`python -m tests.benchmarks.transport` prints a Markdown table of medians over some rounds.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from appwrite.client import Client

from infra.deploy import definitions, schema, settings
from infra.deploy.server import connect
from infra.local.services import service
from infra.local.stack import ROOT
from shared.transport import AppwriteClient, pooled_session

PATH = "/tablesdb/certificates/tables/templates/rows/bench"


def main() -> None:
    """Start a stand-in, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--data", folder, "--port", "0", "--project", "p"]
        with service("appwrite", options, {}, Path(folder) / "log") as endpoint:
            key = (Path(folder) / "api-key").read_text().strip()
            _prepare(endpoint, key)
            clients = {"SDK 27's client": _plain(endpoint, key), "pooled client": _pooled(endpoint, key)}
            print(_table(clients, arguments.calls, arguments.rounds))


def _table(clients: Mapping[str, Client], calls: int, rounds: int) -> str:
    rates: dict[tuple[str, int], list[float]] = {(name, threads): [] for name in clients for threads in (1, 8)}
    for _ in range(rounds):
        for (name, threads), measured in rates.items():
            measured.append(_rate(partial(clients[name].call, "get", PATH), calls, threads))
    lines = ["| Client | calls/s, 1 thread | calls/s, 8 threads |", "|---|---|---|"]
    lines += [
        f"| {name} | {statistics.median(rates[name, 1]):.0f} | {statistics.median(rates[name, 8]):.0f} |"
        for name in clients
    ]
    return "\n".join(lines)


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


if __name__ == "__main__":
    main()
