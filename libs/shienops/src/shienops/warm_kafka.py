"""`python -m shienops.warm_kafka`: run Kafka once and archive its loaded classes. Later starts take half the time.

A broker that takes too long to stop is killed, and writes no archive: then later starts take as long as this one.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from shienops._folder import DataFolder
from shienops._kafka import EmbeddedKafka, archive_of
from shienops.settings import StackSettings


async def warm(libs: Path) -> Path | None:
    """Start and stop a broker in a temporary folder. Return the file of the class archive, beside the jars.

    None when the broker was killed before it wrote one: the archive is of use and not needed.

    Args:
        libs: folder of Kafka's jars.

    Raises:
        StackError: when the broker does not start.
    """
    archive = archive_of(libs)
    archive.unlink(missing_ok=True)
    fresh = archive.with_suffix(".new")
    with tempfile.TemporaryDirectory(prefix="shien-warm-") as temporary:
        settings = StackSettings(data=Path(temporary), kafka_libs=libs)
        folder = DataFolder(settings.data)
        folder.prepare(settings.min_free_mb)
        kafka = EmbeddedKafka(settings, folder, archive_into=fresh)
        await kafka.start()
        await kafka.stop()
    if not fresh.exists():
        return None
    fresh.replace(archive)
    return archive


if __name__ == "__main__":
    if asyncio.run(warm(StackSettings().kafka_libs)) is None:
        sys.stderr.write("Kafka did not stop in time to keep its classes. It runs as well; starts take longer.\n")
