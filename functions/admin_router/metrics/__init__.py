"""How the backend is doing: the action `METRICS`, and `GET /metrics` for Prometheus."""
