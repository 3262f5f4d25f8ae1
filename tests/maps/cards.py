"""Sample diagrams of cards: in columns, in lanes, and as a list."""

from __future__ import annotations

from dataclasses import replace

from drawings import SENTENCE

from salesfsm.maps import Diagram, Edge, Group, Item, Node, Section

TASKS = Section(
    "Tasks",
    (
        Item("Hold the discovery call", "open", "account executive", id="task.call"),
        Item("Map the stakeholders", "done", "optional", id="task.map"),
    ),
)
CRITERIA = Section(
    "To go on",
    (
        Item("Budget ≥ 10\u00a0000\u00a0€", "missing", state="blocked", id="criterion.budget"),
        Item(SENTENCE, "open", id="criterion.reason"),
    ),
)

COLUMNS = Diagram(
    "B2B sale",
    (
        Node("first", "Qualification", badge="20%", lines=(SENTENCE,), sections=(TASKS, CRITERIA)),
        Node("second", "Presenting", badge="40%", sections=(TASKS,), state="here"),
        Node("third", "Closing", lines=("A date is set.",), sections=(CRITERIA,)),
        Node("won", "Won", "won"),
        Node(
            "lost", "Lost", "lost", sections=(Section("Reasons", (Item("Price"), Item("Other"))),)
        ),
        Node("winback", "Win back", "path", ("A dated new approach is agreed.",)),
        Node("again", "Approach again", "path", sections=(TASKS,)),
    ),
    (
        Edge("first", "second", "investigating", weight=0.4, count="12"),
        Edge("second", "third", "selecting", state="blocked"),
        Edge("third", "won", "", "win"),
        Edge("again", "first", "", "handover"),
    ),
    subtitle="Version 2026.1",
    groups=(
        Group("main", "Sales", ("first", "second", "third", "won", "lost")),
        Group("beside", "Win back", ("winback", "again")),
    ),
    layout="columns",
)

PHASES = ("Unconcerned", "Investigating", "Defining", "Selecting")
LANES = Diagram(
    "Buyer and seller",
    (
        *(
            Node(f"phase.{name.lower()}", name, "phase", (SENTENCE,), column=number)
            for number, name in enumerate(PHASES)
        ),
        Node("milestone.reason", "Reason to act", "milestone", ("email, document",), column=1),
        Node("stage.prospecting", "Prospecting", column=0),
        Node("stage.qualification", "Qualification", column=1, sections=(TASKS,)),
        Node("stage.discovery", "Discovery", column=1),
        Node("stage.proposal", "Proposal", column=3, state="late"),
    ),
    (
        Edge("phase.investigating", "milestone.reason", "", "note"),
        Edge("milestone.reason", "stage.qualification", "proven", "note"),
        Edge("stage.prospecting", "stage.qualification", "qualify"),
        Edge("stage.discovery", "stage.proposal", "propose"),
    ),
    groups=(
        Group("buyer", "Buyer", tuple(f"phase.{name.lower()}" for name in PHASES)),
        Group("between", "Proven by", ("milestone.reason",)),
        Group(
            "seller",
            "Seller",
            ("stage.prospecting", "stage.qualification", "stage.discovery", "stage.proposal"),
        ),
    ),
    layout="lanes",
)

LIST = replace(COLUMNS, title="Checklist", edges=(), layout="list")

CARDS = {"columns": COLUMNS, "lanes": LANES, "list": LIST}
