"""The closed lists of words that definitions choose from."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What an unmet criterion does to a move: refuse it, warn of it, or advise against it."""

    BLOCK = "block"
    WARN = "warn"
    ADVISE = "advise"


class Outcome(StrEnum):
    """What a stage means for the opportunity; never told from its name or probability."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Plane(StrEnum):
    """The four planes of selling."""

    PROSPECTING = "prospecting"
    SALES = "sales"
    CROSS_SELLING = "cross_selling"
    RETENTION = "retention"


class Maker(StrEnum):
    """Who made a piece of evidence."""

    BUYER = "buyer"
    SELLER = "seller"
    THIRD_PARTY = "third_party"


class Acting(StrEnum):
    """Who may fire in a stage: anyone, the members of its team, or the owner alone."""

    ANYONE = "anyone"
    TEAM = "team"
    OWNER = "owner"
