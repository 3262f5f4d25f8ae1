"""The processes that are kept in the database, which opportunities are pinned to."""

from __future__ import annotations

import sqlalchemy as sa

from salesfsm.errors import DefinitionChangedError
from salesfsm.stores.accepting import check_names, check_texts, unknown_definition
from salesfsm.stores.port import Definition, Version
from salesfsm.stores.sql.connected import Connected
from salesfsm.stores.sql.tables import definitions

_KEY = (
    definitions.c.process == sa.bindparam("of_process"),
    definitions.c.version == sa.bindparam("of_version"),
)
_ALL = sa.select(definitions)


class Catalog(Connected):
    """The part of the store that keeps processes."""

    def define(self, definition: Definition) -> None:
        """Keep a process; raises ``DefinitionChangedError`` where it is kept with another text."""
        process, version = definition.process, definition.version
        check_names(process=process, version=version)
        check_texts(text=definition.text)
        row = {
            "process": process,
            "version": version,
            "text": definition.text,
            "retired": definition.retired,
        }
        kept = sa.select(definitions.c.text).where(*_KEY)

        def keep(connection: sa.Connection) -> str:
            connection.execute(self._dialect.insert(definitions).on_conflict_do_nothing(), row)
            return str(connection.execute(kept, _key(process, version)).scalar_one())

        if self._write(keep) != definition.text:
            raise DefinitionChangedError(process, version)

    def definition(self, process: str, version: str) -> Definition | None:
        """The process of that name and version, if it is kept."""
        with self._reading() as connection:
            found = connection.execute(_ALL.where(*_KEY), _key(process, version)).one_or_none()
        return None if found is None else _definition(found)

    def definitions(self) -> list[Definition]:
        """All processes that are kept, in the order in which they came."""
        with self._reading() as connection:
            rows = connection.execute(_ALL.order_by(definitions.c.position))
            return [_definition(row) for row in rows]

    def versions(self) -> dict[Version, bool]:
        """Whether each of them is retired, in the same order."""
        columns = (definitions.c.process, definitions.c.version, definitions.c.retired)
        with self._reading() as connection:
            rows = connection.execute(sa.select(*columns).order_by(definitions.c.position))
            return {(row.process, row.version): row.retired for row in rows}

    def retire(self, process: str, version: str, *, retired: bool = True) -> None:
        """Let a version take no commands any more, or take them again."""
        changed = definitions.update().where(*_KEY).values(retired=retired)
        key = _key(process, version)
        if not self._write(lambda connection: connection.execute(changed, key).rowcount):
            raise unknown_definition(process, version, self.versions())


def _definition(row: sa.Row[tuple[object, ...]]) -> Definition:
    return Definition(row.process, row.version, row.text, row.retired)


def _key(process: str, version: str) -> dict[str, str]:
    return {"of_process": process, "of_version": version}
