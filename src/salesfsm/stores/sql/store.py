"""The store in an SQL database, as a whole."""

from __future__ import annotations

from salesfsm.stores.sql.catalog import Catalog
from salesfsm.stores.sql.choosing import dialect_of
from salesfsm.stores.sql.erasing import Eraser
from salesfsm.stores.sql.listing import Listing
from salesfsm.stores.sql.outbox import Outbox


class SqlStore(Eraser, Listing, Outbox, Catalog):
    """A :class:`~salesfsm.stores.port.Store` in SQLite or PostgreSQL.

    ``url`` is ``sqlite:///deals.db``, the path of a file, or ``postgresql://user@host/database``;
    in PostgreSQL the tables stand in ``schema``, apart from those of other programs. Opening makes
    the tables, or brings them to the revision of this version of salesfsm.

    With ``existing`` a file that is not there is not made.

    Raises ``CommandError`` for a URL of another kind, ``StoreUnavailableError`` where the database
    cannot be opened, and ``StoreVersionError`` where it is newer than this version of salesfsm.
    """

    def __init__(self, url: str, *, schema: str = "salesfsm", existing: bool = False) -> None:
        super().__init__(dialect_of(url, schema, existing=existing))
