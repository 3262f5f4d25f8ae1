"""What tests of a process are made of: assertions, strategies, paths, scenarios, coverage.

The names below of ``__init__.pyi`` are its public interface. Each is imported when it is first
used: pytest loads the plugin of this folder in every run, and waits only for what the run takes.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
