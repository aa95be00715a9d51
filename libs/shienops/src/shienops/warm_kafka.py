"""`python -m shienops.warm_kafka`: run Kafka once and archive its loaded classes. Later starts take half the time."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from shienops._folder import DataFolder
from shienops._kafka import EmbeddedKafka, archive_of
from shienops.settings import StackSettings


async def warm(libs: Path) -> Path:
    """Start and stop a broker in a temporary folder. Return the file of the class archive, beside the jars.

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
    fresh.replace(archive)
    return archive


if __name__ == "__main__":
    asyncio.run(warm(StackSettings().kafka_libs))
