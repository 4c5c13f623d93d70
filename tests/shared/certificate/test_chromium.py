"""A real Chromium: what it prints, what it is kept from, and that it never outlives anything."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import shared
from shared.certificate.chromium import Chromium, find_browser
from shared.certificate.press import Limits, Metadata, Press, RendererUnavailable, TemplateRejected
from tests.shared.certificate import chromes, pdfs
from tests.shared.certificate.conftest import Web
from tests.shared.certificate.renderers import is_gone, until

pytestmark = chromes.needs_chromium

ROOT = Path(shared.__file__).parents[1]
#: Also the sanitiser lets it through.
HANGING = "<div style='columns:2'>" * 40 + "x<p>y" * 200


@pytest.fixture(scope="module")
def describer() -> Iterator[Press]:
    with Press() as press:
        yield press


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def chromium(describer: Press) -> Iterator[Chromium]:
    chromium = Chromium(describer.describe, Limits(print_seconds=20), program=find_browser(""))
    yield chromium
    chromium.close()


class Own:
    """A browser that a test may hurt, with the process that drives it and all that it has started."""

    def __init__(self, chromium: Chromium, metadata: Metadata) -> None:
        before = chromes.drivers()
        self._chromium, self._metadata = chromium, metadata
        assert self.text("<p>warm") == "warm"
        (self.driver,) = chromes.drivers() - before
        self.browser = chromes.browser(self.driver)
        self.processes = chromes.group(self.driver)

    def text(self, page: str) -> str:
        return pdfs.text(self._chromium.render(page, self._metadata))


@pytest.fixture
def own(describer: Press, temporary: Path, metadata: Metadata) -> Iterator[Own]:
    chromium = Chromium(describer.describe, Limits(print_seconds=4), program=find_browser(""))
    own = Own(chromium, metadata)
    yield own
    chromium.close()
    until(lambda: all(map(is_gone, own.processes)))
    assert chromes.profiles(temporary) == []


def test_the_first_page_is_printed_a4_landscape_with_our_fonts_and_metadata(
    chromium: Chromium, metadata: Metadata
) -> None:
    page = "<p style='font-family:Arial'>Anaïs मीरा</p><p style='page-break-before:always'>second"
    reader = pdfs.read(pdf := chromium.render(page, metadata))
    assert len(reader.pages) == 1
    assert [round(float(edge)) for edge in reader.pages[0].mediabox[2:]] == [842, 595]
    assert "Anaïs" in pdfs.text(pdf)
    assert {name.partition("-")[0] for name in pdfs.fonts(pdf)} == {"NotoSans", "NotoSansDevanagari"}
    assert reader.metadata is not None
    assert reader.metadata.title == metadata.title
    assert reader.metadata.author == metadata.author
    assert reader.metadata.subject == metadata.subject
    assert str(reader.metadata["/Keywords"]) == metadata.keywords
    assert reader.metadata.creation_date == metadata.issued_at
    assert reader.metadata.modification_date == metadata.issued_at
    assert b"HeadlessChrome" not in pdf


def test_a_page_s_own_size_is_heeded(chromium: Chromium, metadata: Metadata) -> None:
    pdf = chromium.render("<style>@page { size: A5 portrait }</style>x", metadata)
    assert [round(float(edge)) for edge in pdfs.read(pdf).pages[0].mediabox[2:]] == [420, 595]


def test_equal_input_gives_equal_bytes_also_from_another_browser(
    chromium: Chromium, classic: str, describer: Press, values: dict[str, str], metadata: Metadata
) -> None:
    page = describer.page(classic, values)
    printed = chromium.render(page, metadata)
    chromium.close()
    assert chromium.render(page, metadata) == printed


def test_what_plutoprint_leaves_out_is_drawn(chromium: Chromium, metadata: Metadata) -> None:
    plain = chromium.render("<div style='width:9em'><p>a<p>b</div>", metadata)
    assert chromium.render("<div style='width:9em;display:grid;grid:auto/1fr 1fr'><p>a<p>b</div>", metadata) != plain


HOSTILE = [
    "<img src={0}/img>",
    "<style>@import '{0}/css'; body {{ background: url({0}/bg) }}</style>",
    "<style>@font-face {{ font-family: x; src: url({0}/font) }} p {{ font-family: x }}</style><p>x",
    "<link rel=stylesheet href={0}/css><link rel=preload as=image href={0}/pre><link rel=icon href={0}/icon>",
    "<link rel=dns-prefetch href={0}><link rel=preconnect href={0}><link rel=prefetch href={0}/fetch>",
    "<iframe src={0}/frame></iframe><iframe srcdoc='<img src={0}/inner>'></iframe>",
    "<object data={0}/object></object><embed src={0}/embed><video src={0}/video autoplay></video>",
    "<meta http-equiv=refresh content='0;url={0}/refresh'>",
    "<svg><image href={0}/image /><use href='{0}/use#a' /></svg>",
    "<script>fetch('{0}/script'); new WebSocket('{0}/ws'.replace('http', 'ws'))</script>",
    "<img src=x onerror=\"new Image().src='{0}/handler'\"><body onload=\"location='{0}/load'\">",
    "<base href={0}/><img src=base>",
    "<form id=f action={0}/form><input autofocus onfocus=f.submit()></form>",
]


@pytest.mark.parametrize("page", HOSTILE)
def test_nothing_is_fetched_even_if_a_page_was_not_sanitised(
    page: str, chromium: Chromium, metadata: Metadata, web: Web
) -> None:
    assert chromium.render(page.format(web.address), metadata)
    assert web.asked == []


@pytest.mark.parametrize(
    "page",
    [
        "<iframe src='{0}'></iframe>",
        "<object data='{0}' type='text/plain'></object><embed src='{0}'>",
        "<meta http-equiv=refresh content='0;url={0}'>",
        "<script>location = '{0}'</script>",
        "<link rel=stylesheet href='{0}'><style>@import '{0}';</style>",
    ],
)
def test_no_file_is_read(page: str, chromium: Chromium, metadata: Metadata, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<body>opensesame<style>p::before { content: 'opensesame' }</style>")
    assert "opensesame" not in pdfs.text(chromium.render(page.format(secret.as_uri()) + "<p>x</p>", metadata))


def test_one_page_knows_nothing_of_the_one_before(chromium: Chromium, metadata: Metadata) -> None:
    chromium.render("<title>first</title><p id=a>first", metadata)
    assert pdfs.text(chromium.render("<p>second", metadata)) == "second"


def test_a_script_does_not_run(chromium: Chromium, metadata: Metadata) -> None:
    page = "<p id=a>still</p><script>for (;;) a.textContent = 'ran'</script><noscript>noscript</noscript>"
    assert "still" in pdfs.text(chromium.render(page, metadata))


def test_a_browser_killed_while_idle_is_replaced_unnoticed(own: Own) -> None:
    os.kill(own.browser, signal.SIGKILL)
    assert own.text("<p>again") == "again"


def test_a_browser_killed_in_the_middle_of_a_page_is_replaced_unnoticed(own: Own) -> None:
    os.kill(own.browser, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        printed = pool.submit(own.text, "<p>again")
        os.kill(own.browser, signal.SIGKILL)
        assert printed.result() == "again"


def test_a_driver_that_is_killed_takes_its_browser_along(own: Own) -> None:
    os.kill(own.driver, signal.SIGKILL)
    until(lambda: all(map(is_gone, own.processes)))
    assert own.text("<p>again") == "again"


def test_a_page_that_hangs_is_rejected_and_killed_and_the_next_is_printed(own: Own) -> None:
    with pytest.raises(TemplateRejected, match="took longer than 4 s") as rejected:
        own.text(HANGING)
    assert rejected.value.killed
    assert all(map(is_gone, own.processes))
    assert own.text("<p>next") == "next"


def test_a_browser_is_replaced_after_its_number_of_jobs(describer: Press, metadata: Metadata) -> None:
    before, seen = chromes.drivers(), list[int]()
    chromium = Chromium(describer.describe, Limits(jobs=1), program=find_browser(""))
    for _ in range(2):
        chromium.render("x", metadata)
        seen += chromes.drivers() - before
    chromium.close()
    assert len(set(seen)) == 2
    assert chromes.drivers() == before


ABANDONED = """
import sys
from datetime import UTC, datetime
from shared.certificate.chromium import Chromium, find_browser
from shared.certificate.press import Limits, Metadata
chromium = Chromium(lambda pdf, _: pdf, Limits(print_seconds=60), program=find_browser(""))
metadata = Metadata("", "", "", "", datetime.now(UTC))
chromium.render("x", metadata)
print("ready", flush=True)
for page in sys.stdin:
    chromium.render(page, metadata)
