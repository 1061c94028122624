"""What goes to stdout."""

from __future__ import annotations

import pytest

from alistach.cli.output import Form, form, plain, write_json


@pytest.mark.parametrize(
    ("as_json", "envelope", "wanted"),
    [(False, False, Form.DATA), (True, False, Form.DATA), (True, True, Form.ENVELOPE), (False, True, Form.ENVELOPE)],
)
def test_a_pipe_always_gets_json(as_json: bool, envelope: bool, wanted: Form) -> None:
    assert form(as_json=as_json, envelope=envelope) is wanted


def test_numbers_stay_as_they_came(capsys: pytest.CaptureFixture[str]) -> None:
    write_json(b'{"id":12345678901234567890,"price":1.10}')
    assert capsys.readouterr().out == '{\n  "id": 12345678901234567890,\n  "price": 1.10\n}\n'


def test_what_a_terminal_would_obey_is_cut() -> None:
    assert plain("a\x1b[2Jb\r\nc\u202ed é 漢") == "a [2Jb  c d é 漢"
