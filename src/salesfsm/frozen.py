"""A dictionary that cannot be changed, as fast to read as any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NoReturn, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class FrozenDict(dict[Key, Value], Generic[Key, Value]):
    """A ``dict`` whose changing methods raise ``TypeError``; ``dict(it)`` gives a copy to change.

    It is a subclass so that lookups run at the speed of ``dict`` and serialisers know it.
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed: make a copy with dict(...)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = pop = popitem = clear = setdefault = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict[Key, Value]], tuple[dict[Key, Value]]]:
        return type(self), (dict(self),)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> FrozenDict[Key, Value]:
        return self

    def copy(self) -> FrozenDict[Key, Value]:
        """The same mapping, for it cannot change."""
        return self

    @classmethod
    def fromkeys(cls, *_: object) -> NoReturn:
        """Not offered: build the dictionary first."""
        raise TypeError("build a dict and freeze it")

    def __repr__(self) -> str:
        return dict.__repr__(self)


def frozen(pairs: dict[Key, Value] | Iterable[tuple[Key, Value]]) -> FrozenDict[Key, Value]:
    """The pairs as a dictionary that cannot be changed."""
    return FrozenDict(pairs)
