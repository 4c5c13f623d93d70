"""Answers executions until the server at the other end of stdin is gone."""

import asyncio
import importlib
import inspect
import os
import shutil
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from . import frames
from .context import Context, Output
from .logger import Logger

LARGEST_BODY = 20 * 1024 * 1024
BACKLOG = 1024

Main = Callable[[Context], Any] | Callable[[Context], Awaitable[Any]]


def main(listener_fd: int, source: str) -> None:
    """Serve the listening Unix socket `listener_fd`, running the code in `source`/function."""
    listener = socket.socket(fileno=listener_fd)
    threading.Thread(target=_end_with_the_server, args=(listener.getsockname(),), daemon=True).start()
    os.chdir(source)
    sys.path.insert(0, source)
    asyncio.run(_serve(listener))


def _end_with_the_server(address: str) -> None:
    """Kill this process group, as a container's end does, when stdin is closed; not even a blocked `main` delays it."""
    os.read(0, 1)
    shutil.rmtree(Path(address).parent, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


async def _serve(listener: socket.socket) -> None:
    server = await asyncio.start_unix_server(_converse, sock=listener, backlog=BACKLOG)
    await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # The server hangs up after its time limit; the code has run on all the same.
    with suppress(ConnectionError, asyncio.IncompleteReadError), closing(writer):
        reply = await execute(await frames.read(reader, frames.Request))
        writer.write(frames.encode(reply))
        await writer.drain()


async def execute(request: frames.Request) -> frames.Reply:
    """Run `main` once and turn whatever becomes of it into a reply."""
    if len(request.body) > LARGEST_BODY:
        text = f"Maximum request body size {LARGEST_BODY} exceeded, actual body size {len(request.body)}"
        return frames.Reply(413, {"content-type": "text/plain; charset=utf-8"}, text.encode())
    logger = Logger(request.logging)
    try:
        context = Context(request, logger)
        with logger.native_output():
            output = await _output(context, request.timeout)
        status, headers, body = _answer(output)
    except (AttributeError, TypeError, ValueError):
        logger.error(traceback.format_exc())
        status, headers, body = 500, {}, b""
    return frames.Reply(status, headers, body, logger.logs, logger.errors)


async def _output(context: Context, timeout: float) -> Output:
    try:
        function = _load(os.environ["OPEN_RUNTIMES_ENTRYPOINT"])
    except Exception:  # noqa: BLE001 - whatever importing foreign code raises is the answer
        context.error(traceback.format_exc())
        return context.res.text("", 503)
    try:
        output: Output | None = await asyncio.wait_for(_run(function, context), timeout)
    except TimeoutError:
        context.error("Execution timed out.")
        return context.res.text("", 500)
    except Exception:  # noqa: BLE001 - whatever foreign code raises is the answer
        context.error(traceback.format_exc())
        return context.res.text("", 500)
    if output is None:
        context.error("Return statement missing. return context.res.empty() if no response is expected.")
        return context.res.text("", 500)
    return output


def _load(entrypoint: str) -> Main:
    """Import the entry point at its first use; Python keeps the module for as long as the process lives."""
    name = entrypoint.removesuffix(".py").replace("/", ".")
    found: Main = importlib.import_module(f"function.{name}").main
    return found


async def _run(function: Main, context: Context) -> Any:
    """Await an async `main`; a sync one blocks this process and is never interrupted."""
    output = function(context)
    return await output if inspect.iscoroutinefunction(function) else output


def _answer(output: Output) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; AttributeError, TypeError or ValueError for what the web server couldn't send."""
    body = output.get("body", "")
    sent = body if isinstance(body, bytes) else body.encode()
    headers = {name.lower(): _text(value) for name, value in output.get("headers", {}).items()}
    kept = {name: value for name, value in headers.items() if not name.startswith("x-open-runtimes-")}
    # Only the exact lower-case key names the content type.
    kept["content-type"] = _with_charset(output.get("headers", {}).get("content-type", "text/plain").lower())
    kept["content-length"] = str(len(sent))
    return int(output.get("statusCode", 200)), kept, sent


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"Cannot serialize non-str header value {value!r}")
    return value


def _with_charset(content_type: str) -> str:
    if content_type.startswith("multipart/") or "charset=" in content_type:
        return content_type
    return content_type + "; charset=utf-8"
