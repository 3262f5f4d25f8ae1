"""Definition files become plain data with places, or a DefinitionError, and nothing else.

The messages are compared with ``golden/source_errors.txt``, for both parsers of PyYAML. After a
message was changed on purpose, ``UPDATE_GOLDEN=1 pytest tests/formats/test_source.py`` writes the
page anew: read the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Literal

import pytest
import yaml
from hypothesis import example, given, settings, strategies as st
from yamlcore import CoreLoader  # an oracle for the core schema

from salesfsm.errors import DefinitionError, Place
from salesfsm.formats.source import Source, parse_source, read_source, yaml_reader
from salesfsm.formats.source.text import MAX_BYTES, MAX_PROBLEMS
from salesfsm.formats.source.tree import MAX_DEPTH, MAX_NODES, MAX_NUMBER, MAX_SCALAR

GOLDEN = Path(__file__).parent / "golden" / "source_errors.txt"

Language = Literal["yaml", "json"]
LOADERS = [yaml.BaseLoader] + ([yaml.CBaseLoader] if yaml.__with_libyaml__ else [])

PROCESS = """\
# A process, as its designer writes it.
process: b2b
label: {en: B2B sale, pl: Sprzedaż B2B}
stages:
  - name: qualification
    probability: 20%
    tasks:
      - {name: discovery_call, optional: true}
    exit:
      - bant(min_budget=10000)
      - {rule: "budget < 500000", level: warn}
  - name: won

transitions:
- {trigger: win, source: '*', target: won, after: 90}
- trigger: note
  says: |
    Two lines:
    of text.
