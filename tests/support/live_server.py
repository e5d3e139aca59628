"""Servers that really listen, for the tests that use other people's clients."""

import threading
import time
from contextlib import contextmanager

import uvicorn


@contextmanager
def serving(app, config=uvicorn.Config, **settings):
    """The address of an app that listens on a port of this machine, in a thread."""
    server = uvicorn.Server(config(app, port=0, log_config=None, lifespan="on", **settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
