"""Builds the fonts of the maps and their table of text widths; see README.md beside them.

This is a tool for maintainers: nothing imports it, and it needs fonttools, brotli and the Noto
sources. Usage: ``python tools/map_fonts.py FOLDER``, where FOLDER holds the source fonts that are
named below.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).parents[1] / "src/salesfsm/maps/fonts"
TEXT = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x24F),  # Latin-1, Latin Extended-A and -B
    (0x300, 0x36F),  # combining marks
    (0x370, 0x3FF),  # Greek
    (0x400, 0x52F),  # Cyrillic and its supplement
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x214F),  # №, ™ and their like
)
SYMBOLS = {
    "NotoSansMath-Regular.ttf": "←↑→↓↔↻−≈≠≤≥∞√",
    "NotoSansSymbols2-Regular.ttf": "✓✔✕✗★☆●○◆◇■□▲▼▶◀⚠➤⌛⏱☐☑☒",
}
FEATURES = ["ccmp", "mark", "mkmk"]  # no kerning and no ligatures: a line is as wide as its glyphs
FAMILY, FILE = "Salesfsm Sans", "SalesfsmSans"  # not to be mistaken for an installed Noto Sans
FONTS = {"regular": "NotoSans-Regular.ttf", "bold": "NotoSans-Bold.ttf"}


def build(sources: Path, name: str) -> TTFont:
    """The font ``name``, cut to what maps use, with the symbols that Noto Sans itself lacks."""
    font = TTFont(sources / name, recalcTimestamp=False)
    options = Options(hinting=False, layout_features=FEATURES, notdef_outline=True, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in TEXT for code in range(low, high + 1)])
    subsetter.subset(font)
    for file, symbols in SYMBOLS.items():
        borrow(font, TTFont(sources / file), symbols)
    for record in font["name"].names:
        record.string = record.toUnicode().replace("Noto Sans", FAMILY).replace("NotoSans", FILE)
    return font


def borrow(font: TTFont, lender: TTFont, symbols: str) -> None:
    """Copies the outlines of ``symbols`` into ``font``; both have 1000 units to the em."""
    names = lender.getBestCmap()
    for symbol in symbols:
        code = ord(symbol)
        name = f"uni{code:04X}"
        font["glyf"][name] = lender["glyf"][names[code]]
        font["hmtx"][name] = lender["hmtx"][names[code]]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


def widths(font: TTFont) -> dict[str, int]:
    """The advance of every character, in thousandths of the font size."""
    advances = font["hmtx"].metrics
    return {chr(code): advances[name][0] for code, name in sorted(font.getBestCmap().items())}


def main(sources: Path) -> None:
    """Writes both fonts, each as TrueType and as WOFF2, and ``widths.json``."""
    table = {}
    for weight, name in FONTS.items():
        font = build(sources, name)
        file = HERE / name.replace("NotoSans", FILE)
        font.save(file)
        font.flavor = "woff2"  # a third of the size, for pages that carry the font with them
        font.save(file.with_suffix(".woff2"))
        table[weight] = widths(font)
    text = json.dumps(table, ensure_ascii=True, separators=(",", ":"))
    (HERE / "widths.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
