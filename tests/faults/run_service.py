"""A service's process: `python -m tests.faults.run_service DEPLOYMENT SERVICE NAME`, until SIGTERM or a kill.

Two of them run for each service, and contend for its leases. A service whose tasks have ended says why and exits:
the driver did not kill it, and complains.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path

from shienevents import Service, Unavailable, configure_process

from .deployment import SERVICES, Deployment

_LOOK_SECONDS = 0.5


async def main(deployment: Deployment, service_name: str, name: str) -> int:
    """Run the service."""
    configure_process(name)
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with await opened(deployment, service_name) as service:
        tell_holders(service, deployment.folder / f"{name}.holders")
        while not over.is_set():
            health = await service.health()
            if not health.live:
                print(f"{name} is not alive: {health.reasons}", file=sys.stderr)  # noqa: T201
                return 3
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _LOOK_SECONDS)
    return 0


async def opened(deployment: Deployment, service_name: str) -> Service:
    """The service, as soon as Postgres answers: what a container's restart policy would do."""
    definition = SERVICES[service_name]
    while True:
        try:
            return await Service.open(
                deployment.settings(service_name),
                deciders=definition.deciders,
                views=definition.views,
                reactions=definition.reactions,
            )
        except Unavailable:
            await asyncio.sleep(0.1)


def tell_holders(service: Service, path: Path) -> None:
    """The names under which this process takes its leases, so that the driver can tell who is active."""
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps({"consumer": str(service.consumer.lease.holder), "relay": str(service.relay.lease.holder)})
    )
    fresh.rename(path)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Deployment.load(Path(sys.argv[1])), sys.argv[2], sys.argv[3])))
