"""The process behind the press: killed, stopped, hung, abandoned."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bleach
import jinja2
import markupsafe
import pytest
import tinycss2
import webencodings

import shared
from shared.certificate.press import Limits, Metadata, Press, Problem, RendererUnavailable, TemplateRejected
from tests.shared.certificate import pdfs
from tests.shared.certificate.renderers import is_gone, processor_seconds, renderers, until

ROOT = Path(shared.__file__).parents[1]
ENDLESS = "{% for a in 'x' * 99999 %}{% for b in 'x' * 99999 %}{% endfor %}{% endfor %}"
#: Work that takes a while and ends.
SLOW = "{% for a in 'x' * 3000 %}{% for b in 'x' * 9999 %}{% endfor %}{% endfor %}done"


class Bench:
    """A press of its own for each test, with limits that a test can wait for."""

    def __init__(self, press: Press, typeset: Callable[..., bytes], pid: int) -> None:
        self.press, self.typeset, self.pid = press, typeset, pid


@pytest.fixture
def bench(values: dict[str, str], metadata: Metadata) -> Iterator[Bench]:
    before = renderers()
    with Press(Limits(print_seconds=2, check_seconds=1)) as press:

        def typeset(template: str, **changed: str) -> bytes:
            return press.print(template, values | changed, metadata)

        assert press.ready()
        (pid,) = renderers() - before
        yield Bench(press, typeset, pid)


def run(code: str, *, python: str = sys.executable, root: Path = ROOT) -> str:
    """What a fresh interpreter prints that imports `shared` from `root`."""
    boot = f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"
    return subprocess.run([python, "-I", "-c", boot], check=True, capture_output=True, text=True, timeout=60).stdout


def descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def kill_when_busy(others: set[int]) -> None:
    """Kill the one renderer that is not among `others`, in the middle of its work."""
    until(lambda: any(processor_seconds(pid) > 0.6 for pid in renderers() - others))
    (pid,) = renderers() - others
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid))


def test_one_warm_process_does_job_after_job(bench: Bench) -> None:
    for _ in range(3):
        bench.typeset("{{ learner_name }}")
        assert bench.press.check("{{ learner_name }}") == []
    assert renderers() >= {bench.pid}


def test_threads_take_turns_and_each_gets_its_own_certificate(bench: Bench) -> None:
    def certificate(number: int) -> bool:
        return f"number {number}." in pdfs.text(bench.typeset("{{ learner_name }}", learner_name=f"number {number}."))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(certificate, range(40)))


def test_a_process_killed_while_idle_is_replaced_unnoticed(bench: Bench) -> None:
    os.kill(bench.pid, signal.SIGKILL)
    assert pdfs.text(bench.typeset("{{ learner_name }}")) == "Anaïs Müller"


def test_a_process_killed_in_the_middle_of_a_job_is_replaced_unnoticed(metadata: Metadata) -> None:
    before = renderers()
    with Press(Limits(print_seconds=30)) as press, ThreadPoolExecutor(1) as pool:
        assert press.ready()
        printed = pool.submit(press.print, SLOW, {}, metadata)
        kill_when_busy(before)
        assert pdfs.text(printed.result()) == "done"


def test_a_job_that_loses_a_fresh_process_too_has_a_bad_template(metadata: Metadata) -> None:
    before = renderers()
    with Press(Limits(print_seconds=30)) as press, ThreadPoolExecutor(1) as pool:
        assert press.ready()
        printed = pool.submit(press.print, ENDLESS, {}, metadata)
        kill_when_busy(before)
        kill_when_busy(before)
        with pytest.raises(TemplateRejected, match="crashed the renderer, or needed more memory than 400 MB"):
            printed.result()


def test_a_stopped_process_does_not_block_a_large_request(bench: Bench) -> None:
    os.kill(bench.pid, signal.SIGSTOP)
    pdf = bench.typeset("{{ course_name|length }}", course_name="x" * 1_000_000)
    assert pdfs.text(pdf) == "1000000"
    assert is_gone(bench.pid)


def test_a_hanging_template_is_rejected_and_the_next_job_done(bench: Bench) -> None:
    with pytest.raises(TemplateRejected, match="took longer than 2 s"):
        bench.typeset(ENDLESS)
    assert is_gone(bench.pid)
    assert pdfs.text(bench.typeset("{{ learner_name }}")) == "Anaïs Müller"


def test_a_template_that_hangs_its_check_has_that_for_its_problem(bench: Bench) -> None:
    assert bench.press.check(ENDLESS) == [Problem(None, "took longer than 1 s")]
    assert bench.press.check("{{ learner_name }}") == []


def test_the_memory_of_the_process_is_limited_and_it_leaves_no_core() -> None:
    before = renderers()
    with Press(Limits(memory_mb=300)) as press:
        assert press.check("a\n{{ 'x' * 10 ** 9 }}")[0].line == 2
        (pid,) = renderers() - before
        limits = Path(f"/proc/{pid}/limits").read_text()
    assert re.search(rf"Max address space +{300 << 20} +{300 << 20} ", limits)
    assert re.search(r"Max core file size +0 +0 ", limits)


def test_a_limit_too_small_for_the_renderer_is_not_the_template_s_fault(metadata: Metadata) -> None:
    with Press(Limits(memory_mb=64)) as press, pytest.raises(RendererUnavailable, match="failed to map"):
        press.print("a", {}, metadata)


def test_a_pdf_over_the_limit_is_rejected(values: dict[str, str], metadata: Metadata) -> None:
    with Press(Limits(pdf_mb=0)) as press, pytest.raises(TemplateRejected, match="more than 0 MB"):
        press.print("{{ learner_name }}", values, metadata)


def test_a_process_is_replaced_after_its_number_of_jobs(values: dict[str, str], metadata: Metadata) -> None:
    seen: list[int] = []
    before = renderers()
    with Press(Limits(jobs=4)) as press:  # a certificate takes two
        for _ in range(4):
            press.print("a", values, metadata)
            seen += renderers() - before
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_closing_leaves_no_process_and_no_descriptor(values: dict[str, str], metadata: Metadata) -> None:
    before, open_before = renderers(), descriptors()
    with Press(Limits(print_seconds=1)) as press:
        press.print("a", values, metadata)
        with pytest.raises(TemplateRejected):
            press.print(ENDLESS, values, metadata)
        press.print("a", values, metadata)
    assert renderers() == before
    assert descriptors() == open_before


def test_what_libraries_print_does_not_disturb_the_answers(bench: Bench) -> None:
    broken = '<img src="data:image/png;base64,AAAA">' * 500
    assert pdfs.text(bench.typeset(broken + "{{ learner_name }}")) == "Anaïs Müller"
    assert Path(f"/proc/{bench.pid}/fd/1").readlink() == Path(os.devnull)


def test_the_process_sees_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.secret")
    before = renderers()
    with Press() as press:
        press.check("a")
        (pid,) = renderers() - before
        assert b"SG.secret" not in Path(f"/proc/{pid}/environ").read_bytes()


ABANDONED = """
import sys
from datetime import UTC, datetime
from shared.certificate.press import Limits, Metadata, Press
press = Press(Limits(print_seconds=2))
assert press.ready()
print("ready", flush=True)
for template in sys.stdin:
    press.print(template, {}, Metadata("", "", "", "", datetime.now(UTC)))