"""

BAD_YAML = {
    "an empty file": "",
    "nothing but comments": "# to be written\n",
    "a bare document": "---\n",
    "two documents": "process: b2b\n---\nprocess: other\n",
    "a directive": "# head\n%YAML 1.1\n---\nprocess: b2b\n",
    "the star of transitions without quotes": "transitions:\n  - {trigger: lose, source: *, to: x}",
    "an anchor, an alias and a merge key": "a: &base {x: 1}\nb:\n  <<: *base\nc: *base\n",
    "a tag that would colour the terminal": "a: !%1b31m 1\n",
    "tags": "a: !!python/object/apply:os.system [x]\nb: !foo 1\nc: !!str 2\nd: ! 3\n",
    "an alias as a key": "*base : 1\n",
    "a tag that is not declared": "a: !e!x 1\n",
    "duplicate keys": "name: a\nstages: {won: 1, won: 2}\nlabel: b\nname: c\nname: d\n",
    "a key written in two ways": 'name: a\n"name": b\n',
    "keys that are not texts": "2026: a\n1.5: b\ntrue: c\nnull: d\n0x1F: e\nNO: f\n",
    "a missing key": "? \n: 1\n",
    "a missing key between brackets": "{: 1}",
    "a list as a key": "? [a, b]\n: 1\n? {c: d}\n: 2\n",
    "an item without its dash": "stages:\n  - name: a\n    label: A\n    name: b\n    label: B\n",
    "a no-break space behind a colon": "process: b2b\nversion:\u00a0a\nlabel: x\n",
    "a no-break space as indentation": "stages:\n\u00a0 - name: won\n",
    "keys with characters that do not show": "\u00a0name: a\nla\u200bbel: b\n'quo\u00a0ted': c\n",
    "a tab as indentation": "stages:\n\t- name: won\n",
    "a tab between key and value": "name:\twon\n# a comment may hold a\ttab\n",
    "control characters": "name: a\x07b\nlabel: c\x85d\u2028e\ufefff\n",
    "control characters as escapes": 'name: "a\\0b"\nlabel: "\\x1b[31m"\n',
    "numbers that are not finite": "a: .inf\nb: -.INF\nc: .nan\nd: 1e999\n",
    "a number too long": f"a: {'1' * (MAX_NUMBER + 1)}\n",
    "a text too long": f"a: {'x' * (MAX_SCALAR + 1)}\n",
    "an unquoted text with a colon": "definition: The rule: budget is known\n",
    "a key below a text": "stages: many\n  name: won\n",
    "a key indented wrongly": "stages:\n    name: won\n  label: Won\n",
    "a line without a colon": "name: won\nlabel\nprobability: 1\n",
    "a list item among keys": "name: won\n- label\n",
    "a key among list items": "- name\nlabel: x\n",
    "a list on the line of its key": "stages: - won\n",
    "a list never closed": "reasons: [price, other\n",
    "a mapping never closed": "stages:\n  - {name: won, label: {en: Won}\n",
    "a comma missing in a list": 'reasons: ["price" "other"]\n',
    "a comma missing in a mapping": 'label: {en: "Won" pl: "Wygrana"}\n',
    "a rule with brackets in a mapping": "stages:\n  - {name: b, entry: n in [1, 2, 3]}\n",
    "a rule with brackets in a list": "exit: [known(n), n in [1, 2, 3]]\n",
    "a text with a colon in a mapping": "label: {en: Won: at last}\n",
    "a comma too many": "reasons: [price,, other]\n",
    "a bracket too many": "reasons: [price]]\n",
    "a quote never closed": "name: won\nlabel: 'Its won\n",
    "a quote inside single quotes": "label: 'It's won'\n",
    "text behind a quoted text": 'label: "Won" at last\n',
    "a document mark in a quoted text": 'label: "a\n---\nb"\n',
    "an unknown escape": 'file: "C:\\pipeline"\n',
    "an escape that names no character": 'label: "\\U00110000"\n',
    "a text that begins with a reserved sign": "label: @anna\nowner: `x`\n",
    "a text of several lines that begins wrongly": "says: |wide\n  text\n",
    "text behind the document": "process: b2b\n...\nname: x\n",
    "a far column in a long line": f"a: [{'word, ' * 40}*]\n",
    "columns count characters, not bytes": "ż😀ó: [ą, *]\n",
}

BAD_JSON = {
    "an empty file": " \n",
    "duplicate keys": '{"name": "a",\n "label": {"pl": 1, "pl": 2},\n "na\\u006de": "b"}',
    "numbers that are not finite": "[NaN, -Infinity, 1e999, -1e-5]",
    "a number too long": f"[{'1' * 5000}]",
    "a comma before a bracket": '{"stages": ["won", \n ], }',
    "a comma missing": '{"name": "won"\n "label": "Won"}',
    "a key without quotes": '{name: "won"}',
    "single quotes": "['won']",
    "a comment": '{\n  // the name\n  "name": "won"}',
    "a colon missing": '{"name" "won"}',
    "a bracket never closed": '{"name": ["won"',
    "a quote never closed": '{"name": "won}',
    "a line break in a text": '["a\nb"]',
    "an unknown escape": '["C:\\pipeline"]',
    "half of a surrogate pair": '["\\ud83d\\ude00", "\\ud83d"]',
    "two documents": '{"name": "won"}\n{"name": "lost"}',
    "control characters": '["a\u2028b"]',
}


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with PyYAML's parser in Python, and with the one in C where there is one."""
    monkeypatch.setattr(yaml_reader, "EVENT_LOADER", request.param)


def refusal(text: str, language: Language = "yaml") -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        parse_source(text, file="b2b." + language, language=language)
    return caught.value


def places(source: Source, data: object, path: tuple[str | int, ...] = ()) -> list[object]:
    """The places of everything in ``data``, keys and values."""
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    found: list[object] = [source.place(path), source.place(path, key=True)]
    for part, value in inner:
        found += places(source, value, (*path, part))
    return found


# What a file means


