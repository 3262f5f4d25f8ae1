"""Shares in percent, as maps tell them."""

from __future__ import annotations

from fractions import Fraction


def share_told(share: Fraction) -> str:
    """A share from 0 to 1 in whole percent, which never says all or nothing of what is less."""
    rounded = f"{float(share):.0%}"
    if rounded == "100%" and share < 1:
        return ">99%"
    return "<1%" if rounded == "0%" and share > 0 else rounded
