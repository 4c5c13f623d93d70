import socket

import pytest

from infra.local import listening, loopback
from tests.infra.graphy.conftest import Receiver


def test_a_localhost_name_reaches_this_machine_with_its_host_header(receiver: Receiver) -> None:
    with loopback.session() as http:
        answer = http.post(receiver.url, data=b"x", timeout=10)
    headers, _ = receiver.received[0]
    assert headers["Host"] == receiver.url.removeprefix("http://").rstrip("/")
    assert answer.url == receiver.url


def test_proxies_of_the_environment_are_ignored(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with loopback.session() as http:
        assert http.post(receiver.url, data=b"x", timeout=10).status_code == 202


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = listening.port_of(other)
        with pytest.raises(SystemExit, match=rf"Cannot listen on 127\.0\.0\.1:{port}: Address already in use"):
            listening.listen(port)
