"""`context` and the module layout of open-runtimes' Python server."""

import json
from collections.abc import Callable

import pytest

from tests.conformance.functions.deployed import Function, named


def test_entry_point_is_a_module_of_function_with_relative_imports_only(echo: Function) -> None:
    found = json.loads(echo.execute("/layout")["responseBody"])
    assert found == {"module": "function.main", "relative": "helper", "plain": "helper"}


def test_environment_has_the_functions_own_and_no_key(echo: Function) -> None:
    environment = echo.echo()["environment"]
    expected = {
        "APPWRITE_FUNCTION_ID": echo.id,
        "APPWRITE_FUNCTION_NAME": "Conformance",
        "APPWRITE_FUNCTION_DEPLOYMENT": echo.show()["deploymentId"],
        "APPWRITE_FUNCTION_PROJECT_ID": echo.server.project,
        "APPWRITE_FUNCTION_RUNTIME_NAME": "Python",
        "APPWRITE_FUNCTION_RUNTIME_VERSION": "3.12",
        "APPWRITE_FUNCTION_CPUS": "0.5",
        "APPWRITE_FUNCTION_MEMORY": "512",
        "OPEN_RUNTIMES_ENTRYPOINT": "main.py",
    }
    assert {name: environment.get(name) for name in expected} == expected
    assert environment["APPWRITE_FUNCTION_API_ENDPOINT"].endswith("/v1")
    assert "APPWRITE_FUNCTION_API_KEY" not in environment


def test_query_is_decoded_before_it_is_split_but_for_an_ampersand(echo: Function) -> None:
    found = json.loads(echo.execute("/echo?a=x+y&a=%E2%9C%93&b=1%262")["responseBody"])
    assert found["query"] == {"a": "✓", "b": "1%262"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [("application/json", '{"a": 1}', {"a": 1}), ("application/json", "", {}), ("text/plain", "{}", "{}")],
)
def test_body_is_parsed_for_json_only(echo: Function, content_type: str, body: str, expected: object) -> None:
    made = echo.execute("/body", headers={"content-type": content_type}, body=body)
    assert json.loads(made["responseBody"]) == {"body": expected}


def test_body_that_is_not_the_json_it_claims_fails_without_an_answer(echo: Function) -> None:
    made = echo.execute("/body", headers={"content-type": "application/json"}, body="nope")
    assert (made["status"], made["responseStatusCode"], made["responseBody"]) == ("failed", 500, "")
    assert "JSONDecodeError" in made["errors"]


@pytest.mark.parametrize(
    ("given", "content_type"),
    [
        ({}, "text/plain; charset=utf-8"),
        ({"content-type": "text/CSV"}, "text/csv; charset=utf-8"),
        ({"Content-Type": "text/csv"}, "text/plain; charset=utf-8"),
    ],
)
def test_content_type_comes_from_the_lower_case_key_alone(
    echo: Function, given: dict[str, str], content_type: str
) -> None:
    made = echo.execute("/answer", body=json.dumps(given))
    assert named(made["responseHeaders"])["content-type"] == content_type


def test_json_writes_into_the_headers_it_was_given(echo: Function) -> None:
    found = json.loads(echo.execute("/json-headers")["responseBody"])
    assert found == {"x-mine": "1", "content-type": "application/json"}


def test_redirect_is_an_answer_like_any_other(echo: Function) -> None:
    made = echo.execute("/redirect")
    assert (made["status"], made["responseStatusCode"]) == ("completed", 301)
    assert named(made["responseHeaders"])["location"] == "https://example.org/"


def test_exception_answers_500_without_a_body_and_keeps_the_traceback(echo: Function) -> None:
    made = echo.execute("/fail")
    assert (made["status"], made["responseStatusCode"], made["responseBody"]) == ("failed", 500, "")
    assert made["errors"].startswith("Traceback (most recent call last):")
    assert "ValueError: on purpose" in made["errors"]


def test_returning_nothing_is_an_error(echo: Function) -> None:
    made = echo.execute("/none")
    assert (made["responseStatusCode"], made["responseBody"]) == (500, "")
    assert made["errors"].startswith("Return statement missing. return context.res.empty() if no response is expected.")


def test_print_is_logged_under_a_warning(echo: Function) -> None:
    warning = "Native logs detected. Use context.log() or context.error() for better experience."
    assert echo.execute("/print")["logs"] == f"{warning}native\n"


def test_code_that_cannot_be_loaded_answers_503_without_a_body(function: Callable[..., Function]) -> None:
    broken = function()
    broken.deploy({"main.py": "def main(context:\n"})
    made = broken.execute()
    assert (made["status"], made["responseStatusCode"], made["responseBody"]) == ("failed", 503, "")
    assert "SyntaxError" in made["errors"]
