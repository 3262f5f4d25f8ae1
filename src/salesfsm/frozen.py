"""A dictionary that cannot be changed, as fast to read as any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

if TYPE_CHECKING:
    # Type checkers see a Mapping: to them an assignment is the error that it is at run time, where
    # a method that returns NoReturn would only silence them about everything below it.
    class FrozenDict(Mapping[Key, Value]):
        """A mapping that cannot be changed; ``dict(it)`` gives a copy to change."""

        def __init__(
            self, pairs: Mapping[Key, Value] | Iterable[tuple[Key, Value]] = (), /
        ) -> None: ...
        def __getitem__(self, key: Key, /) -> Value: ...
        def __iter__(self) -> Iterator[Key]: ...
        def __len__(self) -> int: ...
        def __hash__(self) -> int: ...
        def copy(self) -> FrozenDict[Key, Value]:
            """The same mapping, for it cannot change."""

else:

    class FrozenDict(dict[Key, Value], Generic[Key, Value]):
        """A ``dict`` whose changing methods raise ``TypeError``; ``dict(it)`` is one to change.

        It is a subclass so that lookups run at the speed of ``dict`` and serialisers know it.
        """

        __slots__ = ()

        def _refuse(self, *_: object, **__: object) -> NoReturn:
            raise TypeError("this mapping cannot be changed: make a copy with dict(...)")

        __setitem__ = __delitem__ = __ior__ = _refuse
        update = pop = popitem = clear = setdefault = _refuse

        def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict]]:
            return type(self), (dict(self),)

        def __hash__(self) -> int:
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


def frozen(pairs: Mapping[Key, Value] | Iterable[tuple[Key, Value]]) -> FrozenDict[Key, Value]:
    """The pairs as a dictionary that cannot be changed."""
    return FrozenDict(pairs)
