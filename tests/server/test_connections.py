"""Clients that are slow, silent, many or no HTTP clients at all, on real sockets."""

import json
import logging
import re
import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from fastapi import Response
from support.live_server import serving
from support.platforms import posix
from support.server_client import app

from chatbot.server import connections
from chatbot.server.connections import ServerConfig

HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
BIG = 30_000_000  # bytes; more than the buffers of two sockets


@contextmanager
def listening(server=None, **limits):
    """The address of a server with small limits, for `socket.create_connection`."""
    with serving(server or app(), ServerConfig, **{"seconds": 0.5, "most": 50, **limits}) as address:
        host, port = address.removeprefix("http://").split(":")
        yield host, int(port)


@contextmanager
def connected(address, count):
    """Several connections."""
    with ExitStack() as opened:
        yield [opened.enter_context(socket.create_connection(address)) for _ in range(count)]


def received(wire):
    """All that comes until the server closes."""
    wire.settimeout(10)
    pieces = []
    try:
        while piece := wire.recv(1 << 20):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def error(reply):
    """The error of a reply off the wire."""
    head, _, body = reply.partition(b"\r\n\r\n")
    found = json.loads(body)["error"]
    assert f"x-request-id: {found['request_id']}".encode() in head.lower()
    assert f"content-length: {len(body)}".encode() in head.lower()
    return found


@pytest.mark.parametrize("trickle", [b"", b"x"])
def test_a_slow_head(trickle):
    """A head that does not come to its end in time is refused, however often a piece of it comes."""
    with listening() as address, socket.create_connection(address) as wire:
        wire.sendall(HEAD + b"X-Slow: ")
        until = time.monotonic() + 3
        try:
            while trickle and time.monotonic() < until:
                wire.sendall(trickle)
                time.sleep(0.05)
        except OSError:  # the server has closed it
            return
        reply = received(wire)
        assert reply.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert error(reply)["code"] == "too_slow"


def test_a_slow_second_head():
    """A second request on a connection has the same deadline; its bytes do not put it off."""
    with listening() as address, socket.create_connection(address) as wire:
        wire.sendall(HEAD + b"\r\n")
        while b'"ok"' not in wire.recv(4096):
            pass
        wire.sendall(HEAD)
        assert received(wire).startswith(b"HTTP/1.1 408 ")


def test_silence():
    """A connection on which nothing comes is closed without a reply, before and after a request."""
    with listening() as address:
        with socket.create_connection(address) as wire:
            assert received(wire) == b""
        with socket.create_connection(address) as wire:
            wire.sendall(HEAD + b"\r\n")
            assert received(wire).endswith(b'{"status": "ok"}\n')


def test_requests_that_come_together():
    """Several requests that are sent at once are all answered."""
    with listening() as address, socket.create_connection(address) as wire:
        wire.sendall((HEAD + b"\r\n") * 3)
        assert received(wire).count(b'{"status": "ok"}') == 3


def test_who_waits_longest_makes_room():
    """However many connections are open and silent, the next client is answered."""
    with listening(most=4, seconds=30) as address, connected(address, 20) as silent:
        for wire in silent:
            wire.sendall(HEAD)
        for _ in range(3):
            assert httpx.get(f"http://{address[0]}:{address[1]}/healthz").status_code == 200
        assert [received(wire) for wire in silent[:16]] == [b""] * 16


def test_a_body_that_does_not_come_makes_room():
    """A connection whose body is missing is waited for too."""
    with listening(most=2, seconds=30) as address, connected(address, 2) as wires:
        for wire in wires:
            wire.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{")
        assert httpx.get(f"http://{address[0]}:{address[1]}/healthz").status_code == 200
        assert received(wires[0]) == b""


def test_too_many_at_work():
    """Where all connections are being answered, the next one is refused, and none is cut off."""
    server, go_on = app(), threading.Event()

    @server.get("/slow")
    def slow():
        go_on.wait(10)
        return Response("done")

    with listening(server, most=2) as address, connected(address, 2) as wires:
        for wire in wires:
            wire.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        with socket.create_connection(address) as wire:
            reply = received(wire)
        assert reply.startswith(b"HTTP/1.1 503 ")
        assert error(reply)["code"] == "busy"
        time.sleep(0.6)  # a deadline that has to do with clients does not end our own work
        go_on.set()
        assert all(received(wire).endswith(b"done") for wire in wires)


def big(server):
    """Give a server a reply that no buffer holds."""

    @server.get("/big")
    def reply():
        return Response(bytes(BIG))

    return server


def test_a_client_that_does_not_read():
    """A reply that is not taken is given up, and its memory with it."""
    with listening(big(app())) as address, socket.create_connection(address) as wire:
        wire.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(1.5)
        assert len(received(wire)) < BIG


def test_a_client_that_reads_slowly():
    """A reply that is taken in pieces, slowly but fast enough, comes whole."""
    with listening(big(app())) as address, socket.create_connection(address) as wire:
        wire.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        size = 0
        for _ in range(6):
            time.sleep(0.3)
            while size < BIG and (piece := wire.recv(1 << 16)):
                size += len(piece)
                if size % 5_000_000 < len(piece):
                    break
        assert size + len(received(wire)) > BIG


NO_HTTP = [
    b"\0\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000,
    b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
]


@pytest.mark.parametrize("sent", NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_is_no_http(sent, caplog):
    """What is no HTTP is refused in the shape of all errors, and is no error of ours."""
    with caplog.at_level(logging.INFO), listening() as address, socket.create_connection(address) as wire:
        wire.sendall(sent)
        reply = received(wire)
    assert re.match(rb"HTTP/1\.1 400 Bad Request\r\n", reply)
    assert error(reply)["code"] == "malformed"
    assert "Traceback" not in caplog.text


def test_what_is_no_http_after_the_reply(caplog):
    """A body that turns out to be malformed when its request is refused already ends the connection, quietly."""
    with caplog.at_level(logging.INFO), listening() as address, socket.create_connection(address) as wire:
        wire.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert wire.recv(4096).startswith(b"HTTP/1.1 421 ")
        wire.sendall(b"zz\r\n")
        received(wire)
    assert "Traceback" not in caplog.text


@posix
@pytest.mark.parametrize(
    ("limits", "raised", "most"),
    [((256, 256), None, 64), ((1_024, 1_024), None, 256), ((256, 2_000), 2_000, 500), ((256, -1), 4_096, 1_000)],
)
def test_files_are_the_limit(monkeypatch, limits, raised, most):
    """There are never so many connections that no file could be opened; the limit is raised as far as needed."""
    import resource

    chosen = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: chosen.append(new))
    assert connections._most_connections() == most
    assert chosen == ([(raised, limits[1])] if raised else [])