"""


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A browser's profile holds a socket, whose path may have 108 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("page", ["", HANGING], ids=["idle", "hung"])
def test_no_process_and_no_profile_outlives_a_killed_parent(page: str, short_folder: Path) -> None:
    boot = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{ABANDONED}"
    with subprocess.Popen(
        [sys.executable, "-I", "-c", boot],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(short_folder)},
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        (driver,) = chromes.drivers(parent.pid)
        found = chromes.group(driver)
        if page:
            parent.stdin.write(page.encode() + b"\n")
            parent.stdin.flush()
            until(lambda: chromes.group(driver) != found or chromes.is_busy(driver))
        parent.kill()
    until(lambda: all(map(is_gone, {driver, *found})))
    until(lambda: chromes.profiles(short_folder) == [])


def test_the_memory_of_a_browser_is_limited(own: Own) -> None:
    limits = Path(f"/proc/{own.browser}/limits").read_text()
    assert re.search(rf"Max data size +{1 << 30} +{1 << 30} ", limits)


def test_the_browser_sees_no_secret_of_the_worker(monkeypatch: pytest.MonkeyPatch, own: Own) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.secret")
    os.kill(own.browser, signal.SIGKILL)
    before = chromes.drivers() - {own.driver}
    own.text("<p>again")
    for driver in chromes.drivers() - before:
        for pid in {driver, *chromes.group(driver)}:
            assert b"SG.secret" not in chromes.environment(pid)


def test_a_browser_elsewhere_prints_the_same(
    chromium: Chromium, describer: Press, metadata: Metadata, own: Own, temporary: Path, web: Web
) -> None:
    (profile,) = chromes.profiles(temporary)
    port, path = (profile / "DevToolsActivePort").read_text().split()
    before = chromes.drivers()
    remote = Chromium(describer.describe, Limits(print_seconds=20), endpoint=f"ws://127.0.0.1:{port}{path}")
    page = f"<p>there</p><img src='{web.address}/x'><script src='{web.address}/y'></script>"
    printed = [remote.render(page, metadata) for _ in range(2)]
    (driver,) = chromes.drivers() - before
    assert path.encode() not in Path(f"/proc/{driver}/cmdline").read_bytes()  # it may hold a token
    remote.close()
    assert printed == [chromium.render(page, metadata)] * 2
    assert web.asked == []
    assert own.text("<p>still") == "still"


@pytest.mark.parametrize(
    "where", [{"endpoint": "ws://127.0.0.1:9/devtools/browser/x"}, {"endpoint": "nonsense"}, {"program": "/bin/false"}]
)
def test_a_browser_that_is_not_there_is_not_the_template_s_fault(
    where: dict[str, str], describer: Press, metadata: Metadata, temporary: Path
) -> None:
    chromium = Chromium(describer.describe, Limits(), **where)
    with pytest.raises(RendererUnavailable):
        chromium.render("x", metadata)
    assert chromes.profiles(temporary) == []


def test_the_program_is_found_by_name_or_path() -> None:
    assert find_browser("")
    assert find_browser(find_browser("")) == find_browser("")
    assert not find_browser("/nowhere/chromium")


def test_a_pdf_over_the_limit_is_rejected_and_the_browser_with_it(describer: Press, metadata: Metadata) -> None:
    chromium = Chromium(describer.describe, Limits(pdf_mb=0), program=find_browser(""))
    with pytest.raises(TemplateRejected, match="more than 0 MB"):
        chromium.render("x", metadata)
    chromium.close()