"""


@pytest.mark.parametrize("template", ["", ENDLESS], ids=["idle", "hung"])
def test_no_process_outlives_a_killed_parent(template: str) -> None:
    boot = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{ABANDONED}"
    with subprocess.Popen([sys.executable, "-I", "-c", boot], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        (pid,) = renderers(parent.pid)
        if template:
            before = processor_seconds(pid)
            parent.stdin.write(template.encode() + b"\n")
            parent.stdin.flush()
            until(lambda: processor_seconds(pid) > before + 0.05)
        parent.kill()
    until(lambda: is_gone(pid))


def test_importing_the_press_loads_neither_template_engine_nor_renderer() -> None:
    code = "import shared.certificate.press; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(run(code).split())
    assert "shared" in loaded
    assert not loaded & {"jinja2", "bleach", "tinycss2", "plutoprint", "html5lib", "pydantic"}


CHECKED = """
from shared.certificate.press import Press
with Press() as press:
    print(press.check("{{ learner_name }}"), press.check("{{ nope }}")[0].line, press.ready())
"""
PRINTED = """
from datetime import UTC, datetime
from shared.certificate.press import Metadata, Press, RendererUnavailable
with Press() as press:
    try:
        press.print("a", {}, Metadata("", "", "", "", datetime.now(UTC)))
    except RendererUnavailable as error:
        print(error)
"""


def test_without_the_engine_templates_are_still_checked(tmp_path: Path) -> None:
    venv.create(tmp_path, symlinks=True)
    (site,) = tmp_path.glob("lib/python*/site-packages")
    for package in (jinja2, markupsafe, bleach, tinycss2, webencodings):
        folder = Path(str(package.__file__)).parent
        (site / folder.name).symlink_to(folder)
    python = str(tmp_path / "bin" / "python")
    assert run(CHECKED, python=python) == "[] 1 False\n"
    assert run(PRINTED, python=python) == "No module named 'plutoprint'\n"


def test_without_the_fonts_nothing_is_printed_rather_than_pages_without_text(tmp_path: Path) -> None:
    shutil.copytree(Path(shared.__file__).parent, tmp_path / "shared", ignore=shutil.ignore_patterns("fonts"))
    assert run(CHECKED, root=tmp_path) == "[] 1 False\n"
    assert run(PRINTED, root=tmp_path) == f"no fonts in {tmp_path}/shared/certificate/fonts\n"


def test_a_process_that_can_t_start_is_not_the_template_s_fault(tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns("child.py", "fonts")
    shutil.copytree(Path(shared.__file__).parent, tmp_path / "shared", ignore=left_out)
    assert run(PRINTED, root=tmp_path) == "the renderer's process does not start\n"


def test_a_press_serves_many_threads_while_one_hangs(bench: Bench) -> None:
    hung = threading.Thread(target=lambda: bench.press.check(ENDLESS))
    hung.start()
    assert pdfs.text(bench.typeset("{{ learner_name }}")) == "Anaïs Müller"
    hung.join()
