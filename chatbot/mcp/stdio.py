"""MCP over standard input and output, to the last reply.

When its input ends, the SDK's server cancels the calls that it is working on. A client that writes its calls and closes
the pipe, like a shell, would get no reply. So the end of the input is passed on when everything is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.server import MCPServer

_CANCELLED = "notifications/cancelled"
_LONGEST = 60.0  # seconds that a call may take after the end of the input


class _OpenCalls:
    """The calls that came in and are not answered yet."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._changed = anyio.Event()

    def came(self, item: SessionMessage | Exception) -> None:
        """Note a message from the client. A call that it cancels is never answered."""
        message = item.message if isinstance(item, SessionMessage) else None
        if isinstance(message, JSONRPCRequest):
            self._ids.add(str(message.id))
        elif isinstance(message, JSONRPCNotification) and message.method == _CANCELLED:
            self._ended((message.params or {}).get("requestId"))

    def went(self, item: SessionMessage) -> None:
        """Note a message to the client."""
        if isinstance(item.message, (JSONRPCResponse, JSONRPCError)):
            self._ended(item.message.id)

    def _ended(self, name: Any) -> None:
        self._ids.discard(str(name))
        self._changed.set()

    async def answered(self) -> None:
        """Wait until no call is open."""
        while self._ids:
            self._changed = anyio.Event()
            await self._changed.wait()


async def serve(server: MCPServer[Any]) -> None:
    """Serve until the input has ended and its calls are answered."""
    calls = _OpenCalls()
    to_server, from_client = anyio.create_memory_object_stream[SessionMessage | Exception]()
    to_client, from_server = anyio.create_memory_object_stream[SessionMessage]()
    async with stdio_server() as (incoming, outgoing), anyio.create_task_group() as tasks:

        async def read() -> None:
            async with to_server:
                async for item in incoming:
                    calls.came(item)
                    await to_server.send(item)
                with anyio.move_on_after(_LONGEST):
                    await calls.answered()

        async def write() -> None:
            async with outgoing:
                async for item in from_server:
                    await outgoing.send(item)
                    calls.went(item)

        tasks.start_soon(read)
        tasks.start_soon(write)
        await _run(server, from_client, to_client)


async def _run(
    server: MCPServer[Any],
    incoming: MemoryObjectReceiveStream[SessionMessage | Exception],
    outgoing: MemoryObjectSendStream[SessionMessage],
) -> None:
    """What `MCPServer.run` does, over other streams than its own; the SDK has no public way to name them."""
    within = server._lowlevel_server
    await within.run(incoming, outgoing, within.create_initialization_options())
