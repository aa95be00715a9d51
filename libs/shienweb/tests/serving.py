"""The small registry as a process; it prints the port it was given."""

from __future__ import annotations

import socket
import sys

from fastapi import FastAPI

from shienweb import run

from .world import Settings, build


class OnAFreePort(Settings):
    """Settings with port 0 replaced by a free one."""

    def model_post_init(self, _: object) -> None:
        """Find the port and tell it."""
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            object.__setattr__(self, "port", probe.getsockname()[1])


async def build_and_tell(settings: Settings) -> FastAPI:
    """The application; the port is printed when it is there."""
    app = await build(settings)
    lifespan = app.router.lifespan_context
    sys.stdout.write(f"{settings.port}\n")
    sys.stdout.flush()
    assert lifespan
    return app


if __name__ == "__main__":
    run(build_and_tell, OnAFreePort)
