"""Readers of CRM exports: a CSV file and its mapping become changes in order.

They know neither the engine nor the process; replaying the changes is another module's work.
"""

from salesfsm.formats.history.mapping import HistoryMapping
from salesfsm.formats.history.reader import LAYOUTS, load_mapping, read_history
from salesfsm.formats.history.records import Change, History, UnusableRow

__all__ = [
    "LAYOUTS",
    "Change",
    "History",
    "HistoryMapping",
    "UnusableRow",
    "load_mapping",
    "read_history",
]
