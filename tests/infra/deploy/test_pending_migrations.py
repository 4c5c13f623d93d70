"""A deployment says which migrations are pending, and leaves them to a person."""

from pathlib import Path

from infra.deploy.server import Server
from infra.migrations import rows
from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project
from tests.scripts import in_process

REPOSITORY = Path(__file__).resolve().parents[3]
OLD = {"learner_id": "nobody", "course_id": "c", "organization_id": "o", "status": "enrolled"}


def deploy(project: Project) -> list[str]:
    """The lines about migrations."""
    ended = in_process.run("deploy", ["test"], project.root)
    assert (ended.returncode, ended.stderr) == (0, "")
    return [line for line in ended.stdout.splitlines() if "migrat" in line and not line.startswith("create table")]


def test_pending_migrations_are_said_and_not_run_and_a_new_project_has_none(
    appwrite: Served, server: Server, project: Project
) -> None:
    project.functions(project.describe("one"))
    project.write("infra/appwrite_collections.json", (REPOSITORY / "infra/appwrite_collections.json").read_text())
    access = f"APPWRITE_ENDPOINT={appwrite.endpoint}\nAPPWRITE_PROJECT={PROJECT}\n"
    project.write("env.test", f"{access}APPWRITE_API_KEY={appwrite.key}\nGREETING=hello\nTOKEN=s3cret\n")
    assert deploy(project) == []

    server.post(rows.path("enrollments"), rowId="old", data=OLD)
    [first, last] = deploy(project)
    assert first.startswith("migration pending: 2026-11-21 enrolments ")
    assert first.endswith(": 1 rows to look at")
    assert last == "Carry them out with: make migrate ENV=test"
    assert server.get(f"{rows.path('enrollments')}/old")["learner_name"] is None

    scopes = ("databases.write", "tables.write", "columns.write", "indexes.write", "buckets.write", "functions.write")
    reading = [scope.replace("write", "read") for scope in scopes]
    weak = appwrite.key_with(*scopes, *reading, "executions.write")
    project.write("env.test", f"{access}APPWRITE_API_KEY={weak}\nGREETING=hello\nTOKEN=s3cret\n")
    [line] = deploy(project)
    assert line.startswith("migrations: can't tell whether any are pending: ")
