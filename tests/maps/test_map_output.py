"""Maps become files: the suffix says how, the fonts are shipped, and a file is never half there."""

from __future__ import annotations

import errno
import os
import re
import struct
import sys
from pathlib import Path

import pytest
from drawings import BULGARIAN, LOOPS, POLISH, SMALL, STRANGE

from salesfsm.errors import MapError, MissingExtraError
from salesfsm.maps import OUTPUTS, Diagram, to_pdf, to_png, to_svg, write_map

BEGINNINGS = {
    ".svg": b"<svg ",
    ".png": b"\x89PNG\r\n",
    ".pdf": b"%PDF-",
    ".dot": b"digraph map {",
    ".html": b"<!doctype html>",
    ".mmd": b"---\nconfig:\n",
}


@pytest.mark.parametrize("suffix", OUTPUTS)
def test_the_suffix_says_how_the_map_is_drawn(suffix: str, tmp_path: Path) -> None:
    for name in (f"one{suffix}", f"TWO{suffix.upper()}"):
        written = write_map(SMALL, tmp_path / name)
        assert written.read_bytes().startswith(BEGINNINGS[suffix])
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("suffix", OUTPUTS)
def test_the_same_map_is_the_same_file(suffix: str, tmp_path: Path) -> None:
    one = write_map(LOOPS, tmp_path / f"one{suffix}").read_bytes()
    two = write_map(LOOPS, tmp_path / f"two{suffix}").read_bytes()
    assert one == two


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_png_has_96_pixels_to_the_inch() -> None:
    found = re.search(r'width="(\d+)pt" height="(\d+)pt"', to_svg(SMALL))
    assert found is not None
    across, down = size_of(to_png(SMALL))
    assert across == pytest.approx(int(found[1]) * 96 / 72, abs=1.5)
    assert down == pytest.approx(int(found[2]) * 96 / 72, abs=1.5)


@pytest.mark.parametrize("diagram", [POLISH, BULGARIAN], ids=["polish", "bulgarian"])
def test_text_is_drawn_with_the_shipped_font_alone(diagram: Diagram, monkeypatch) -> None:
    resvg_py = pytest.importorskip("resvg_py")
    drawn = to_png(diagram)

    def without_system_fonts(**given: object) -> bytes:
        return real(**{**given, "skip_system_fonts": True})

    def without_any_fonts(**given: object) -> bytes:
        return real(**{**given, "skip_system_fonts": True, "font_files": []})

    real = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", without_system_fonts)
    assert to_png(diagram) == drawn
    monkeypatch.setattr(resvg_py, "svg_to_bytes", without_any_fonts)
    blank = to_png(diagram)
    assert size_of(blank) == size_of(drawn)
    assert len(drawn) > 1.5 * len(blank)


@pytest.mark.parametrize(
    "diagram", [SMALL, BULGARIAN, STRANGE], ids=["small", "bulgarian", "strange"]
)
def test_a_pdf_is_one_page_as_large_as_the_picture_in_the_shipped_font(diagram: Diagram) -> None:
    pdf = to_pdf(diagram)
    found = re.search(r'width="(\d+)pt" height="(\d+)pt"', to_svg(diagram))
    page = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert found is not None
    assert page is not None
    assert float(page[1]) == pytest.approx(float(found[1]), abs=1)
    assert float(page[2]) == pytest.approx(float(found[2]), abs=1)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert b"SalesfsmSans-Bold" in pdf


def test_an_unknown_suffix_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    for name in ("map.gif", "map", ".svg"):
        with pytest.raises(MapError, match=r"known: \.svg, \.png, \.pdf, \.dot, "):
            write_map(SMALL, tmp_path / name)


def test_a_missing_folder_is_an_error_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"there is no folder .*nowhere"):
        write_map(SMALL, tmp_path / "nowhere" / "map.svg")


def test_a_target_that_is_a_folder_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "map.svg").mkdir()
    with pytest.raises(MapError, match="cannot write"):
        write_map(SMALL, tmp_path / "map.svg")
    assert [each.name for each in tmp_path.iterdir()] == ["map.svg"]


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_write_that_fails_leaves_the_old_file_whole(step, tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "map.svg"
    target.write_text("the old map", encoding="utf-8")
    real_write = Path.write_bytes

    def fail(path: Path, content: object) -> None:
        if step == "write_bytes":
            real_write(path, b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(MapError, match="No space left"):
        write_map(SMALL, target)
    monkeypatch.undo()
    assert target.read_text(encoding="utf-8") == "the old map"
    assert [each.name for each in tmp_path.iterdir()] == ["map.svg"]


@pytest.mark.parametrize(
    ("package", "suffix", "extra"), [("resvg_py", ".png", "maps"), ("typst", ".pdf", "pdf")]
)
def test_a_missing_package_names_its_extra(package, suffix, extra, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf'pip install "salesfsm\[{extra}\]"'):
        write_map(SMALL, tmp_path / f"map{suffix}")
    assert list(tmp_path.iterdir()) == []
