"""What opens a store, and what is taken for a slip instead of for a new database."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesfsm as sf


@pytest.mark.parametrize("name", ["deals.db", "deals", "sub/deals"])
def test_a_path_opens_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    sf.open_store(path).close()
    assert path.is_file()


@pytest.mark.parametrize("url", ["memory", "postgresql:deals", "sqlite:deals.db", "", ":memory:"])
def test_a_slip_in_a_url_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sf.CommandError, match=r"begins no URL of a store|needs a file"):
        sf.open_store(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://anna:s3cr@t:w/rd@host:port/x", "sqlite:/anna:s3cr"])
def test_a_url_that_cannot_be_read_is_told_without_its_password(url: str) -> None:
    with pytest.raises(sf.CommandError) as caught:
        sf.open_store(url)
    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize("url", [None, 5])
def test_what_is_no_url_is_an_error(url: object) -> None:
    with pytest.raises(sf.ValueTypeError, match="opened by its URL"):
        sf.open_store(url)  # type: ignore[arg-type]
