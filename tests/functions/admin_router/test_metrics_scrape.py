"""Prometheus reads the same figures as admins, if it brings the token."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from functions.admin_router.main import main
from functions.admin_router.metrics import metrics
from functions.admin_router.metrics.kept import Kept
from tests.functions.admin_router import metrics_world
from tests.functions.admin_router.calls import counted
from tests.functions.admin_router.scraping import TOKEN, scrape
from tests.functions.backend import Backend, execute

PREFIX = "certificate_backend_"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    monkeypatch.setattr(metrics, "_kept", Kept(60))


@pytest.fixture(scope="module")
def world(backend: Backend) -> Backend:
    metrics_world.make(backend)
    return backend


def samples(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert (family.type, bool(family.documentation)) == ("gauge", True), family.name
        for sample in family.samples:
            key = sample.name.removeprefix(PREFIX), tuple(sorted(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def test_the_token_opens_the_figures_as_prometheus_text(world: Backend) -> None:
    answer = scrape(world)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    assert all(line.startswith(("# HELP ", "# TYPE ", PREFIX)) for line in answer.text.splitlines())


def test_each_figure_of_the_action_is_a_sample(world: Backend) -> None:
    shown, found = world.ask_admin("METRICS").data, samples(scrape(world).text)

    def by(name: str, label: str) -> dict[str, float]:
        return {
            labels[0][1]: value for (family, labels), value in found.items() if family == name and labels[0][0] == label
        }

    assert by("certificates", "state") == shown["certificates"]
    assert found["success_ratio", ()] == shown["success_ratio"]
    delay = shown["completion_to_delivery"]
    assert by("completion_to_delivery_seconds", "quantile") == {
        "0.5": delay["p50_seconds"],
        "0.95": delay["p95_seconds"],
    }
    queues = shown["queues"].items()
    assert by("queue_length", "kind") == {kind: queue["length"] for kind, queue in queues}
    assert by("queue_age_seconds", "kind") == {kind: queue["oldest_age_seconds"] for kind, queue in queues}
    completions = dict(shown["completions"])
    assert found["completions_last_24_hours", ()] == completions.pop("last_24_hours")
    assert found["last_completion_age_seconds", ()] == completions.pop("last_age_seconds")
    assert by("completions", "status") == completions
    assert {labels: value for (name, labels), value in found.items() if name == "mails"} == {
        (("outcome", each["outcome"]), ("provider", each["provider"] or "none")): each["count"]
        for each in shown["mails"]
    }
    refused = {"failed": shown["graphy"]["enrollments_failed"], "waiting": shown["graphy"]["enrollments_waiting"]}
    assert by("graphy_enrollments", "state") == refused
    assert by("look_ups_today", "outcome") == shown["look_ups_today"]
    latency = shown["database"]
    assert by("database_seconds", "quantile") == {"0.5": latency["p50_seconds"], "0.95": latency["p95_seconds"]}
    assert found["scrape_calls", ()] == shown["calls"]
    assert found["scrape_seconds", ()] == shown["took_seconds"]


def test_what_is_not_known_is_left_out(world: Backend) -> None:
    """The stand-in has no functions here, so nothing is known of executions."""
    names = {name for name, _ in samples(scrape(world).text)}
    assert names.isdisjoint({"webhook_seconds", "worker_last_pass_age_seconds", "worker_passes"})


def test_without_a_token_nobody_may_ask(world: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "")
    for authorization in (None, "Bearer ", f"Bearer {TOKEN}"):
        assert scrape(world, authorization).status == 404


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer ",
        TOKEN,
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer käse \udce9",
    ],
)
def test_a_wrong_token_is_refused_before_anything_is_read(world: Backend, authorization: str | None) -> None:
    with counted() as calls:
        answer = scrape(world, authorization)
    assert (answer.status, calls.count()) == (401, 0)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text


def test_an_admins_jwt_is_no_token(world: Backend) -> None:
    assert scrape(world, f"Bearer {world.admin.jwt}").status == 401


@pytest.mark.parametrize(("method", "path"), [("GET", "/other"), ("GET", "/metrics/all"), ("PUT", "/metrics")])
def test_all_else_is_an_action_called_with_post(world: Backend, method: str, path: str) -> None:
    assert execute(main, b"", {"x-appwrite-key": world.key}, method, path).error["code"] == "METHOD_NOT_ALLOWED"


def test_a_database_that_is_down_fails_the_scrape(world: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_kept", Kept(0))
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", "http://127.0.0.1:9/v1")
    answer = scrape(world)
    assert answer.status == 503
    assert "127.0.0.1" not in answer.text
