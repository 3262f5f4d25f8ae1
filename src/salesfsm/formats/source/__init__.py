"""Reads a definition file, YAML or JSON, into plain data and the places where it stands.

What the data mean is not known here: process files and mapping files are read alike.
"""

from salesfsm.formats.source.reader import Language, Source, parse_source, read_source
from salesfsm.formats.source.yaml_reader import resolve

__all__ = ["Language", "Source", "parse_source", "read_source", "resolve"]
