"""The label of an arrow as a node that the arrow runs through, so that all see whose label it is.

Graphviz sets the label of an edge beside it, somewhere near; but it draws no edge over a node. So
in DOT an arrow with a label is two edges with the label between them. In the SVG these are one
part again, which holds the line and the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import graphviz

from salesfsm.maps.markup import SVG

TURNED = "turned"
"""The class of an arrow that Graphviz knows from its target to its source."""
_LABEL = "label of arrow "
"""With what Graphviz calls a label begins; its spaces make it the id of no other node."""
_PORTS = {"LR": ("w", "e"), "TB": ("n", "s")}
"""Where an arrow meets its label, and where it leaves it again, by the direction of the map."""
LABEL_ATTRIBUTES = {"shape": "plain", "class": "label"}
"""Those of the nodes that are labels: there is nothing around their text."""
_ARROW = "->"
_TITLE, _PATH = f"{{{SVG}}}title", f"{{{SVG}}}path"
RANKS = "2"
"""How many ranks an arrow with a label spans, and so should one without, where it can."""


def label_name(number: int) -> str:
    """What Graphviz calls the label of the arrow of this number."""
    return f"{_LABEL}{number}"


def add_arrow(
    graph: graphviz.Digraph, tail: str, head: str, attributes: Mapping[str, str], label: str = ""
) -> None:
    """An arrow between two nodes; it runs through the node ``label``, if that is not empty."""
    if not label:
        graph.edge(tail, head, **attributes)
        return
    tips = ("arrowhead", "arrowtail", "arrowsize")
    bare = {name: value for name, value in attributes.items() if name not in tips}
    bare["dir"] = "none"
    turned = TURNED in attributes["class"].split()
    near, far = _PORTS[graph.graph_attr["rankdir"]]
    graph.edge(tail, f"{label}:{near}", **(attributes if turned else bare))
    graph.edge(f"{label}:{far}", head, **(bare if turned else attributes))


def join_arrows(root: ET.Element) -> None:
    """Makes each arrow of an SVG by Graphviz one part again, with its label in it."""
    whole: dict[str, ET.Element] = {}
    graph = root.find(f"{{{SVG}}}g")
    for part in [] if graph is None else list(graph):
        tail, arrow, head = _ends(part)
        if arrow and head.startswith(_LABEL):
            whole[head] = part
        elif graph is not None and tail.startswith(_LABEL):
            # The other half of an arrow comes behind the first, and all labels behind the arrows.
            graph.remove(part)
            if arrow:
                _join(whole[tail], part, head)
            else:
                whole[tail].extend(part.iter(f"{{{SVG}}}text"))


def _join(one: ET.Element, other: ET.Element, head: str) -> None:
    """Both halves of an arrow as one line, and the tip that one of them has."""
    title, *shapes = other
    title.text = f"{_ends(one)[0]}{_ARROW}{head}"
    line = one.find(_PATH)
    for shape in shapes:
        if shape.tag == _PATH and line is not None:
            line.set("d", f"{line.get('d')} {shape.get('d')}")
        else:
            one.append(shape)
    one[0] = title


def _ends(part: ET.Element) -> tuple[str, str, str]:
    """Both ends of an arrow, without the sides where it meets them, with a sign between."""
    tail, arrow, head = part.findtext(_TITLE, "").partition(_ARROW)
    return tail.partition(":")[0], arrow, head.partition(":")[0]
