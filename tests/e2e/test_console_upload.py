"""An admin uploads learners: each row's fate before anything is written, then how far enrolment is."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from infra.local.stack import Stack
from tests.e2e.browsing import at_console, grave_findings, scrolls_sideways
from tests.e2e.company import Company
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

HEADER = "NAME, Email ,Organization-Website"
FITS = ("New learner", "")
EMPTY_NAME = ("Can't be used", "Name: it is empty.")
NO_WEBSITE = ("Can't be used", "Organisation: this is no website. Write it as example.com.")
UNKNOWN = ("Unknown organisation", "There is no organisation with this website.")
ARCHIVED = ("Archived organisation", "This organisation is archived and takes no learners.")


def mail(reason: str) -> tuple[str, str]:
    return "Can't be used", reason


#: A row as it stands in the file, and what is said of it; `{w}` is the organisation's website.
ROWS = [
    ("Asha Rao,asha@{w},{w}", FITS),
    (",b@{w},{w}", EMPTY_NAME),
    ("   ,c@{w},{w}", EMPTY_NAME),
    ("No At,no-at.example,{w}", mail("E-mail: An email address must have an @-sign.")),
    ("No Address,,{w}", mail("must have an @-sign")),
    ("Inner Space,a b@{w},{w}", mail("SPACE")),
    ("Two Signs,a@@{w},{w}", mail("invalid characters: '@'")),
    ("No Dot,a@localhost,{w}", mail("should have a period")),
    ("Dot First,.a@{w},{w}", mail("cannot start with a period")),
    ("Two Dots,a..b@{w},{w}", mail("cannot have two periods in a row")),
    ("Dot Last,a@{w}.,{w}", mail("cannot end with a period")),
    ("Brackets,<a@{w}>,{w}", mail("angle brackets")),
    ("Display Name,Ana Lima <a@{w}>,{w}", mail("angle brackets")),
    ("Two Addresses,a@{w};b@{w},{w}", mail("invalid characters")),
    ("Full Width,\uff21\uff2e\uff21@{w},{w}", mail("Internationalized characters")),
    ("Accent,zo\u00eb@{w},{w}", mail("Internationalized characters")),
    ("Hyphen,a@-x.example,{w}", mail("hyphen immediately after the @-sign")),
    ("Link,mailto:a@{w},{w}", mail("':'")),
    ("Underscore,a@x_y.example,{w}", mail("'_'")),
    ("Number,a@[127.0.0.1],{w}", mail("bracketed IP address")),
    ("Unseen,a@x.\u200bexample,{w}", mail("ZERO WIDTH SPACE")),
    ('Quoted,"""a b""@{w}",{w}', mail("Quoting")),
    (f"Long Label,a@{'x' * 64}.example,{{w}}", mail("too many")),
    ("Shouting,SHOUTING@{W},{W}", FITS),
    ("  Spaces   Around ,  spaces@{w}  ,  {w} ", FITS),
    ("International,idn@b\u00fccher.example,{w}", FITS),
    ('"Oke, Ben",ben@{w},{w}', FITS),
    ("Oke, Ben,ben2@{w},{w}", ("Can't be used", "There are more cells than columns")),
    ('"Anna ""Ann"" Lee",anna@{w},{w}', FITS),
    ('"=HYPERLINK(""http://x.example"")",formula@{w},{w}', FITS),
    ("+919812345678,phone@{w},{w}", FITS),
    ('"Line\r\nBreak",line@{w},{w}', FITS),
    ("Bell\x07,bell@{w},{w}", ("Can't be used", "Name: The name holds control characters.")),
    ("Lost \ufffd,lost@{w},{w}", ("Can't be used", "characters that were lost when the file was saved")),
    (f"{'x' * 256},long@{{w}},{{w}}", ("Can't be used", "longer than 255 characters")),
    (f"{'y' * 255},fits@{{w}},{{w}}", FITS),
    ("Asha Again,asha@{w},{w}", ("Twice in the file", "Stands in row 2 already.")),
    ("Asha Loud,ASHA@{W},{w}", ("Twice in the file", "Stands in row 2 already.")),
    ("No Site,no-site@{w},", NO_WEBSITE),
    ("One Word,word@{w},acme", NO_WEBSITE),
    ("Number Site,number@{w},192.168.0.1", NO_WEBSITE),
    ("Whole Link,link@{w},https://www.{w}/about?x=1", FITS),
    ("Mail As Site,site@{w},info@{w}", FITS),
    ("Nobody Knows,nobody@{w},unknown-{w}", UNKNOWN),
    ("Put Away,away@{w},archived-{w}", ARCHIVED),
    ("Elsewhere,elsewhere@{w},{w}", ("Other organisation", "Belongs to other-{w}.")),
    ("Known,known@{w},{w}", ("Known, new to the course", "")),
    ("Other Name,already@{w},{w}", ("In the course already", "The learner keeps the name 'Already There'.")),
    ("Short", mail("must have an @-sign")),
    ("\u0905\u0928\u0940\u0924\u093e,anita@{w},{w}", FITS),
    ("More Commas,commas@{w},{w},,,", FITS),
    ("<b>Bold</b>,bold@{w},{w}", FITS),
    ("+Plus,+plus@{w},{w}", FITS),
]


