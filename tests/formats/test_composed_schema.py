"""The JSON Schema for editors takes composed files, and no typo in them."""

from __future__ import annotations

import jsonschema
import pytest
from composed_files import BASE, FILES, HEAD, ON_BASE
from hypothesis import HealthCheck, given, settings

import salesfsm as sf
from sales.processes import processes
from salesfsm import library
from salesfsm.formats.schema import process_schema
from salesfsm.formats.source import parse_source

VALIDATOR = jsonschema.Draft202012Validator(process_schema())


def valid(text: str) -> bool:
    return bool(VALIDATOR.is_valid(parse_source(text).data))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(process_schema())


@settings(suppress_health_check=list(HealthCheck), max_examples=15)
@given(processes())
def test_every_process_is_valid_short_and_long(process: sf.Process) -> None:
    for defaults in (True, False):
        data = process.model_dump(mode="json", by_alias=True, exclude_defaults=defaults)
        VALIDATOR.validate({"salesfsm": 1, **data})


@pytest.mark.parametrize("name", library.names())
def test_every_file_of_the_library_is_valid(name: str) -> None:
    VALIDATOR.validate(parse_source(library.text(name)).data)


@pytest.mark.parametrize(
    "text",
    [
        *FILES.values(),
        "salesfsm: 1\nextends: base.yaml\n",
        HEAD + "include: {sales: base.yaml, winback: {process: w.yaml, rejoin: {a: b}}}\n",
        ON_BASE + "remove: [demo, {stage: closing, to: won}]\nreorder: [a, b]\n",
        ON_BASE + "insert: [{stage: a, from: library:b, after: c, trigger: d}]\n",
        ON_BASE + "insert: [{stage: {name: a, exit: b}, before: c, trigger: d}]\n",
        ON_BASE + "mirror: {buyer: b.yaml, stages: {a: b}, level: warn, lead: 1, lag: 2}\n",
        ON_BASE + "facts: {budget: {label: Money}}\nhandovers: [{name: a, label: A}]\n",
    ],
)
def test_composed_files_are_valid(text: str) -> None:
    assert valid(text)


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        "salesfsm: 1\nstages: [a]\n",
        HEAD + "stages: []\n",
        HEAD + "stages: [a]\nfacts: {budget: {label: Money}}\n",
        HEAD + "stages: [a]\nhandovers: [{name: a}]\n",
        BASE + "include: [retention.yaml]\n",
        BASE + "include: {a b: retention.yaml}\n",
        ON_BASE + "extend: base.yaml\n",
        ON_BASE + "remove: demo\n",
        ON_BASE + "remove: [{stage: demo, onto: closing}]\n",
        ON_BASE + "insert: [{stage: a, form: b, trigger: c, after: d}]\n",
        ON_BASE + "insert: [{stage: a, from: b, after: d}]\n",
        ON_BASE + "include: {a: {process: b, rejoins: {c: d}}}\n",
        ON_BASE + "mirror: {buyr: base.yaml}\n",
        ON_BASE + "facts: {budget: {lable: Money}}\n",
        ON_BASE + "name: p\n",
    ],
)
def test_a_typo_is_not(text: str) -> None:
    assert not valid(text)
