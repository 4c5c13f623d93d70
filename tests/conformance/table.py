"""One table of a server, for the tests of rows."""

from typing import Any

import requests
from appwrite.services.tables_db import TablesDB

from tests.conformance.server import Server, until

COLUMNS = [
    {"key": "title", "type": "string", "size": 20, "required": True},
    {"key": "n", "type": "integer", "required": False, "min": 0, "max": 100, "default": 5},
    {"key": "f", "type": "double", "required": False},
    {"key": "b", "type": "boolean", "required": False, "default": True},
    {"key": "at", "type": "datetime", "required": False},
    {"key": "e", "type": "string", "size": 10, "format": "enum", "elements": ["a", "b"], "default": "a"},
    {"key": "mail", "type": "string", "size": 254, "format": "email", "required": False},
    {"key": "u", "type": "string", "size": 200, "format": "url", "required": False},
    {"key": "ip", "type": "string", "size": 39, "format": "ip", "required": False},
    {"key": "tags", "type": "string", "size": 30, "required": False, "array": True},
    {"key": "code", "type": "string", "size": 50, "required": False},
    {"key": "body", "type": "string", "size": 65_535, "required": False},
]
INDEXES = [
    {"key": "u_code", "type": "unique", "attributes": ["code"]},
    {"key": "t_title", "type": "fulltext", "attributes": ["title"]},
]


class Table:
    """The table, with these columns and indexes unless others are given."""

    def __init__(self, server: Server, database_id: str, table_id: str, **settings: Any) -> None:
        self.server, self.database_id, self.table_id = server, database_id, table_id
        body = {"columns": COLUMNS, "indexes": INDEXES, **settings, "tableId": table_id, "name": "Table"}
        server.http("POST", f"/tablesdb/{database_id}/tables", json=body).raise_for_status()

    @property
    def path(self) -> str:
        return f"/tablesdb/{self.database_id}/tables/{self.table_id}"

    @property
    def place(self) -> tuple[str, str]:
        """The first two arguments of the SDK's row methods."""
        return self.database_id, self.table_id

    def sdk(self, jwt: str | None = None) -> TablesDB:
        """The SDK's service."""
        return TablesDB(self.server.client(jwt))

    def http(self, method: str, path: str = "", **given: Any) -> requests.Response:
        """A plain request below the table's rows with the project's key."""
        return self.server.http(method, f"{self.path}/rows{path}", **given)

    def create(self, row_id: str, **data: Any) -> requests.Response:
        """Create a row; `title` is there anyway."""
        return self.http("POST", json={"rowId": row_id, "data": {"title": "t", **data}})

    def row(self, row_id: str) -> dict[str, Any]:
        """The row as JSON."""
        found: dict[str, Any] = self.http("GET", f"/{row_id}").json()
        return found

    def ids(self, *queries: str) -> list[str]:
        """The ids of the rows that a list with these queries gives."""
        answer = self.http("GET", params={f"queries[{place}]": query for place, query in enumerate(queries)})
        assert answer.status_code == 200, answer.text
        return [row["$id"] for row in answer.json()["rows"]]

    def add_column(self, type_name: str, **given: Any) -> tuple[int, dict[str, Any]]:
        """Ask for one more column; status and answer."""
        answer = self.server.http("POST", f"{self.path}/columns/{type_name}", json={"required": False, **given})
        return answer.status_code, answer.json()

    def wait_for(self, part: str, key: str) -> None:
        """Wait until a column or an index (`part` is `columns` or `indexes`) is available."""
        path = f"{self.path}/{part}/{key}"
        until(lambda: self.server.http("GET", path).json()["status"] == "available")