def at_upload(page: Page, stack: Stack) -> None:
    console = at_console(page, stack).signs_in(stack.admin_email, stack.admin_password).sees("Overview")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Learners").click()
    console.sees("Learners")
    page.get_by_role("link", name="Upload learners").first.click()
    console.sees("Upload learners")


def a_file(text: str | bytes, name: str = "learners.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode() if isinstance(text, str) else text}


def known_people(company: Company) -> None:
    """Another organisation with a learner, an archived one, a learner of another course, one of this course."""
    call, website = company.job.admin.call, company.client.website
    for word in ("other", "archived"):
        site = f"{word}-{website}"
        call("ADD_ORGANIZATION", website=site, name=word, sop_email=f"sop@{site}", sop_password="a long password")
    call("DELETE_ORGANIZATION", website=f"archived-{website}", archive=True)
    other = f"other-{company.job.course_id}"
    call("CREATE_COURSE", course_id=other, name="Other course", template_name="classic")
    rows = f"Elsewhere,elsewhere@{website},other-{website}\nKnown,known@{website},{website}"
    call("UPLOAD_LEARNERS_CSV", course_id=other, csv_data=f"{HEADER}\n{rows}")
    rows = f"Already There,already@{website},{website}"
    call("UPLOAD_LEARNERS_CSV", course_id=company.job.course_id, csv_data=f"{HEADER}\n{rows}")


def shown(page: Page) -> list[tuple[int, str, str]]:
    """Row, fate and reason as the table has them."""
    every = page.locator("tbody tr").evaluate_all(
        "all => all.map(({cells}) => [cells[0].innerText, ...cells[1].innerText.split('\\n').concat('').slice(0, 2)])"
    )
    return [(int(row), fate, why) for row, fate, why in every]


def test_each_of_forty_kinds_of_rows_is_told_its_fate_and_the_good_ones_get_enrolled(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page, tmp_path: Path
) -> None:
    company = new_company("acme")
    known_people(company)
    website = company.client.website
    lines = [row.format(w=website, W=website.upper()) for row, _ in ROWS]
    text = "\r\n".join([HEADER, lines[0], "", *lines[1:], "", ""])
    (path := tmp_path / "forty.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    page.on("filechooser", lambda chooser: chooser.set_files(path))
    at_upload(page, local_stack)
    page.get_by_label("Course").select_option(label=company.job.course_name)
    page.get_by_role("button", name="Download a sample").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Drop a CSV file here, or choose one")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What would happen with forty.csv")).to_be_visible()

    told = shown(page)
    assert [row for row, _, _ in told] == [2, *range(4, len(ROWS) + 3)]
    for (row, fate, why), (line, (expected, part)) in zip(told, ROWS, strict=True):
        assert (fate, part.format(w=website) in why) == (expected, True), (row, line, fate, why)
    expect(page.get_by_text("idn@xn--bcher-kva.example")).to_be_visible()
    expect(page.get_by_text("Bell⟨0007⟩")).to_be_visible()
    assert page.locator("tbody b").count() == 0
    keep(page, "console-upload")
    assert grave_findings(page) == []

    problems = [
        told for told in told if told[1] not in {"New learner", "Known, new to the course", "In the course already"}
    ]
    page.get_by_role("button", name=f"Problems ({len(problems)})").click()
    assert shown(page) == problems
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download the {len(problems)} rows with problems").click()
    assert download.value.suggested_filename == "problems-forty.csv"
    saved = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert [(int(each["row"]), each["fate"], each["reason"]) for each in saved] == problems
    page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(page)
    keep(page, "console-upload-phone")

    added = len([fate for _, fate, _ in told if fate in {"New learner", "Known, new to the course"}])
    page.get_by_role("button", name=f"Add {added} learners").click()
    expect(page.get_by_text(f"{added} learners were added.")).to_be_visible()
    expect(page.get_by_text(f"All {added + 1} learners of {company.job.course_name} are enrolled.")).to_be_visible(
        timeout=60_000
    )
    keep(page, "console-enrolment-phone")
    page.reload()
    expect(page.get_by_text(f"All {added + 1} learners of {company.job.course_name} are enrolled.")).to_be_visible()
    assert page.get_by_role("progressbar").get_attribute("value") == str(added + 1)
    assert grave_findings(page) == []