@pytest.mark.usefixtures("each_parser")
def test_a_process_file_becomes_plain_data() -> None:
    assert parse_source(PROCESS).data == {
        "process": "b2b",
        "label": {"en": "B2B sale", "pl": "Sprzedaż B2B"},
        "stages": [
            {
                "name": "qualification",
                "probability": "20%",
                "tasks": [{"name": "discovery_call", "optional": True}],
                "exit": ["bant(min_budget=10000)", {"rule": "budget < 500000", "level": "warn"}],
            },
            {"name": "won"},
        ],
        "transitions": [
            {"trigger": "win", "source": "*", "target": "won", "after": 90},
            {"trigger": "note", "says": "Two lines:\nof text.\n"},
        ],
    }


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize(
    ("plain", "meant"),
    [
        *[
            (word, word)
            for word in ("on", "off", "yes", "NO", "y", "nUll", "tRUE", "1_000", "1:30")
        ],
        *[
            (word, word)
            for word in ("2026-11-21", "0b1", "0o8", "0xG", "-0x1", "1e", ".", "-", "+")
        ],
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[("0", 0), ("-7", -7), ("+12", 12), ("0777", 777), ("0o17", 15), ("0x1F", 31)],
        *[("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1e3", -1000.0), ("12e-1", 1.2)],
        *[("'1'", "1"), ('"true"', "true"), ("'~'", "~"), ('""', "")],
    ],
)
def test_scalars_mean_what_the_core_rules_say(plain: str, meant: object) -> None:
    data = parse_source(f"- x\n- {plain}\n").data
    assert isinstance(data, list)
    value = data[1]
    assert (type(value), value) == (type(meant), meant) or (plain == "-" and value == [None])


@given(st.text("+-.0123456789_eExXoOabfintrulsNTFaAe~", max_size=12))
@example("0o")
@example("1e5")
@example("+.Inf")
def test_plain_scalars_resolve_as_yamlcore_does(plain: str) -> None:
    oracle = CoreLoader("")
    tag = oracle.resolve(yaml.ScalarNode, plain, (True, False))
    assert repr(yaml_reader.resolve(plain)) == repr(
        oracle.construct_object(yaml.ScalarNode(tag, plain))
    )


# Where things stand


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        ((), False, 2, 1),
        (("process",), False, 2, 10),
        (("process",), True, 2, 1),
        (("label", "pl"), False, 3, 27),
        (("label", "pl"), True, 3, 23),
        (("stages",), True, 4, 1),
        (("stages",), False, 5, 3),
        (("stages", 0), False, 5, 5),
        (("stages", 0), True, 5, 5),
        (("stages", 0, "exit", 1, "rule"), False, 11, 16),
        (("stages", 1, "name"), True, 12, 5),
        (("transitions", 1, "says"), False, 17, 9),
        (("stages", 1, "label"), False, 12, 5),
        (("stages", 9, "label"), False, 5, 3),
        (("stages", 9, "label"), True, 4, 1),
        (("nowhere",), True, 2, 1),
    ],
)
def test_a_path_leads_to_its_place_or_the_nearest_above(
    path: tuple[str | int, ...], key: bool, line: int, column: int
) -> None:
    place = parse_source(PROCESS, file="b2b.yaml").place(path, key=key)
    assert place == Place("b2b.yaml", line, column, PROCESS.splitlines()[line - 1])


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_of_every_system_count_alike(line_break: str) -> None:
    text = PROCESS.replace("\n", line_break)
    source = parse_source(text)
    assert source.data == parse_source(PROCESS).data
    assert source.place(("stages", 1, "name")) == Place("<text>", 12, 11, "  - name: won")


def test_json_places_count_characters_as_they_stand() -> None:
    text = '{\t"a\\t😀": "\\ud83d\\ude00",\n  "ż": [1, {"x\\"": null}]}'
    source = parse_source(text, file="x.json", language="json")
    assert source.data == {"a\t😀": "😀", "ż": [1, {'x"': None}]}
    lines = text.split("\n")
    assert source.place(("a\t😀",), key=True) == Place("x.json", 1, 3, lines[0])
    assert source.place(("a\t😀",)) == Place("x.json", 1, 11, lines[0])
    assert source.place(("ż", 1, 'x"')) == Place("x.json", 2, 20, lines[1])


texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\u2028\u2029\ufeff")
)
plain_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(plain_data, st.sampled_from([None, 2]), st.booleans())
def test_json_reads_as_the_json_module_does(
    data: object, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    assert parse_source(text, language="json").data == data


# What is refused


@pytest.mark.usefixtures("each_parser")
def test_messages_stand_on_the_golden_page() -> None:
    page = "".join(
        f"== {language}: {title}\n{refusal(text, language)}\n\n"
        for language, cases in (("yaml", BAD_YAML), ("json", BAD_JSON))
        for title, text in cases.items()
    )
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.usefixtures("each_parser")
def test_every_problem_has_a_place_a_hint_and_a_path() -> None:
    problems = refusal("stages:\n  - name: a\n    name: b\n    x: *y\n").problems
    assert [problem.path for problem in problems] == [("stages", 0, "name"), ("stages", 0, "x")]
    assert all(problem.place and problem.hint for problem in problems)


@pytest.mark.usefixtures("each_parser")
def test_problems_before_a_syntax_error_are_told_with_it() -> None:
    lines = [
        each.place and each.place.line for each in refusal("a: 1\na: 2\nb: *x\nc: ]\n").problems
    ]
    assert lines == [2, 3, 4]


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize("unit", ["a: 1\n", "- *x\n", "- !x 1\n", "- \x07\n", "- \ta\n"])
def test_problems_without_end_are_cut(unit: str) -> None:
    assert len(refusal(unit * 5000).problems) <= MAX_PROBLEMS


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize("language", ["yaml", "json"])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_nesting_is_bounded(opening: str, language: Language) -> None:
    for repeated in (1_000, MAX_BYTES // len(opening)):
        first = refusal(opening * repeated, language).problems[0]
        assert f"more than {MAX_DEPTH}" in first.message
        assert first.place is not None
        assert (first.place.line, first.place.column // len(opening)) >= (1, MAX_DEPTH // 2)


@pytest.mark.usefixtures("each_parser")
@pytest.mark.parametrize("unit", ["- ", "? ", "- ? "])
def test_nesting_without_brackets_is_bounded(unit: str) -> None:
    assert f"more than {MAX_DEPTH}" in str(refusal(unit * 100_000))


@pytest.mark.usefixtures("each_parser")
def test_nesting_at_the_bound_is_read() -> None:
    for language in ("yaml", "json"):
        assert parse_source("[" * MAX_DEPTH + "]" * MAX_DEPTH, language=language).data


def test_brackets_in_a_text_are_no_nesting() -> None:
    assert parse_source(json.dumps(["[" * 1000 + '\\"{']), language="json").data


@pytest.mark.parametrize("language", ["yaml", "json"])
def test_the_number_of_values_is_bounded(language: Language) -> None:
    def listed(count: int) -> str:
        return "[" + ",\n".join(["1"] * count) + "]"

    assert parse_source(listed(MAX_NODES - 1), language=language).data
    assert f"more than {MAX_NODES} values" in str(refusal(listed(MAX_NODES), language))


def test_a_text_of_a_million_quotes_is_searched_once() -> None:
    assert "never closed" in str(refusal('"' + '\\"' * (MAX_BYTES // 2 - 1), "json"))


# Files


def test_files_are_read_by_their_suffix(tmp_path: Path) -> None:
    for name, text in (("a.yaml", "x: NO"), ("b.YML", "x: NO"), ("c.json", '{"x": "NO"}')):
        (tmp_path / name).write_text(text, encoding="utf-8")
        source = read_source(tmp_path / name)
        assert (source.data, source.file) == ({"x": "NO"}, str(tmp_path / name))


def test_a_byte_order_mark_is_accepted_and_takes_no_column(tmp_path: Path) -> None:
    path = tmp_path / "b2b.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + "nazwa: sprzedaż\n".encode())
    assert read_source(path).place(("nazwa",), key=True) == Place(
        str(path), 1, 1, "nazwa: sprzedaż"
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_wrong_encoding_names_the_byte(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "b2b.yaml"
    path.write_bytes(mark + "ż: 1\r\nlabel: Sprzeda".encode() + b"\xbf B2B\n")
    with pytest.raises(DefinitionError) as caught:
        read_source(path)
    (problem,) = caught.value.problems
    assert problem.message == f"byte 0xbf at offset {len(mark) + 21} is not UTF-8"
    assert problem.place == Place(str(path), 2, 15, "label: Sprzeda\ufffd B2B")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "b2b.yaml").write_bytes(PROCESS.encode(encoding))
    with pytest.raises(DefinitionError, match=r"UTF-16(?s:.)*Save the file as UTF-8"):
        read_source(tmp_path / "b2b.yaml")


def test_a_file_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b2b.yaml").write_bytes(b"#" * 10_000_000)
    with pytest.raises(DefinitionError, match="larger than 1024 KiB"):
        read_source(tmp_path / "b2b.yaml")
    with pytest.raises(DefinitionError, match="larger than 1024 KiB"):
        parse_source("#" * (MAX_BYTES + 1))


def test_what_is_no_definition_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "b2b.yaml").write_text(PROCESS, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    for name, said in (
        ("b2c.yaml", "there is no file (?s:.)*Did you mean .*b2b.yaml"),
        ("missing/b2b.yaml", "there is no file "),
        ("nofile.yaml", r"there is no file [^\n]*nofile\.yaml$"),
        ("folder.yaml", "is a folder"),
        ("b2b.txt", "not a YAML or JSON file by its name(?s:.)*.yaml, .yml, .json"),
        ("b2b", "not a YAML or JSON file by its name"),
        ("a\0.yaml", "there is no file"),
        ("x" * 5000 + ".yaml", "cannot be read|there is no file"),
        ("b2b.yaml/x.yaml", "cannot be read|there is no file"),
    ):
        with pytest.raises(DefinitionError, match=said):
            read_source(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are of POSIX")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(DefinitionError, match="not a regular file"):
        read_source(tmp_path / "pipe.yaml")


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b2b.yaml").write_text(PROCESS, encoding="utf-8")

    def deny(*_: object) -> None:  # root, as in containers, may read every file
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(DefinitionError, match="cannot be read: Permission denied"):
        read_source(tmp_path / "b2b.yaml")


# Whatever comes


def outcome(text: str, language: Language = "yaml") -> tuple[object, object] | None:
    """The data and places of a text, or None if it is refused; nothing else may happen."""
    try:
        source = parse_source(text, language=language)
    except DefinitionError as error:
        str(error).encode()  # fit to be printed
        return None
    return source.data, places(source, source.data)


SIGNS = st.sampled_from(
    [
        *"-:?[]{},#&*!|>'\"%@`\\~<= \n\t\r\0a1ż😀\ufeff\u2028",
        *(": ", "- ", "\n  ", "? ", "---\n", "...\n", "<<: ", "!!str ", "&a ", "*a"),
        *("\\u", "\\ud800", "\\U00110000", "|\n", ">+1\n", '"\n'),
    ]
)
EDITS = st.lists(st.tuples(st.integers(0, len(PROCESS)), st.integers(0, 4), SIGNS), max_size=5)


def edited(edits: list[tuple[int, int, str]], text: str) -> str:
    for at, removed, sign in edits:
        text = text[:at] + sign + text[at + removed :]
    return text


@settings(max_examples=150)
@given(EDITS)
@example([(0, 0, '"\\U00110000"')])
@example([(0, 0, '"\\UFFFFFFFF"')])
@example([(286, 0, ",")])
def test_an_edited_process_is_read_or_refused_and_alike_by_both_parsers(
    edits: list[tuple[int, int, str]],
) -> None:
    text = edited(edits, PROCESS)
    found = []
    for loader in LOADERS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_reader, "EVENT_LOADER", loader)
            found.append(outcome(text))
    accepted = [each for each in found if each is not None]
    assert all(each == accepted[0] for each in accepted)


@given(st.text() | st.lists(SIGNS).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text)
    outcome(text, "json")


@given(EDITS)
def test_edited_json_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    text = json.dumps(parse_source(PROCESS).data, indent=1, ensure_ascii=False)
    outcome(edited(edits, text), "json")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytes")


@given(st.binary(max_size=200), st.sampled_from(["x.yaml", "x.json"]))
def test_any_bytes_are_read_or_refused(scratch: Path, raw: bytes, name: str) -> None:
    (scratch / name).write_bytes(raw)
    with contextlib.suppress(DefinitionError):
        read_source(scratch / name)
