"""Events that cannot be lost: an event store on Postgres, a relay to Kafka, and views folded from both.

Everything public is here, and `__init__.pyi` lists it; the modules behind it are not public. A name's module is loaded
when the name is first used: so a decider loads neither a database driver nor a Kafka client.
`shienevents.testing` is the second door, for tests.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