#: What can't be a file of learners, and what is said of it.
WRONG_FILES: list[tuple[str | bytes, str]] = [
    (b"", "is empty"),
    (b"PK\x03\x04rest", "is a workbook, not a CSV"),
    (b"%PDF-1.7", "is no text"),
    (b"name,email\x00,x", "is no text"),
    (b"\xef\xbb\xbfname,\xff\xff", "does not fit its own encoding"),
    (b"x" * 2_000_001, "is the limit. Split it"),
    ("Full name,Mail\nx,y\n", "Missing: name, email, organization_website. It holds: Full name, Mail."),
    ("name,email,organization_website,Name\n", "names the column “name” more than once"),
    ('name,email,organization_website\n"Asha,x\n', "Line 2 can't be read"),
    ("name,email,organization_website\n\n", "There are no rows below the first one"),
    ("name,email,organization_website\n" + "x,,\n" * 5001, "more than 5,000 rows"),
]


def test_a_file_that_is_none_is_told_why_and_a_failing_function_loses_nothing_of_a_good_one(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    company = new_company("hooli")
    website, job = company.client.website, company.job
    at_upload(page, local_stack)
    page.goto(f"{local_stack.addresses['admin_router']}#/learners/upload?course_id={job.course_id}")
    expect(page.get_by_label("Course")).to_have_value(job.course_id)
    field = page.get_by_label("Drop a CSV file here, or choose one")
    for content, said in WRONG_FILES:
        field.set_input_files(a_file(content))
        expect(page.get_by_role("alert")).to_contain_text(said)

    fail_on(page, local_stack, {"VALIDATE_CSV": 3, "UPLOAD_LEARNERS_CSV": 1})
    rows = [f"Zoë {number};zoe{number}@{website};{'new-' if number > 448 else ''}{website}" for number in range(450)]
    drop(page, "\n".join(["name;email;organization_website", *rows]).encode("cp1252"))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Something went wrong on the server.", timeout=15_000)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("was read as Windows-1252")).to_be_visible()
    expect(page.get_by_role("cell", name="Zoë 7", exact=True)).to_be_visible()
    for drawn in (200, 400, 450):
        expect(page.locator("tbody tr")).to_have_count(drawn)
        if drawn < 450:
            page.get_by_role("button", name=re.compile("^Show .* more of")).click()

    page.get_by_role("link", name=f"Add new-{website}").click()
    expect(page.get_by_label("Organisation's website")).to_have_value(f"new-{website}")
    job.admin.call("ADD_ORGANIZATION", website=f"new-{website}", name="New", sop_email=f"sop@{website}")
    page.go_back()
    page.get_by_role("button", name="Add 450 learners").click()
    expect(alert).to_contain_text("doing it twice is doing it once")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("450 learners were added.")).to_be_visible()


def fail_on(page: Page, stack: Stack, failures: dict[str, int]) -> None:
    """So many answers of these actions are none of the function's."""

    def answer(route: Route) -> None:
        action = json.loads(route.request.post_data or "{}").get("action")
        if failures.get(action, 0):
            failures[action] -= 1
            route.fulfill(status=503, body="down")
        else:
            route.continue_()

    page.route(stack.addresses["admin_router"], answer)


def drop(page: Page, content: bytes) -> None:
    """As from a folder."""
    script = """bytes => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], "dropped.csv", { type: "text/csv" }));
        return transfer;
    }"""
    transfer = page.evaluate_handle(script, list(content))
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})
