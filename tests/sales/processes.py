"""Random processes: every kind of definition, and rules over all that they declare."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import salesfsm as sf
from salesfsm.errors import UNWANTED
from salesfsm.process.calendar import Calendar

LANGUAGES = ("en", "pl", "bg", "no", "pt-BR")
TRICKY = (
    "on", "NO", "null", "~", "true", "1e3", "0o17", "0x1F", "1_000", ".5", ".inf", "12:30:45",
    "2026-01-01", "- a", "a: b", "a #b", "#a", "'", '"', "\\", "{a}", "[a", "&a", "*a", "!a",
    "%a", "@a", "`a", "|", ">", "?", ":", "=", "<<", "zażółć", "Сделка", "a\nb", "a\n\n  b\n- c",
    "tab\tin", "🤝", "a\u00a0b", "long " * 40 + "end",
)  # fmt: skip
"""Texts that a careless writer of YAML turns into something else."""

_UNWANTED = "".join(
    c for c in map(chr, (*range(0xD800), *range(0xE000, 0x10000))) if UNWANTED.match(c)
)

CHARACTERS = st.characters(codec="utf-8", exclude_characters=_UNWANTED)
lines = st.one_of(
    st.sampled_from(TRICKY),
    st.text(CHARACTERS, max_size=20).map(lambda text: f"x{text}"),
    st.text(CHARACTERS, max_size=20).map(lambda text: f"{text}\n x"),
)
texts = st.one_of(lines, st.dictionaries(st.sampled_from(LANGUAGES), lines, min_size=1, max_size=3))
waits = st.sampled_from(["90d", "36h", "2w 3d", "10 business days", "P1DT12H", "45s"])
lengths = waits | st.just("0d")
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(["UTC", "Europe/Warsaw", "America/New_York"]),
    weekend=st.sampled_from([None, (), ("friday", "saturday")]),
    holidays=st.lists(st.dates(date(2026, 3, 1), date(2026, 4, 1)), max_size=3),
)

FACTS: dict[str, sf.Fact] = {
    "calm": sf.Fact(type="bool"),
    "score": sf.Fact(type="integer", minimum=-5, maximum=Decimal(100)),
    "ratio": sf.Fact(type="decimal", minimum=Decimal("-0.25")),
    "budget": sf.Fact(type="money"),
    "fee": sf.Fact(type="money", currency="PLN"),
    "need": sf.Fact(type="text", label="NO"),
    "role": sf.Fact(type="choice", options=("user", "decision_maker", "NO")),
    "decide_by": sf.Fact(type="date"),
    "last_seen": sf.Fact(type="datetime"),
    "notice": sf.Fact(type="duration"),
    "name": sf.Fact(type="text"),
}
"""One or two facts of each kind. The last is named like a key of the file format."""

ASKS = {
    "calm": ["calm", "not calm"],
    "score": ["score >= 3", "0 < score < 50", "score * 2 != 10"],
    "ratio": ["ratio > 0.5", "ratio / 0 > 1"],
    "budget": ["budget < 500", "budget + 100 >= 1000", "budget >= money(10, EUR)"],
    "fee": ["fee > 10"],
    "need": ["known(need)", 'need == "on"', 'need == "a \\"b\\" \\\\ c"'],
    "role": ["role in [user, decision_maker]", 'role == "NO"'],
    "decide_by": ["today <= decide_by <= today + days(90)", "known(decide_by)"],
    "last_seen": ["now - last_seen < days(30)"],
    "notice": ["notice <= weeks(4)"],
    "name": ["known(name)"],
}
ALWAYS = [
    "true", "false", "days_in_stage >= 2", "days_since_activity < 3", "attempts() <= 2",
    "attempts(call) >= 1", 'owner == "anna"', "known(team)", "known(lost_reason)",
    "buyer == active", "buyer in [on_hold, abandoned]", "stopped_in == s0", "known(stopped_in)",
    'stage != "s1"', "not known(owner)",
]  # fmt: skip


@st.composite
def rules(draw: st.DrawFn, atoms: list[str]) -> str:
    """A rule over one, two or three of the atoms."""
    picked = draw(st.lists(st.sampled_from(atoms), min_size=1, max_size=3))
    if len(picked) == 1:
        return picked[0]
    if len(picked) == 2:
        return draw(st.sampled_from(["{} and {}", "{} or not ({})"])).format(*picked)
    return "at_least(2, {}, {}, {})".format(*picked)


@st.composite
def criteria(draw: st.DrawFn, atoms: list[str]) -> object:
    """A criterion as its rule alone, or with all that can be said of it."""
    rule = draw(rules(atoms))
    if draw(st.booleans()):
        return rule
    optional = {
        "code": st.just("my.code"),
        "level": st.sampled_from(list(sf.Level)),
        "says": texts,
        "owner": lines,
        "hint": texts,
        "since": st.dates(date(2026, 2, 20), date(2026, 3, 20)),
    }
    return sf.Criterion(rule=rule, **draw(st.fixed_dictionaries({}, optional=optional)))


@st.composite
def buyers(draw: st.DrawFn) -> sf.Buyer:
    """Up to four phases, and milestones on the way."""
    phases = [f"phase{i}" for i in range(draw(st.integers(0, 4)))]
    milestones = []
    for i in range(draw(st.integers(0, 3))):
        optional: dict[str, st.SearchStrategy[object]] = {
            "label": texts,
            "definition": texts,
            "accepts": st.just(("email", "call")),
            "made_by": st.sampled_from([(sf_maker,) for sf_maker in MAKERS] + [MAKERS]),
            "valid_for": waits,
            "owner": lines,
            "hint": texts,
        }
        if len(phases) > 1:
            optional["moves"] = st.permutations(phases).map(lambda found: tuple(found[:2]))
        given_ = draw(st.fixed_dictionaries({}, optional=optional))
        milestones.append(sf.Milestone(name=f"milestone{i}", **given_))
    told = [
        sf.Phase(
            name=name, label=draw(st.none() | texts), decisions=draw(st.lists(texts, max_size=2))
        )
        for name in phases
    ]
    start = draw(st.none() | st.sampled_from(phases)) if phases else None
    proofs = st.lists(st.sampled_from([each.name for each in milestones]), unique=True)
    job = st.builds(
        lambda found, label: sf.Job(name="consensus", milestones=found, label=label),
        proofs if milestones else st.just([]),
        st.none() | texts,
    )
    jobs = draw(st.lists(job, max_size=1))
    return sf.Buyer(phases=told, milestones=milestones, start=start, jobs=jobs)


TEAMS = (
    sf.Team(name="north", members=("anna", "ewa")),
    sf.Team(name="south", label="NO", planes=("retention",), members=("jan",)),
)


@st.composite
def contracts(draw: st.DrawFn, facts: list[str], buyer: sf.Buyer) -> sf.Contract:
    """Some of the facts and milestones."""
    milestones = [each.name for each in buyer.milestones]
    return sf.Contract(
        facts=draw(st.lists(st.sampled_from(facts), unique=True) if facts else st.just([])),
        milestones=draw(
            st.lists(st.sampled_from(milestones), unique=True) if milestones else st.just([])
        ),
    )


@st.composite
def _handovers(
    draw: st.DrawFn, stages: list[sf.Stage], facts: list[str], buyer: sf.Buyer
) -> list[sf.Handover]:
    """At most one, out of any stage."""
    names = [stage.name for stage in stages]
    made = st.builds(
        lambda source, target, needs, carries: sf.Handover(
            name="to_care", source=source, target=target, needs=needs, carries=carries
        ),
        st.sampled_from([*names, "closed", "*"]) | st.lists(st.sampled_from(names), min_size=1),
        st.sampled_from([stage.name for stage in stages if stage.is_open]),
        contracts(facts, buyer),
        contracts(facts, buyer),
    )
    return draw(st.lists(made, max_size=1))


@st.composite
def _assignments(draw: st.DrawFn, atoms: list[str]) -> list[sf.Assignment]:
    """Rules of assignment, some of them without a condition."""
    chosen = draw(st.lists(st.sampled_from(["turns", "owner", "team"]), max_size=3, unique=True))
    return [
        sf.Assignment(
            name=kind,
            when=draw(st.none() | rules(atoms)),
            team=None if kind == "owner" else "north",
            owner="jan" if kind == "owner" else None,
            turns=kind == "turns",
        )
        for kind in chosen
    ]


MAKERS = ("buyer", "seller", "third_party")

LABELS: dict[str, object] = {
    "boss": {"en": "Boss", "pl": "Szef"},
    "email": "E-mail",
    "user": {"no": "NO"},
    "NO": "null",
    "a: b #c": {"bg": "Сделка"},
    "12:30:45": "on",
    "long " * 40 + "end": "x",
    "two\nlines": "x",
    "zażółć\tgęślą": "x",
}
"""What words are called, those that processes use and others; keys that are hard to write too."""


@st.composite
def processes(draw: st.DrawFn) -> sf.Process:
    """A process of two to six stages, with whatever a designer may write."""
    names = [f"s{i}" for i in range(draw(st.integers(2, 6)))]
    tasks = {name: [f"{name}.task{i}" for i in range(draw(st.integers(0, 2)))] for name in names}
    facts = draw(st.lists(st.sampled_from(list(FACTS)), unique=True))
    buyer = draw(buyers())
    atoms = [*ALWAYS, *(ask for fact in facts for ask in ASKS[fact])]
    atoms += [f"done({task})" for name in names for task in tasks[name]]
    atoms += [f"proven({each.name})" for each in buyer.milestones]
    atoms += [f"buyer_at({phase.name})" for phase in buyer.phases]
    many = st.lists(criteria(atoms), max_size=2)

    teams = draw(st.sampled_from([(), TEAMS]))
    stages = []
    for i, name in enumerate(names):
        outcome = draw(st.sampled_from(["open", "open", "won", "lost"])) if i else "open"
        optional: dict[str, st.SearchStrategy[object]] = {
            "label": texts,
            "definition": texts,
            "probability": st.integers(0, 1000).map(lambda n: f"{n / 10}%"),
            "expected": waits,
            "cadence": waits | st.lists(waits, min_size=1, max_size=3),
            "reasons": many.map(
                lambda when: ("price", sf.Reason(name="no_decision", label="NO", when=when))
            ),
            "entry": many,
            "exit": many,
        }
        optional["team"] = st.sampled_from([team.name for team in teams] or [None])
        optional["plane"] = st.sampled_from(list(sf.Plane))
        if i:
            optional["path"] = st.just("aside")
        if buyer.phases:
            optional["mirrors"] = st.sampled_from([phase.name for phase in buyer.phases])
        stages.append(
            sf.Stage(
                name=name,
                outcome=outcome,
                tasks=[draw(_task(task)) for task in tasks[name]],
                **draw(st.fixed_dictionaries({}, optional=optional)),
            )
        )
    transitions = draw(st.lists(_transition(names, many), max_size=10))
    return sf.Process(
        process="random",
        version=draw(st.sampled_from(["1", "2026.1", "NO"])),
        label=draw(st.none() | texts),
        plane=draw(st.sampled_from(list(sf.Plane))),
        currency="EUR",
        calendar=draw(calendars),
        facts={name: FACTS[name] for name in facts},
        buyer=buyer,
        labels={
            word: LABELS[word] for word in draw(st.lists(st.sampled_from(list(LABELS)), max_size=3))
        },
        overrides=draw(st.sampled_from([(), ("boss",), ("boss", "null")])),
        opens_in=draw(st.sampled_from([(), "open", "s0"])) or "s0",
        stages=stages,
        transitions=transitions,
        mirror=draw(
            st.builds(
                lambda level, lead, lag: sf.Mirroring(level=level, lead=lead, lag=lag),
                st.sampled_from(list(sf.Level)),
                st.integers(0, 2),
                st.none() | st.integers(0, 2),
            )
        ),
        receives=draw(contracts(facts, buyer)),
        handovers=draw(_handovers(stages, facts, buyer)),
        teams=teams,
        assignments=draw(_assignments(atoms)) if teams else (),
        acting=draw(st.sampled_from(list(sf.Acting))),
        invariants=draw(st.lists(_invariants(atoms), max_size=2)),
        ignore=draw(st.dictionaries(st.sampled_from(["SF101", "SF118"]), lines, max_size=1)),
    )


@st.composite
def _invariants(draw: st.DrawFn, atoms: list[str]) -> sf.Invariant:
    return sf.Invariant(never=draw(rules(atoms)), says=draw(st.none() | texts))


FLAT = ("calm", "score", "role")


@st.composite
def flat_processes(draw: st.DrawFn) -> sf.Process:
    """A process of few stages and many transitions, whose guards ask three facts."""
    names = [f"s{i}" for i in range(draw(st.integers(2, 5)))]
    outcomes = draw(
        st.lists(st.sampled_from(["open", "open", "won", "lost"]), min_size=5, max_size=5)
    )
    atoms = ["true", "false", *(ask for fact in FLAT for ask in ASKS[fact])]
    guard = st.builds(
        lambda rule, level: sf.Criterion(rule=rule, level=level),
        st.sampled_from(atoms) | rules(atoms),
        st.sampled_from(["block", "block", "warn"]),
    )
    places = st.sampled_from([*names, "open", "closed", "*"])
    transition = st.builds(
        lambda trigger, source, target, when: sf.Transition(
            trigger=trigger, source=source, target=target, when=when
        ),
        st.sampled_from(["go", "back"]),
        places | st.lists(places, min_size=1, max_size=2),
        st.sampled_from(names),
        st.lists(guard, max_size=2),
    )
    return sf.Process(
        process="flat",
        currency="EUR",
        facts={name: FACTS[name] for name in FLAT},
        stages=[
            sf.Stage(name=name, outcome=outcome if i else "open")
            for i, (name, outcome) in enumerate(zip(names, outcomes, strict=False))
        ],
        transitions=draw(st.lists(transition, min_size=3, max_size=12)),
    )


@st.composite
def _task(draw: st.DrawFn, name: str) -> sf.Task:
    optional = {
        "label": texts,
        "optional": st.booleans(),
        "level": st.sampled_from(list(sf.Level)),
        "owner": lines,
        "hint": texts,
    }
    return sf.Task(name=name, **draw(st.fixed_dictionaries({}, optional=optional)))


@st.composite
def _transition(
    draw: st.DrawFn, names: list[str], many: st.SearchStrategy[list[object]]
) -> sf.Transition:
    places = st.sampled_from([*names, "open", "closed", "*"])
    return sf.Transition(
        trigger=draw(st.sampled_from(["go", "back", "close"])),
        source=draw(places | st.lists(places, min_size=1, max_size=3)),
        target=draw(st.sampled_from(names)),
        when=draw(st.just([]) | many),
        label=draw(st.none() | texts),
        roles=draw(st.sampled_from([(), (), ("boss",), ("null", "clerk")])),
        after=draw(st.none() | lengths),
    )


ZONES = (UTC, timezone(timedelta(hours=5, minutes=45)), ZoneInfo("Europe/Warsaw"))
VALUES: dict[str, st.SearchStrategy[object]] = {
    "bool": st.booleans(),
    "integer": st.integers(-5, 100),
    "decimal": st.decimals("-0.25", 10, places=3),
    "money": st.decimals(0, 2_000, places=2) | st.integers(0, 10**17),
    "text": st.sampled_from(["on", 'a "b" \\ c', ""]) | st.text(st.characters(codec="utf-8")),
    "date": st.dates(date(2026, 2, 1), date(2026, 8, 1)),
    "datetime": st.datetimes(
        datetime(1950, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
        datetime(2150, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from(ZONES),
    ),
    "duration": st.timedeltas(timedelta(-30), timedelta(60)),
}
"""Values for facts, by the kind of the fact."""


def values_of(fact: sf.Fact) -> st.SearchStrategy[object]:
    """Values for ``fact``, and None."""
    if fact.type == "choice":
        return st.none() | st.sampled_from(fact.options)
    return st.none() | VALUES[fact.type]


@st.composite
def facts_of(draw: st.DrawFn, process: sf.Process, *, least: int = 0) -> dict[str, object]:
    """Facts for an opportunity of ``process``, at least ``least`` of them."""
    if not process.facts:
        return {}
    names = draw(st.lists(st.sampled_from(list(process.facts)), min_size=least, unique=True))
    return {name: draw(values_of(process.facts[name])) for name in names}
