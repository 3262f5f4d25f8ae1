"""Idempotency keys: what makes two commands under one key the same command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from salesfsm.errors import CommandError, KeyReusedError, shorten
from salesfsm.stores.port import Answered, Key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def key_of(
    name: str,
    command: str,
    id: str,  # noqa: A002
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
) -> Key:
    """The key ``name`` for a command on ``id`` with these arguments; None is one left out."""
    if not isinstance(name, str) or not name:
        raise CommandError(
            f"an idempotency key is a text that is not empty, not {shorten(repr(name))}"
        )
    given = {each: value for each, value in kwargs.items() if value is not None}
    told = json.dumps(_plain([command, id, args, given]), sort_keys=True, default=repr)
    return Key(name, hashlib.sha256(told.encode()).hexdigest())


def part_of(key: Key, part: str) -> Key:
    """The key of one opportunity of those that the command with ``key`` changes."""
    return Key(json.dumps([key.name, part]), key.command)


def check_same(key: Key, answered: Answered) -> None:
    """Raise :class:`~salesfsm.errors.KeyReusedError` where another command has used the key."""
    # Of one that was erased it is not known any more what the command was.
    if answered.key.command and answered.key.command != key.command:
        raise KeyReusedError(key.name)


def _plain(value: object) -> object:
    """The value in the terms of JSON; one moment is the same in all zones."""
    match value:
        case datetime() if value.tzinfo is not None:
            return repr(value - _EPOCH)
        case msgspec.Struct():
            return _plain(msgspec.structs.asdict(value))
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value
