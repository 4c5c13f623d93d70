"""The part of Graphy's public API that is played here.

`mid` and `key` are form fields on POST and query parameters on GET; there is no other way to authenticate.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.graphy import school
from infra.local.graphy.database import Database
from infra.local.graphy.errors import invalid_field, missing_field

Params = Mapping[str, str]
Answer = dict[str, Any]
Endpoint = Callable[[Database, Params], Answer]


def add_learner(database: Database, params: Params) -> Answer:
    email = _email(params)
    learner_id = school.add_learner(database, email, _required(params, "name"))
    return {"status": "success", "data": {"id": learner_id, "email": email}}


def assign(database: Database, params: Params) -> Answer:
    school.assign(database, _email(params), _required(params, "productId"))
    return {"status": "success"}


def list_learners(database: Database, params: Params) -> Answer:
    limit, skip = _page(params)
    email = _query(params).get("email")
    learners, total = school.list_learners(database, email and email.strip().lower(), limit, skip)
    data = [_learner(dict(learner)) for learner in learners]
    if params.get("courseInfo") == "true":
        data = [{**learner, "courses": _courses(database, learner["email"])} for learner in data]
    return {"data": data, "total": total, "limit": limit, "skip": skip}


def list_products(database: Database, params: Params) -> Answer:
    limit, skip = _page(params)
    products, total = school.list_products(database, limit, skip)
    return {"data": [dict(product) for product in products], "total": total, "limit": limit}


def get_product(database: Database, params: Params) -> Answer:
    return {"data": [dict(school.get_product(database, params["id"]))], "total": 1, "limit": 1}


ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("POST", "/public/v1/learners"): add_learner,
    ("POST", "/public/v1/assign"): assign,
    ("GET", "/public/v2/learners"): list_learners,
    ("GET", "/public/v1/products"): list_products,
    ("GET", "/public/v1/products/{id}"): get_product,
}


def _learner(row: Mapping[str, Any]) -> Answer:
    facts = {"id": row["id"], "email": row["email"], "name": row["name"], "mobile": "", "active": True}
    return {**facts, "created date": row["created_at"], "last login": ""}


def _courses(database: Database, email: str) -> list[Answer]:
    return [
        {
            "id": row["product_id"],
            "Title": row["title"],
            "Assigned Date": row["assigned_at"],
            "progress": 100 if row["completed_at"] else 0,
            "totalTime": 0,
            "completed": bool(row["completed_at"]),
            "course items": [],
            **json.loads(row["result"]),
        }
        for row in school.courses_of(database, email)
    ]


def _required(params: Params, name: str) -> str:
    value = params.get(name, "").strip()
    if not value:
        raise missing_field(name)
    return value


def _email(params: Params) -> str:
    email = _required(params, "email").lower()
    if "@" not in email[1:-1]:
        raise invalid_field("email")
    return email


def _query(params: Params) -> dict[str, str]:
    try:
        query = json.loads(params.get("query", "{}"))
    except json.JSONDecodeError:
        raise invalid_field("query") from None
    if not isinstance(query, dict) or not all(isinstance(value, str) for value in query.values()):
        raise invalid_field("query")
    return query


def _page(params: Params) -> tuple[int, int]:
    """Limit (1 to 100) and skip. The limits are this stand-in's: Graphy publishes none."""
    return _number(params, "limit", 20, range(1, 101)), _number(params, "skip", 0, range(2**31))


def _number(params: Params, name: str, default: int, allowed: range) -> int:
    text = params.get(name, str(default))
    if not text.isdecimal() or int(text) not in allowed:
        raise invalid_field(name)
    return int(text)
