"""The console and the portal as the functions serve them: what they load, what they may do, and what they hold."""

import json
import re
from string import Formatter

import pytest

from functions.admin_router.main import main as admin_main
from functions.sop_router.main import main as sop_main
from tests.functions.backend import Main
from tests.functions.pages import (
    ENDPOINT,
    KEY,
    LANGUAGES,
    PROJECT,
    SECRETS,
    everything,
    fetch,
    folder,
    imported,
    set_up,
    views,
)

pytestmark = pytest.mark.parametrize("main", [admin_main, sop_main], ids=["console", "portal"])

WHOLE = 150_000


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)


def test_the_page_says_where_appwrite_is_and_is_kept_nowhere(main: Main) -> None:
    page = fetch(main)
    assert (page.status, page.headers["content-type"]) == (200, "text/html")
    assert f'data-endpoint="{ENDPOINT}" data-project="{PROJECT}"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-robots-tag"] == "noindex"


def test_the_policy_allows_this_address_and_appwrites_and_nothing_in_the_page(main: Main) -> None:
    page = fetch(main)
    policy = dict(each.strip().split(" ", 1) for each in page.headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob: https://appwrite.example",
        "font-src": "'self'",
        "connect-src": "'self' https://appwrite.example",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script>|<script(?! type=\"module\" src=)", page.text)


def test_the_policy_names_an_appwrite_with_a_port(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", "http://127.0.0.1:8080/v1")
    policy = fetch(main).headers["content-security-policy"]
    assert "connect-src 'self' http://127.0.0.1:8080;" in policy


def test_what_the_environment_says_can_be_no_markup(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPWRITE_FUNCTION_PROJECT_ID", '"><script>alert(1)</script>')
    assert "<script>" not in fetch(main).text


def test_every_file_is_served_below_one_hash_and_kept_for_ever(main: Main) -> None:
    page = fetch(main)
    assert re.fullmatch(r"/assets/[0-9a-f]{20}", folder(page))
    types = {"css": "text/css", "js": "text/javascript", "json": "application/json"}
    for path, got in everything(main).items():
        if path != "/":
            assert path.startswith(f"{folder(page)}/")
            assert (got.status, got.headers["content-type"]) == (200, types[path.rpartition(".")[2]])
            assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert got.headers["x-content-type-options"] == "nosniff"


def test_every_script_that_another_imports_is_there(main: Main) -> None:
    assert {path: got.status for path, got in everything(main).items() if got.status != 200} == {}


def test_the_page_names_what_it_begins_with_and_nothing_that_is_for_later(main: Main) -> None:
    named = {path.rpartition("/")[2] for path in fetch(main).files if path.endswith(".js")}
    assert named == needed_by("app.js", scripts_of(main))


@pytest.mark.parametrize(
    "path",
    [
        "/assets",
        "/assets/",
        "/assets/app.js",
        "/assets/00000000000000000000/app.js",
        "{folder}",
        "{folder}/",
        "{folder}/nothing.js",
        "{folder}/APP.JS",
        "{folder}/../app.js",
        "{folder}/x/app.js",
        "{folder}/routes.py",
        "{folder}/../../routes.py",
        "{folder}/%2e%2e/routes.py",
    ],
)
def test_what_is_no_file_of_the_page_is_not_found_and_not_kept(main: Main, path: str) -> None:
    got = fetch(main, path.format(folder=folder(fetch(main))))
    assert (got.status, json.loads(got.content)["error"]["code"]) == (404, "NOT_FOUND")
    assert "immutable" not in got.headers.get("cache-control", "")


def test_head_is_answered_as_get(main: Main) -> None:
    for path in ("/", fetch(main).files[0]):
        got, asked = fetch(main, path), fetch(main, path, "HEAD")
        assert (asked.status, asked.headers) == (got.status, got.headers)


@pytest.mark.parametrize(("method", "path"), [("GET", "/other"), ("PUT", "/"), ("DELETE", "/assets/x/app.js")])
def test_all_else_is_an_action_as_before(main: Main, method: str, path: str) -> None:
    got = fetch(main, path, method)
    assert (got.status, json.loads(got.content)["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_nothing_that_a_browser_gets_holds_a_secret(main: Main) -> None:
    everywhere = "".join(got.text + got.logs + json.dumps(got.headers) for got in everything(main).values())
    assert [secret for secret in [*SECRETS.values(), KEY] if secret in everywhere] == []


def test_each_page_is_light(main: Main) -> None:
    all_of_it = {path.rpartition("/")[2]: got for path, got in everything(main).items()}
    scripts = scripts_of(main)
    for group, view in views(scripts["app.js"]):
        needed = {"", "style.css"} | needed_by("app.js", scripts) | needed_by(view, scripts)
        for language in LANGUAGES:
            read = {f"{language}.json"} | ({f"{group}-{language}.json"} if group else set())
            weight = sum(len(all_of_it[name].content) for name in needed | read)
            assert weight < WHOLE, (view, language)


def scripts_of(main: Main) -> dict[str, str]:
    return {path.rpartition("/")[2]: got.text for path, got in everything(main).items() if path.endswith(".js")}


def needed_by(name: str, scripts: dict[str, str], how: str = "at once") -> set[str]:
    """The script itself, and all that it can't begin without, or that it imports later."""
    found, waiting = {name}, [name]
    while waiting:
        more = imported(scripts[waiting.pop()], how) - found
        found |= more
        waiting += more
    return found


def test_nothing_is_loaded_from_elsewhere_and_no_text_is_read_as_markup(main: Main) -> None:
    for path, got in everything(main).items():
        loaded = re.findall(r'@import|url\(|(?:src|href|from|import\()\s*=?\s*"https?:', got.text)
        assert loaded == [], path
        assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", got.text)


def words(main: Main, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(fetch(main, f"{folder(fetch(main))}/{name}.json").content)
    return found


def test_both_languages_have_the_same_words_with_the_same_gaps(main: Main) -> None:
    same: set[str] = set()
    for prefix in ["", *(f"{group}-" for group in groups_of(main))]:
        english, hindi = words(main, f"{prefix}en"), words(main, f"{prefix}hi")
        assert english.keys() == hindi.keys()
        assert {key: _gaps(text) for key, text in english.items()} == {key: _gaps(text) for key, text in hindi.items()}
        same |= {key for key, text in english.items() if text == hindi[key]}
    assert same <= {"overview.unknown"}


def groups_of(main: Main) -> set[str]:
    return {group for group, _ in views(scripts_of(main)["app.js"]) if group}


def _gaps(text: object) -> set[str | None]:
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}


def test_every_word_that_a_script_names_is_there_when_it_runs(main: Main) -> None:
    scripts = scripts_of(main)
    of_all = words(main, "en").keys()
    for group, view in views(scripts["app.js"]):
        text = "".join(scripts[name] for name in needed_by(view, scripts, how="at once|later"))
        named = set(re.findall(r'\b(?:t|section)\("([\w.]+)"', text))
        assert len(named) > 10
        assert named <= of_all | (words(main, f"{group}-en").keys() if group else set()), view


def test_the_log_says_what_was_served_in_one_line(main: Main) -> None:
    page = fetch(main, "/?userId=5f&secret=of-a-mail")
    assert '"action": "page"' in page.logs
    assert "of-a-mail" not in page.logs
    assert '"action": "asset"' in fetch(main, page.files[0]).logs
