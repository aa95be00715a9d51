"""The small registry as a process; it prints the port it was given."""

from __future__ import annotations

import sys

from fastapi import FastAPI

from shienops._ports import free_port
from shienweb import run

from .world import Settings, build


class OnAFreePort(Settings):
    """Settings with port 0 replaced by a free one."""

    def model_post_init(self, _: object) -> None:
        """A port below the range of outgoing connections: an early client must not connect to itself."""
        object.__setattr__(self, "port", free_port())


async def build_and_print(settings: Settings) -> FastAPI:
    """The application; the port is printed when it is there."""
    app = await build(settings)
    sys.stdout.write(f"{settings.port}\n")
    sys.stdout.flush()
    return app


if __name__ == "__main__":
    run(build_and_print, OnAFreePort)
