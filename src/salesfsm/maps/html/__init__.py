"""A map as one page of HTML: to pan, zoom and search, and to ask each node about itself.

The page needs nothing but itself: style, scripts, font and drawing are in it, and its policy
forbids it to load, send or run anything else. What it does in a browser stands in the ``.js`` files
beside this one, what it looks like in ``page.html`` and ``style.css``.
"""

from __future__ import annotations

from salesfsm.maps.html.page import to_html

__all__ = ["to_html"]
