"""The `.env` format: what is an assignment, what is not, and on which line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.settings.dotenv import DotEnv, Entry, parse


def only(content: str) -> str:
    """The value of the one assignment in `content`."""
    file = parse(content.encode())
    assert (file.problems, len(file.entries)) == ((), 1)
    return file.entries[0].value


@pytest.mark.parametrize(
    "line", ["API_PORT", "API PORT=1", "=8000", "8PORT=1", "API-PORT=1", "export", "export API_PORT", "- A=1", "A: 1"]
)
def test_a_line_that_is_no_assignment_is_told_by_its_number_and_not_by_its_text(line: str) -> None:
    assert parse(f"# first\n\n{line}\n".encode()) == DotEnv(
        (), (".env line 3: not KEY=value, a comment or an empty line.",), False
    )


@pytest.mark.parametrize("value", ['"open', "'open", '"a" b', "'a'b", '"a\\"', '"a""b"', "'a'b'"])
def test_quotes_that_do_not_close_around_the_value_are_a_problem(value: str) -> None:
    assert parse(f"SECRET={value}\n".encode()).problems == (
        ".env line 1: the quotes around the value of SECRET do not close, or something follows them.",
    )


def test_a_name_given_twice_is_a_problem_that_tells_both_lines() -> None:
    assert parse(b"A=1\nB=2\nA=3\n").problems == (".env line 3: A is already on line 1; keep one.",)


def test_a_nul_is_a_problem() -> None:
    assert parse(b"A=1\0\n").problems == (".env line 1: A has a NUL character in it.",)


def test_bytes_that_are_not_utf_8_are_a_problem_on_their_line() -> None:
    assert parse(b"A=1\nB=\xff\xfe\n") == DotEnv((), (".env line 2: not UTF-8; save the file as UTF-8.",), False)


def test_all_bad_lines_are_told_and_the_good_ones_are_read() -> None:
    file = parse(b"oops\nA=1\n'B'=2\n")
    assert file.entries == (Entry("A", "1", 2),)
    assert [problem.partition(":")[0] for problem in file.problems] == [".env line 1", ".env line 3"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# A=1\n", b"   # indented\n", b"\t\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_assignments_has_no_entries(content: bytes) -> None:
    assert parse(content) == DotEnv((), (), False)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("A=1", "1"),
        ("A=1\n", "1"),
        ("A=", ""),
        ("export A=1\n", "1"),
        ("  A=1\n", "1"),
        ("A =1\n", "1"),
        ("A=a=b==\n", "a=b=="),
        ("A=a#b\n", "a#b"),
        ("A=#b\n", "#b"),
        ("A=a # said\n", "a"),
        ("A= # said\n", ""),
        ("A=a\t# said\n", "a"),
        ("A=$HOME/${B}\n", "$HOME/${B}"),
        ("A=C:\\new\n", "C:\\new"),
        ("A=größe\n", "größe"),
        ("\ufeffA=1\n", "1"),
        ('A="a b"\n', "a b"),
        ('A="a # b"\n', "a # b"),
        ('A="a" # said\n', "a"),
        ('A=""\n', ""),
        ('A="say \\"hi\\" \\\\ \\n"\n', 'say "hi" \\ \\n'),
        ("A='a b'\n", "a b"),
        ("A='a\\'\n", "a\\"),
        ("A='\"a\"'\n", '"a"'),
        ("A=it's\n", "it's"),
    ],
)
def test_an_assignment_is_read(content: str, value: str) -> None:
    assert only(content) == value


@pytest.mark.parametrize(("content", "value"), [("A= 1\n", " 1"), ("A=1  \n", "1  "), ('A=" 1 "\n', " 1 ")])
def test_spaces_around_a_value_are_left_to_be_cut_and_said(content: str, value: str) -> None:
    assert only(content) == value


def test_windows_line_ends_are_cut_and_told() -> None:
    file = parse(b'A=1\r\nB="2"\r\n# end\r\n')
    assert file == DotEnv((Entry("A", "1", 1), Entry("B", "2", 2)), (), True)


def test_entries_keep_their_order_and_lines() -> None:
    assert parse(b"B=2\n\n# comment\nA=1\n").entries == (Entry("B", "2", 1), Entry("A", "1", 4))


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=40))
def test_a_value_in_single_quotes_is_kept_as_it_is(value: str) -> None:
    quiet = value.replace("'", "")
    assert only(f"A='{quiet}'") == quiet


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=40))
def test_a_value_escaped_in_double_quotes_is_kept_as_it_is(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    assert only(f'A="{escaped}"') == value


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_told_as_problems(content: bytes) -> None:
    file = parse(content)
    assert all(problem.startswith(".env line ") for problem in file.problems)
