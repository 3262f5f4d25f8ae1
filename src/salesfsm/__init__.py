"""Sales processes as state machines: criteria met by evidence, refusals that explain themselves.

``load`` or build a :class:`Process`, give it to an :class:`Engine`, and ask it. The names below
of ``__init__.pyi`` are the public interface; everything else may change. Each is imported when it
is first used, so a program waits only for what it takes.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
