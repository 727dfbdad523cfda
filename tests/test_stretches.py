"""Stretches of a scalar's value taken out of the text that it is written in: a text, the words of the value, and what is left."""

import pytest

from sidecarlint.documents import at, documents
from sidecarlint.edits import Refusal, Substitute, rewritten

CASES = [
    ("plain", "k: ./a; b x; c\n", "; b x", "k: ./a; c\n"),
    ("single quotes", "k: './a; b x; c'\n", "; b x", "k: './a; c'\n"),
    ("single quotes with some in them", "k: 'say ''a''; b x; say ''c'''\n", "; b x", "k: 'say ''a''; say ''c'''\n"),
    ("single quotes that go too", "k: 'trap ''b x'' 0; c'\n", "trap 'b x' 0; ", "k: 'c'\n"),
    ("double quotes", 'k: "./a; b x; c"\n', "; b x", 'k: "./a; c"\n'),
    ("double quotes with escapes", 'k: "./a \\"q\\"\\nb x\\nc \\u00e9"\n', "b x\n", 'k: "./a \\"q\\"\\nc \\u00e9"\n'),
    ("JSON", '{"k": "./a\\nb \\"x\\"\\nc"}\n', '\nb "x"', '{"k": "./a\\nc"}\n'),
    ("a literal block", "k: |\n  ./a\n  b x\n  c\n", "b x\n", "k: |\n  ./a\n  c\n"),
    ("its end", "k: |\n  ./a\n  b x\n", "\nb x", "k: |\n  ./a\n"),
    ("its end, stripped", "k: |-\n  ./a\n  b x\n", "\nb x", "k: |-\n  ./a\n"),
    ("its end, kept", "k: |+\n  ./a\n  b x\n\nl: 1\n", "\nb x", "k: |+\n  ./a\n\nl: 1\n"),
    ("with a blank line", "k: |\n  ./a\n\n  b x\n  c\n", "b x\n", "k: |\n  ./a\n\n  c\n"),
    ("with lines that are indented deeper", "k: |\n  if a; then\n    b x\n  fi\n", "  b x\n", "k: |\n  if a; then\n  fi\n"),
    ("with an indentation of its own", "k: |2\n    ./a\n    b x\n", "\n  b x", "k: |2\n    ./a\n"),
    ("with CRLF", "k: |\r\n  ./a\r\n  b x\r\n  c\r\n", "b x\n", "k: |\r\n  ./a\r\n  c\r\n"),
    ("over several lines", "k: |\n  ./a\n  b \\\n    x\n  c\n", "b \\\n  x\n", "k: |\n  ./a\n  c\n"),
    ("a comment on its sign", "k: | # sh\n  ./a\n  b x\n  c\n", "b x\n", "k: | # sh\n  ./a\n  c\n"),
    ("a folded block", "k: >-\n  ./a;\n  b x;\n  c\n", "; b x", "k: >-\n  ./a;\n  c\n"),
    ("its end, folded", "k: >-\n  ./a &&\n  b\n  x\n", " && b x", "k: >-\n  ./a\n"),
    ("its last line, folded", "k: >-\n    ./a\n    && b x\nl: 1\n", " && b x", "k: >-\n    ./a\nl: 1\n"),
    ("one of several the same, folded", "k: >-\n  b x;\n  ./a;\n  b x\n", "; ./a", "k: >-\n  b x;\n  b x\n"),
    ("single quotes over lines", "k: './a\n  && b x'\n", " && b x", "k: './a'\n"),
    ("double quotes over lines", 'k: "./a\n  && b x"\n', " && b x", 'k: "./a"\n'),
    ("plain over lines", "k: ./a &&\n  b\n  x\nl: 1\n", " && b x", "k: ./a\nl: 1\n"),
    ("not ASCII", "k: |\n  ./ä\n  b é\n  c\n", "b é\n", "k: |\n  ./ä\n  c\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "words", "left"), CASES, ids=[case[0] for case in CASES])
def test_taking_words_out(name: str, text: str, words: str, left: str) -> None:
    (document,) = documents(text)
    node = at(document.root, ("k",))
    assert node is not None
    start = node.text.index(words)
    assert rewritten(text, {0: [Substitute(("k",), start, start + len(words), "")]}) == left


@pytest.mark.parametrize("text", ['k: "./a\\\n  b x"\n', "k: 'it''s\n  b x'\n"])
def test_words_whose_place_is_not_certain_stay(text: str) -> None:
    (document,) = documents(text)
    node = at(document.root, ("k",))
    assert node is not None
    with pytest.raises(Refusal, match="escapes"):
        rewritten(text, {0: [Substitute(("k",), 0, len(node.text) - 1, "")]})
