"""Attributes and indexes of collections: the columns and indexes of tables by their names before Appwrite 1.8.

https://appwrite.io/docs/references/cloud/server-rest/databases: same things, other words, and fewer scopes will do.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.errors import AppwriteError
from infra.local.appwrite.params import Params
from infra.local.appwrite.routing import Endpoint, Route, Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb import columns, indexes

READ, WRITE = ("collections.read",), ("collections.write",)
_PATHS = {"/tablesdb/": "/databases/", "/tables/{tableId}/": "/collections/{collectionId}/", "/columns": "/attributes"}
_TYPES = {"column_index_": "index_", "column_": "attribute_", "table_": "collection_"}
_WORDS = {"Column": "Attribute", "column": "attribute", "Table": "Collection", "table": "collection"}
#: A word of a message; what stands in quotes is the caller's own.
_WORD = re.compile(r"'[^']*'|\b(Column|column|Table|table)(?=s?\b)")

routes = Routes()


def _serve(route: Route) -> None:
    path = route.path
    for new, old in _PATHS.items():
        path = path.replace(new, old)
    scopes = READ if route.method == "GET" else WRITE
    routes(route.method, path, scopes=scopes, status=route.status)(_in_old_words(route.endpoint))


def _in_old_words(endpoint: Endpoint) -> Callable[[Call, Services], Any]:
    def answer(call: Call, services: Services) -> Any:
        try:
            return _answer(endpoint(replace(call, params=_new_params(call.params)), services))
        except AppwriteError as error:
            raise _error(error) from error

    return answer


def _new_params(params: Params) -> Params:
    renamed = {"tableId": params["collectionId"], "columns": params.get("attributes")}
    return Params({**params, **renamed})


def _answer(found: Any) -> Any:
    """The model of one column or index, or a list of either, with `attributes` where it says `columns`."""
    if isinstance(found, list):
        return [_answer(item) for item in found]
    if isinstance(found, dict):
        return {"attributes" if key == "columns" else key: _answer(value) for key, value in found.items()}
    return found


def _error(error: AppwriteError) -> AppwriteError:
    new = next((prefix for prefix in _TYPES if error.type.startswith(prefix)), "")
    kind = _TYPES.get(new, "") + error.type.removeprefix(new)
    message = _WORD.sub(lambda found: _WORDS.get(found[0], found[0]), error.message)
    return AppwriteError(message, error.code, kind)


for _route in (*columns.routes.table, *indexes.routes.table):
    _serve(_route)
