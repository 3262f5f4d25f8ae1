"""Slips of those who build rules in Python, told where they are made."""

from __future__ import annotations

import pytest

from salesfsm.rules.build import fact


def test_the_options_of_is_in_are_a_list_and_no_text() -> None:
    with pytest.raises(TypeError, match="is_in takes a list of options, not the text 'user'"):
        fact("authority").is_in("user")
