"""`GET /metrics` as Prometheus asks for it."""

from functions.admin_router.main import main
from tests.functions.backend import Backend
from tests.functions.requested import Got, request

TOKEN = "a token of the operators"


def scrape(backend: Backend, authorization: str | None = f"Bearer {TOKEN}", **asked: str) -> Got:
    headers = {"x-appwrite-key": backend.key, **({"authorization": authorization} if authorization else {})}
    return request(main, asked.get("path", "/metrics"), headers, asked.get("method", "GET"))
