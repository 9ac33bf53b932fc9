"""The application behind a real socket, in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service.app import Horizon
from service.serving import bound, web_server
from tests.acceptance.process import eventually


@contextmanager
def running(horizon: Horizon) -> Iterator[tuple[str, int]]:
    """Its host and port, until the block ends."""
    with bound("127.0.0.1", 0) as socket:
        server = web_server(horizon)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            assert eventually(lambda: server.started)
            yield socket.getsockname()
        finally:
            server.should_exit = True
            thread.join(120)
