"""Coverage for people: a page of HTML with the map of the process.

Maps take long to import, so only a run that writes pages imports this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from html import escape

from salesfsm.errors import MissingExtraError
from salesfsm.maps import Diagram, Edge, flowchart, to_svg
from salesfsm.maps.overlays.parts import Ways
from salesfsm.process.arcs import ArcKey
from salesfsm.testing.coverage.measuring import Both, Coverage
from salesfsm.testing.coverage.telling import percent_of

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin-bottom: 2rem; }
th, td { border: 1px solid #c4c4c4; padding: .3rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #f0f0f0; }
.missing { background: #f8e3df; }
figure { margin: 0 0 2rem; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
details ul { margin: .2rem 0; padding-left: 1.2rem; }
"""


def page_of(coverage: Coverage) -> str:
    """The coverage of a process as a page of HTML that needs nothing but itself.

    The map tells how many tests took each way; where there is no Graphviz to draw it, the page says
    how to get one.
    """
    title = escape(f"{coverage.process.key}: {percent_of(coverage)}% covered")
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            f"<p>{coverage.hit} of {coverage.points} verdicts were seen.</p>",
            f"<figure>{_map(coverage)}</figure>",
            *_table("Transitions", ("taken", "refused"), coverage.ways.values()),
            *_table("Criteria", ("met", "not met"), coverage.criteria),
            "</body></html>\n",
        )
    )


def _map(coverage: Coverage) -> str:
    try:
        drawn = to_svg(with_coverage(flowchart(coverage.process), coverage))
    except MissingExtraError as error:
        return f"<figcaption>{escape(str(error))}</figcaption>"
    return drawn[drawn.index("<svg") :]


def with_coverage(diagram: Diagram, coverage: Coverage) -> Diagram:
    """The map with the number of tests that took each way; those that none took stand out."""
    taken = {key: way.met_in for key, way in coverage.ways.items() if way.can_be_met}
    ways = Ways(diagram, coverage.process).of_edges
    return replace(diagram, edges=tuple(map(partial(_edge, taken), diagram.edges, ways)))


def _edge(taken: Mapping[ArcKey, set[str]], edge: Edge, keys: frozenset[ArcKey]) -> Edge:
    """An edge that stands for ways; one of several is marked where a test lacks for any of them."""
    known = [taken[key] for key in keys if key in taken]
    if not known:
        return edge
    tests = len(set().union(*known))
    count = f"{tests} test{'s' * (tests != 1)}" if tests else "no test"
    return replace(edge, count=count, state=edge.state if all(known) else "blocked")


def _table(title: str, verdicts: tuple[str, str], rows: Iterable[Both]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{each}</th>' for each in (title, *verdicts))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for each in rows:
        met, unmet = _cell(each.can_be_met, each.met_in), _cell(each.can_be_unmet, each.unmet_in)
        yield f'<tr><th scope="row">{escape(each.name)}</th>{met}{unmet}</tr>'
    yield "</tbody></table>"


def _cell(possible: bool, tests: set[str]) -> str:
    if not possible:
        return "<td>cannot be</td>"
    if not tests:
        return '<td class="missing">no test</td>'
    listed = "".join(f"<li>{escape(name)}</li>" for name in sorted(tests))
    return f"<td><details><summary>{len(tests)}</summary><ul>{listed}</ul></details></td>"
