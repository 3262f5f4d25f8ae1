"""The first draft of a process, made of the answers of an interview. Any answers make a valid one.

Each answer has one function here that puts it where it belongs. What is missing is left out, and
``written`` tells so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from salesfsm.errors import shorten
from salesfsm.interview.answers import Answers
from salesfsm.interview.names import Namer, slug
from salesfsm.interview.questions import MOST_ITEMS
from salesfsm.interview.reading import clean, currency_in, length_in, listed, repeated, times_in
from salesfsm.interview.skeleton import usual_reasons
from salesfsm.interview.sketch import LABEL, Sketch
from salesfsm.messages import counted, in_every_language, message
from salesfsm.process.definitions import Criterion, Fact, Reason, Transition
from salesfsm.process.journey import Buyer, Milestone
from salesfsm.process.kinds import Level, Outcome
from salesfsm.process.labels import ACTIVITIES
from salesfsm.process.people import Assignment, Team
from salesfsm.process.process import Process
from salesfsm.rules.build import attempts, known, proven
from salesfsm.rules.types import Kind

WORDS_OF_A_NAME = 3
"""Who is listed with more words is no person to take turns, but a way to decide."""

# What people call the activities that every process has, as slugs.
_USUAL_ACTIVITIES = {
    **dict.fromkeys(("call", "phone", "telephone", "telefon", "obazhdane", "rozmowa"), "call"),
    **dict.fromkeys(("email", "e_mail", "mail", "mejl", "imeyl", "meyl"), "email"),
    **dict.fromkeys(("meeting", "spotkanie", "sreshta"), "meeting"),
    **dict.fromkeys(("message", "sms", "wiadomosc", "saobshtenie"), "message"),
    **dict.fromkeys(("visit", "wizyta", "poseshtenie"), "visit"),
}


def draft(answers: Answers) -> Process:
    """The process that the answers describe, as far as they go. Pure: equal answers, equal drafts.

    What was skipped is not in it; answers that no rule or length can be made of stand in texts.
    """
    sketch = Sketch(answers)
    for put in _TOPICS:
        put(sketch)
    label = answers.text("name")
    return Process(
        name=process_name(answers),
        label=shorten(label, LABEL) or None,
        description=answers.text("offer") or None,
        currency=currency_in(answers.text("currency")),
        facts=sketch.facts,
        buyer=Buyer(milestones=tuple(sketch.milestones)),
        activities=(*ACTIVITIES, *sketch.activities),
        teams=tuple(sketch.teams),
        assignments=tuple(sketch.assignments),
        stages=sketch.stages,
        transitions=tuple(sketch.transitions),
    )


def process_name(answers: Answers) -> str:
    """The name of the process that the answers describe."""
    return Namer().name(answers.text("name"), "process")


def _ways(sketch: Sketch) -> None:
    """One way ahead and one back between neighbours, and a way to each end."""
    opens = sketch.open_stages
    won, lost = sketch.end(Outcome.WON), sketch.end(Outcome.LOST)
    ahead = [
        Transition(
            trigger=f"to_{after.name}",
            label=sketch.ahead(after),
            source=(before.name,),
            target=after.name,
        )
        for before, after in pairwise(opens)
    ]
    back = [_way("back", "step_back", after.name, before.name) for before, after in pairwise(opens)]
    sketch.transitions += [
        *ahead,
        _way("win", "win", sketch.last, won),
        *_losses(sketch, [stage.name for stage in opens], lost),
        *back,
        _way("reopen", "reopen", lost, sketch.first),
    ]


def _losses(sketch: Sketch, opens: Sequence[str], lost: str) -> list[Transition]:
    """The ways to lost: from every open stage, or, where the team counts its attempts, from the
    first one only on an answer or after so many attempts without one.
    """
    language, times = sketch.language, times_in(sketch.answers.text("attempts"))
    if not times:
        return [_way("lose", "lose", "open", lost)]
    answered = Criterion(
        rule=(attempts() == 0).node,
        says=message("interview.says.answered", language),
        hint=message("interview.hint.answered", language),
    )
    tried = Criterion(
        rule=(attempts() >= times).node, says=counted("interview.says.attempts", times, language)
    )
    first, *later = opens
    return [
        _way("lose", "lose", first, lost, when=(answered,)),
        *([_way("lose", "lose", *later, lost)] if later else []),
        _way("give_up", "give_up", first, lost, when=(tried,)),
    ]


def _way(called: str, trigger: str, *stages: str, when: tuple[Criterion, ...] = ()) -> Transition:
    """The way from all of the stages but the last to that one, with its label of the catalogues."""
    *source, target = stages
    label = in_every_language(f"interview.way.{called}")
    return Transition(trigger=trigger, label=label, source=tuple(source), target=target, when=when)


def _leads(sketch: Sketch) -> None:
    options = sketch.answers.items("leads")[:MOST_ITEMS]
    if not options:
        return
    name = sketch.name("lead_source", "fact")
    sketch.facts[name] = Fact(
        type=Kind.CHOICE, options=options, label=in_every_language("interview.fact.lead_source")
    )
    sketch.criterion(sketch.first, Criterion(rule=known(name).node, level=Level.WARN))


def _owners(sketch: Sketch) -> None:
    """Several people are a team and take turns; one gets every lead; anything else is told."""
    said = sketch.answers.items("owners")[:MOST_ITEMS]
    if not said:
        return
    if any(len(each.split()) > WORDS_OF_A_NAME for each in said):
        label = message("interview.task.assign", sketch.language)
        sketch.task(sketch.first, "assign", label, hint=sketch.answers.text("owners"))
    elif len(said) == 1:
        sketch.assignments.append(Assignment(name="every_lead", owner=said[0]))
    else:
        team = sketch.name("sales_team", "team")
        named = in_every_language("interview.team.label")
        sketch.teams.append(Team(name=team, label=named, members=said))
        sketch.assignments.append(Assignment(name="in_turn", team=team, turns=True))


def _first_contact(sketch: Sketch) -> None:
    answers, language = sketch.answers, sketch.language
    ways = answers.items("contact_how")[:MOST_ITEMS]
    within, by = answers.text("contact_within"), answers.text("contact_by")
    sketch.activities += [
        sketch.name(way, "activity") for way in ways if slug(way) not in _USUAL_ACTIVITIES
    ]
    if not (ways or within or by):
        return
    label = message("interview.task.first_contact", language)
    if ways:
        label = message("interview.task.first_contact_how", language, how=", ".join(ways))
    hint = message("interview.hint.within", language, within=within) if within else ""
    sketch.task(sketch.first, "first_contact", label, hint=hint, owner=by)


def _cadence(sketch: Sketch) -> None:
    """How long the first stage lasts."""
    answers = sketch.answers
    times = times_in(answers.text("attempts"))
    every = length_in(answers.text("cadence"))
    within = length_in(answers.text("contact_within"))
    whole = repeated(every, times) if every and times else every
    sketch.expected(sketch.first, whole or within)


def _opening_questions(sketch: Sketch) -> None:
    kept = sketch.answers.text("records")
    hint = message("interview.hint.records", sketch.language, where=kept) if kept else None
    said = listed(sketch.answers.given.get("opening_questions", ""), sentences=True)
    for question in said[:MOST_ITEMS]:
        name = sketch.name(question, "fact")
        sketch.facts[name] = Fact(type=Kind.TEXT, label=question)
        asked = Criterion(rule=known(name).node, level=Level.WARN, hint=hint and clean(hint))
        sketch.criterion(sketch.where("discovery"), asked)


def _materials(sketch: Sketch) -> None:
    when, language = sketch.answers.text("materials_when"), sketch.language
    stage = sketch.named_in(when) or sketch.where("discovery")
    hint = message("interview.hint.when", language, when=when) if when else ""
    for item in sketch.answers.items("materials")[:MOST_ITEMS]:
        label = message("interview.task.send", language, item=item)
        sketch.task(stage, f"send {item}", label, hint=hint)


def _presentation(sketch: Sketch) -> None:
    stage, language = sketch.where("presentation"), sketch.language
    for item in sketch.answers.items("preparation")[:MOST_ITEMS]:
        sketch.task(
            stage, f"prepare {item}", message("interview.task.prepare", language, item=item)
        )
    if said := sketch.answers.text("presentation"):
        sketch.task(stage, "presentation", message("interview.task.present", language), hint=said)


def _proposal(sketch: Sketch) -> None:
    if said := sketch.answers.text("proposal"):
        label = message("interview.task.propose", sketch.language)
        sketch.task(sketch.where("proposal"), "proposal", label, hint=said)


def _sticking_points(sketch: Sketch) -> None:
    stage = sketch.where("objections")
    for item in sketch.answers.items("sticking_points")[:MOST_ITEMS]:
        label = message("interview.task.answer", sketch.language, item=item)
        sketch.task(stage, f"answer {item}", label, optional=True)


def _commitment(sketch: Sketch) -> None:
    """The act of the buyer without which nothing is won."""
    said = sketch.answers.text("commitment")
    if not said:
        return
    name = sketch.name("commitment", "milestone")
    label = in_every_language("interview.milestone.commitment")
    sketch.milestones.append(Milestone(name=name, label=label, definition=said))
    sketch.criterion(sketch.last, Criterion(rule=proven(name).node))


def _lost_reasons(sketch: Sketch) -> None:
    namer = Namer()
    said = sketch.answers.items("lost_reasons")[:MOST_ITEMS]
    own = [Reason(name=namer.name(each, "reason"), label=shorten(each, LABEL)) for each in said]
    sketch.reasons(sketch.end(Outcome.LOST), own or usual_reasons())


def _after_sale(sketch: Sketch) -> None:
    """What hands the customer over to retention: a task of the stage in which the sale ends."""
    if said := sketch.answers.text("after_sale"):
        label = message("interview.task.after_sale", sketch.language)
        sketch.task(sketch.end(Outcome.WON), "contact_after_sale", label, hint=said)


_TOPICS: tuple[Callable[[Sketch], None], ...] = (
    _ways,
    _leads,
    _owners,
    _first_contact,
    _cadence,
    _opening_questions,
    _materials,
    _presentation,
    _proposal,
    _sticking_points,
    _commitment,
    _lost_reasons,
    _after_sale,
)
"""What becomes of each answer, in the order in which names are given."""
