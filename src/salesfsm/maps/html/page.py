"""Puts the page together: its template, style and scripts, the drawing, and what it tells."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import get_args

import msgspec

from salesfsm.maps.diagram import Diagram, Mark, State
from salesfsm.maps.html.cards import Card, cards
from salesfsm.maps.html.colors import style_of
from salesfsm.maps.html.drawing import drawing
from salesfsm.maps.style import LIGHT, Theme
from salesfsm.maps.text import FAMILY, FONT_FILES, clean
from salesfsm.messages import language_of, message

_SCRIPTS = ("view.js", "panel.js", "search.js", "page.js")
"""One after the other they are one module."""


def to_html(diagram: Diagram, theme: Theme = LIGHT) -> str:
    """The diagram as a page of HTML that needs nothing but itself, the same text each time.

    A page in the light theme turns dark where the reader's browser asks for it. Raises as
    :func:`~salesfsm.maps.to_svg` does.
    """
    told = cards(diagram)
    language = diagram.language
    style = _font() + style_of(theme) + _file("style.css")
    script = "\n".join(map(_file, _SCRIPTS))
    subtitle = clean(diagram.subtitle)
    return Template(_file("page.html")).substitute(
        {name: escape(text) for name, text in _labels(diagram).items()},
        interface=language_of(language),
        language=escape(language),
        policy=_policy(style, script),
        title=escape(clean(diagram.title)),
        subtitle=f"<p>{escape(subtitle)}</p>" if subtitle else "",
        style=style,
        script=script,
        drawing=drawing(diagram, theme, told),
        data=_data(told, language),
    )


def _labels(diagram: Diagram) -> Mapping[str, str]:
    """What the page says by itself."""
    language = diagram.language
    keys = "map.page.keys_list" if diagram.layout == "list" else "map.page.keys"
    return {
        "label_close": message("map.page.close", language),
        "label_fit": message("map.page.fit", language),
        "label_keys": message(keys, language),
        "label_next": message("map.page.next", language),
        "label_previous": message("map.page.previous", language),
        "label_search": message("map.page.search", language),
        "label_show": message("map.page.show", language),
        "label_zoom": message("map.page.zoom", language),
        "label_zoom_in": message("map.page.zoom_in", language),
        "label_zoom_out": message("map.page.zoom_out", language),
    }


def _data(told: Sequence[Card], language: str) -> str:
    """The cards and the texts of the scripts as JSON that cannot end its element."""
    places = {name: f"{{{name}}}" for name in ("number", "count", "title")}  # the script fills them
    texts = {
        "hit": message("map.page.hit", language, **places),
        "leads": message("map.page.leads", language),
        "none": message("map.page.none", language),
        "marks": {m: message(f"map.page.mark.{m}", language) for m in get_args(Mark) if m},
        "states": {s: message(f"map.page.state.{s}", language) for s in get_args(State)},
    }
    written = msgspec.json.encode({"nodes": told, "texts": texts}).decode()
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def _policy(style: str, script: str) -> str:
    """The page may use its own style, script and font; nothing else, and nobody else's."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_digest(style)}",
            f"script-src {_digest(script)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _font() -> str:
    """The shipped font, as part of the page: it then looks as it was measured."""
    rules = []
    for path, weight in zip(FONT_FILES, (400, 700), strict=True):
        content = b64encode(path.with_suffix(".woff2").read_bytes()).decode()
        rules.append(
            f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; '
            f'src: url("data:font/woff2;base64,{content}") format("woff2"); }}\n'
        )
    return "".join(rules)


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
