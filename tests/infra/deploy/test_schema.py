from pathlib import Path
from typing import Any

import pytest

from infra.deploy import definitions, schema
from infra.deploy.errors import DeployError, ServerError
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target
from tests.infra.appwrite.served import Served

REPOSITORY = Path(__file__).resolve().parents[3]

COLUMNS: list[dict[str, Any]] = [
    {"key": "name", "type": "string", "size": 128, "required": True},
    {"key": "body", "type": "string", "size": 65536, "required": False},
    {"key": "n", "type": "integer", "required": False, "min": 0, "max": 1000, "default": 0},
    {"key": "big", "type": "bigint", "required": False},
    {"key": "ratio", "type": "double", "required": False},
    {"key": "on", "type": "boolean", "required": False, "default": True},
    {"key": "at", "type": "datetime", "required": False},
    {
        "key": "status",
        "type": "string",
        "size": 32,
        "format": "enum",
        "elements": ["queued", "done"],
        "required": False,
        "default": "queued",
    },
    {"key": "mail", "type": "string", "size": 254, "format": "email", "required": False},
    {"key": "link", "type": "string", "size": 500, "format": "url", "required": False},
    {"key": "tags", "type": "string", "size": 20, "required": False, "array": True},
]
INDEXES: list[dict[str, Any]] = [
    {"key": "u_name", "type": "unique", "columns": ["name"]},
    {"key": "k_due", "type": "key", "columns": ["status", "at"], "orders": ["ASC", "DESC"]},
]
TABLE = {"$id": "things", "name": "Things", "permissions": [], "rowSecurity": False}
BUCKET = {
    "$id": "pdfs",
    "name": "PDFs",
    "permissions": [],
    "fileSecurity": False,
    "maximumFileSize": 10_000_000,
    "allowedFileExtensions": ["pdf"],
    "compression": "none",
    "encryption": True,
    "antivirus": True,
}
ROWS = "/tablesdb/main/tables/things/rows"


def described(
    columns: list[dict[str, Any]] = COLUMNS,
    indexes: list[dict[str, Any]] = INDEXES,
    table: dict[str, Any] = TABLE,
    bucket: dict[str, Any] = BUCKET,
) -> definitions.Schema:
    tables = [{**table, "columns": columns, "indexes": indexes}]
    parts = {"database": {"$id": "main", "name": "Main"}, "tables": tables, "buckets": [bucket]}
    return definitions.Schema.model_validate(parts)


def apply(server: Server, wanted: definitions.Schema) -> list[str]:
    said: list[str] = []
    changes = schema.apply(server, wanted, said.append)
    assert said == changes
    return changes


def changed(columns: list[dict[str, Any]], key: str, **changes: Any) -> list[dict[str, Any]]:
    return [{**column, **changes} if column["key"] == key else column for column in columns]


def test_everything_missing_is_made_and_the_second_run_has_nothing_to_do(server: Server) -> None:
    assert apply(server, described()) == ["create database main", "create table things", "create bucket pdfs"]
    assert apply(server, described()) == []
    table = server.get("/tablesdb/main/tables/things")
    assert [column["key"] for column in table["columns"]] == [column["key"] for column in COLUMNS]
    assert {part["status"] for part in (*table["columns"], *table["indexes"])} == {"available"}
    assert server.get("/storage/buckets/pdfs")["allowedFileExtensions"] == ["pdf"]


def test_missing_columns_and_indexes_are_added_and_rows_stay(server: Server) -> None:
    apply(server, described(COLUMNS[:1], []))
    server.post(ROWS, rowId="r1", data={"name": "kept"})
    changes = apply(server, described())
    assert changes == [
        *(f"add column things.{column['key']}" for column in COLUMNS[1:]),
        "add index u_name to things",
        "add index k_due to things",
    ]
    assert apply(server, described()) == []
    row = server.get(f"{ROWS}/r1")
    assert row["name"] == "kept"
    with pytest.raises(ServerError) as refusal:
        server.post(ROWS, rowId="r2", data={"name": "kept"})
    assert refusal.value.status == 409


@pytest.mark.parametrize(
    ("key", "changes", "said"),
    [
        ("name", {"size": 64}, "things.name: size is 128, not 64"),
        ("body", {"required": True}, "things.body: required is False, not True"),
        ("body", {"type": "integer", "size": None}, "things.body: type is 'string', not 'integer'"),
        ("n", {"max": 5}, "things.n: max is 1000, not 5"),
        ("big", {"min": 1}, "things.big: min is "),
        ("status", {"elements": ["queued", "failed"]}, "things.status: elements is "),
        ("mail", {"format": ""}, "things.mail: format is 'email', not ''"),
        ("tags", {"array": False}, "things.tags: array is True, not False"),
    ],
)
def test_a_column_that_differs_is_refused_with_what_to_do(
    server: Server, key: str, changes: dict[str, Any], said: str
) -> None:
    apply(server, described())
    with pytest.raises(schema.SchemaConflict) as conflict:
        schema.plan(server, described(changed(COLUMNS, key, **changes)))
    assert said in str(conflict.value)
    assert "in the Console" in str(conflict.value)
    assert schema.plan(server, described()) == []


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("name", {"size": 200}),
        ("name", {"required": False}),
        ("name", {"required": False, "default": "nobody", "size": 129}),
        ("n", {"default": 7}),
        ("n", {"default": None}),
        ("status", {"elements": ["queued", "failed", "done"]}),
    ],
)
def test_a_column_is_changed_where_no_row_suffers(server: Server, key: str, changes: dict[str, Any]) -> None:
    apply(server, described())
    before = server.post(ROWS, rowId="r1", data={"name": "kept", "n": 3})
    wanted = described(changed(COLUMNS, key, **changes))
    (change,) = apply(server, wanted)
    assert change.startswith(f"change column things.{key}: ")
    assert apply(server, wanted) == []
    row = server.get(f"{ROWS}/r1")
    assert {name: row[name] for name in ("name", "n", "status")} == {
        name: before[name] for name in ("name", "n", "status")
    }


