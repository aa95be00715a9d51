"""HTTP for every service: authentication, rights, territories, problems, lists, documentation and the process.

The public interface is this module, `shienweb.testing` for tests, and the command `python -m shienweb.rights`.
`__init__.pyi` lists the names. A name's module is loaded when the name is first used: so a command that only signs a
token does not load FastAPI.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
