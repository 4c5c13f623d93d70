"""Graphy's errors: `{"error": {"code": N, "message": "…"}}`, under whatever HTTP status."""

from typing import Any


class GraphyError(Exception):
    """One refused call: Graphy's code, a sentence, and the HTTP status it travels under."""

    def __init__(self, code: int, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    @property
    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message}}


def bad_credentials() -> GraphyError:
    return GraphyError(1, "Invalid merchant id or key", 401)


def missing_field(name: str) -> GraphyError:
    return GraphyError(2, f"{name} is required", 400)


def invalid_field(name: str) -> GraphyError:
    return GraphyError(3, f"{name} is not valid", 400)


def unknown_learner(email: str) -> GraphyError:
    return GraphyError(4, f"No learner with email {email}", 404)


def unknown_product(product_id: str) -> GraphyError:
    return GraphyError(5, f"No product with id {product_id}", 404)


def already_assigned() -> GraphyError:
    """Under HTTP 200, as Graphy may do: a client has to look into the body."""
    return GraphyError(19, "Product already assigned to learner", 200)


def learner_exists() -> GraphyError:
    """Under HTTP 200, as Graphy may do: a client has to look into the body."""
    return GraphyError(22, "Learner already exists", 200)