def test_one_conflict_holds_back_every_change(server: Server) -> None:
    apply(server, described())
    with pytest.raises(schema.SchemaConflict):
        apply(server, described(changed(changed(COLUMNS, "name", size=200), "body", size=100)))
    assert schema.plan(server, described()) == []


def test_pruning_deletes_what_the_file_does_not_name_and_nothing_else(server: Server) -> None:
    apply(server, described())
    server.post("/tablesdb/main/tables", tableId="old", name="Old", columns=[], indexes=[])
    server.post(ROWS, rowId="r1", data={"name": "kept"})
    wanted = described(COLUMNS[:1], INDEXES[:1])
    deletions = schema.pruning(server, wanted)
    texts = [deletion.text for deletion in deletions]
    assert texts[0] == "DELETE index things.k_due"
    assert set(texts[1:]) == {"DELETE table old", *(f"DELETE column things.{one['key']}" for one in COLUMNS[1:])}
    schema.carry_out(server, wanted, deletions, lambda _: None)
    assert schema.pruning(server, wanted) == schema.plan(server, wanted) == []
    assert server.get(f"{ROWS}/r1")["name"] == "kept"


def test_an_empty_server_has_nothing_to_prune(server: Server) -> None:
    assert schema.pruning(server, described()) == []


def test_an_index_that_differs_is_refused_with_what_to_do(server: Server) -> None:
    apply(server, described())
    indexes = [INDEXES[0], {**INDEXES[1], "orders": ["ASC", "ASC"]}]
    with pytest.raises(schema.SchemaConflict, match=r"things, index k_due: orders .* Delete the index in the Console"):
        apply(server, described(indexes=indexes))


def test_a_new_required_column_is_refused_and_nothing_else_is_changed(server: Server) -> None:
    apply(server, described())
    new = [{"key": "extra", "type": "boolean", "required": False}, {"key": "must", "type": "boolean", "required": True}]
    with pytest.raises(schema.SchemaConflict, match=r"things\.must is new and required"):
        apply(server, described([*COLUMNS, *new]))
    keys = [column["key"] for column in server.get("/tablesdb/main/tables/things")["columns"]]
    assert keys == [column["key"] for column in COLUMNS]


def test_all_conflicts_are_told_at_once(server: Server) -> None:
    apply(server, described())
    columns = changed(changed(COLUMNS, "name", size=64), "n", max=7)
    with pytest.raises(schema.SchemaConflict, match=r"(?s)things\.name: size.*things\.n: max"):
        apply(server, described(columns))


def test_what_the_file_does_not_name_is_left_alone(server: Server) -> None:
    apply(server, described())
    assert apply(server, described(COLUMNS[:2], INDEXES[:1])) == []
    assert len(server.get("/tablesdb/main/tables/things")["columns"]) == len(COLUMNS)


def test_rights_and_names_of_a_table_are_brought_in_line(server: Server) -> None:
    apply(server, described(table={**TABLE, "permissions": ['read("any")'], "rowSecurity": True}))
    assert apply(server, described()) == ["update table things"]
    table = server.get("/tablesdb/main/tables/things")
    assert (table["$permissions"], table["rowSecurity"]) == ([], False)
    assert apply(server, described()) == []


def test_a_bucket_is_brought_in_line_with_all_its_settings(server: Server) -> None:
    apply(server, described())
    server.put("/storage/buckets/pdfs", name="PDFs", permissions=['read("any")'])
    assert apply(server, described()) == ["update bucket pdfs"]
    bucket = server.get("/storage/buckets/pdfs")
    assert bucket["$permissions"] == []
    assert (bucket["maximumFileSize"], bucket["allowedFileExtensions"]) == (10_000_000, ["pdf"])
    assert apply(server, described()) == []


def test_the_schema_of_this_repository_applies_and_again_without_changes(server: Server) -> None:
    real = definitions.load(REPOSITORY / "infra" / "appwrite_collections.json")
    assert len(apply(server, real)) == 1 + len(real.tables) + len(real.buckets)
    assert apply(server, real) == []


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "appwrite_collections.json"
    path.write_text('{"database": {"$id": "main", "name": "Main", "color": "red"}, "tables": [], "buckets": []}')
    with pytest.raises(DeployError, match=r"appwrite_collections\.json: .*\n?database\.color"):
        definitions.load(path)


def test_a_key_without_the_scope_is_told_which(appwrite: Served, target: Target) -> None:
    key = appwrite.key_with("databases.read", "tables.read", "buckets.read")
    weak = Target(target.endpoint, target.project, key, {})
    with connect(weak) as server, pytest.raises(ServerError, match=r"POST /tablesdb: .*databases\.write"):
        apply(server, described())


def test_a_server_that_is_not_there_is_said_without_the_key() -> None:
    absent = Target("http://127.0.0.1:9/v1", "p", "the-key", {})
    with connect(absent) as server, pytest.raises(ServerError, match=r"\(no answer\)") as error:
        apply(server, described())
    assert "the-key" not in str(error.value)
