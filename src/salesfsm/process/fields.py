"""The kinds of fields that definitions are made of: names, texts, rules, dates, shares.

Each reads what a designer writes, and is written again in the same form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sized
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from salesfsm.errors import UNWANTED, RuleError, ValueTypeError, shorten
from salesfsm.frozen import FrozenDict
from salesfsm.rules import syntax
from salesfsm.rules.build import Rule
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.types import decimal
from salesfsm.rules.values import CURRENCY

LONGEST_TEXT = 4_000
Items = TypeVar("Items", bound=Sized)


def refusal(message: str, hint: str = "") -> PydanticCustomError:
    """A complaint about a field, with how to mend it, in the form that pydantic collects."""
    return PydanticCustomError("salesfsm", "{message}", {"message": message, "hint": hint})


def file_format(key: str) -> BeforeValidator:
    """What refuses all versions of a file format but the whole number 1 under ``key``."""

    def check(value: object) -> object:
        if type(value) is not int or value != 1:
            raise refusal(
                f"this is no version of the file format: {shorten(str(value))!r}", f"write {key}: 1"
            )
        return value

    return BeforeValidator(check)


def _clean(text: str) -> str:
    if found := UNWANTED.search(text):
        raise refusal(f"the character U+{ord(found[0]):04X} is not allowed in a text")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(_clean),
]
"""A text that is not empty."""

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_LANGUAGE = re.compile(LANGUAGE)


def _language(value: object) -> str:
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value
    raise refusal(
        f"{shorten(str(value))!r} is not the code of a language", "write en, pl, bg, pt-BR …"
    )


Language = Annotated[
    str, PlainValidator(_language), WithJsonSchema({"type": "string", "pattern": LANGUAGE})
]


def _frozen(value: Mapping[str, str]) -> FrozenDict[str, str]:
    return FrozenDict(value)


NAMED_ALONE = Field(json_schema_extra={"additionalProperties": False})
"""Makes the JSON Schema of a mapping refuse the keys that its own pattern does not fit."""


def _some(items: Items) -> Items:
    if not items:
        raise refusal("at least one is needed here", "name one, or leave the key out")
    return items


AT_LEAST_ONE = AfterValidator(_some)
"""Refuses what is empty. Pydantic's own minimum leaves out the items that do not fit."""

Translations = Annotated[
    Mapping[Language, Line],
    Field(json_schema_extra={"additionalProperties": False, "minProperties": 1}),
    AT_LEAST_ONE,
    AfterValidator(_frozen),
]


def _form(value: object) -> str:
    return "translations" if isinstance(value, Mapping) else "line"


Text = Annotated[
    Annotated[Line, Tag("line")] | Annotated[Translations, Tag("translations")],
    Discriminator(_form),
]
"""A text for people: one for all languages, or one for each (``{en: Won, pl: Wygrana}``)."""


def in_language(text: Text | None, language: str, default: str = "") -> str:
    """``text`` in ``language`` (BCP 47), else its base language, else English, else the first."""
    if text is None:
        return default
    if isinstance(text, str):
        return text
    for wanted in (language, language.partition("-")[0], "en"):
        if wanted in text:
            return text[wanted]
    return next(iter(text.values()), default)


def spoken(name: str) -> str:
    """A name as people read it where it has no label: ``win_back`` is ``Win back``."""
    return name.replace("_", " ").capitalize()


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
NAME_FORM = "letters a-z, digits and _, beginning with a letter"


def _name(value: object) -> str:
    if isinstance(value, str) and len(value) <= 100 and _NAME.fullmatch(value):
        return value
    shown = value if isinstance(value, str) else repr(value)
    raise refusal(
        f"{shorten(str(shown))!r} is not a name",
        f"a name has {NAME_FORM}; put the rest in 'label'",
    )


Name = Annotated[
    str,
    PlainValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$", "maxLength": 100}),
]
"""The name of a stage, fact, trigger …: what code and rules call it, in every language."""


_parsed = lru_cache(maxsize=4_096)(parse)
"""Nodes are immutable, and processes that are composed hold many rules more than once."""


def _rule(value: object) -> syntax.Node:
    if isinstance(value, syntax.Node):
        return value
    if isinstance(value, Rule):
        return value.node
    if isinstance(value, bool):
        return syntax.Literal(value)
    if not isinstance(value, str):
        raise refusal("a rule is a text, such as known(budget)")
    try:
        return _parsed(value)
    except RuleError as error:
        raise refusal(str(error).replace("\n", "\n  ")) from None


RuleNode = Annotated[
    syntax.Node,
    PlainValidator(_rule),
    PlainSerializer(print_rule, return_type=str),
    WithJsonSchema(
        {"type": ["string", "boolean"], "description": "A condition in the rule language."}
    ),
]
"""A rule: a text in the rule language, or what Python's operators built."""


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(value: object) -> date:
    """A date, or its text in the one form; a number is none, nor is a time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise refusal(
        f"{shorten(str(value))!r} is not a date",
        "write a day that the calendar has, such as 2026-12-31, without a time",
    )


Day = Annotated[date, BeforeValidator(_day)]
"""A date, as ``2026-12-31``."""


def _share(value: object) -> Decimal:
    """A share from 0 to 1, or in per cent with the sign."""
    text = str(value).strip()
    per_cent = text.endswith("%")
    try:
        share = decimal(text[:-1] if per_cent else value) / (100 if per_cent else 1)
    except ValueTypeError:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise refusal(
            f"{shorten(text)!r} is not a probability",
            "write per cent (20%) or a share from 0 to 1 (0.2)",
        )
    return share


def percent(share: Decimal) -> str:
    """A share of one as people write it: ``20%``."""
    return f"{(share * 100).normalize():f}%"


Share = Annotated[
    Decimal,
    PlainValidator(_share),
    PlainSerializer(percent, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d{1,12})?\s*%?\s*$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ]
        }
    ),
]
"""A share of one, written ``20%`` or ``0.2``."""


def _amount(value: object) -> Decimal:
    try:
        return decimal(value)
    except ValueTypeError as error:
        raise refusal(str(error)) from None


def _plain_number(amount: Decimal) -> int | str:
    return int(amount) if amount == amount.to_integral_value() else f"{amount:f}"


Amount = Annotated[
    Decimal,
    PlainValidator(_amount),
    PlainSerializer(_plain_number, return_type=int | str, when_used="json"),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?$"}]}
    ),
]
"""An exact number: a bound of a fact."""


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
        return value
    raise refusal(f"{shorten(repr(value))} is not a number of things", "write 0, 1, 2 …")


LARGEST_COUNT = 1_000
Count = Annotated[
    int,
    PlainValidator(_count),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT}),
]
"""How many: a small whole number."""


def _currency(value: object) -> str:
    if isinstance(value, str) and CURRENCY.fullmatch(value):
        return value
    raise refusal(
        f"{shorten(str(value))!r} is not a currency", "write three capital letters, such as EUR"
    )


Currency = Annotated[
    str,
    PlainValidator(_currency),
    WithJsonSchema({"type": "string", "pattern": f"^{CURRENCY.pattern}$"}),
]
"""A currency: three capital letters, as the codes of ISO 4217 are."""


def _version(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refusal("the version is a text", f'put it in quotes: "{value}"')
    return value


Version = Annotated[Line, BeforeValidator(_version)]
"""The version of a process: a text, compared for equality only."""
