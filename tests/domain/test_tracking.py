"""Codes: random bits, printed form, and that the check shows every slip of the pen."""

import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.tracking import (
    ALPHABET,
    CODE_SYMBOLS,
    new_reference,
    new_tracking_code,
    parse_reference,
    parse_tracking_code,
)

PRINTED = re.compile(rf"(?:[{ALPHABET}]{{5}}-){{4}}[{ALPHABET}]")


def seeded(seed: int) -> Callable[[int], bytes]:
    return lambda size: hashlib.shake_128(str(seed).encode()).digest(size)


CODES = [new_tracking_code(seeded(seed)) for seed in range(5)]


def bare(code: str) -> str:
    return code.replace("-", "")


def test_the_printed_form() -> None:
    assert PRINTED.fullmatch(new_tracking_code())
    assert new_tracking_code(lambda size: bytes(size)) == "00000-00000-00000-00000-0"
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", new_reference())
    assert new_reference(lambda size: b"\xff" * size) == "ZZZZ-ZZZZ"


def test_a_hundred_bits_each_of_which_shows() -> None:
    zero = bytes(13)
    codes = set()
    for bit in range(4, 104):
        value = int.from_bytes(zero, "big") | 1 << bit
        codes.add(new_tracking_code(lambda size, value=value: value.to_bytes(size, "big")))  # type: ignore[misc]
    assert len(codes) == 100


def test_no_two_alike() -> None:
    assert len({new_tracking_code() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("code", CODES)
def test_every_single_wrong_symbol_is_refused(code: str) -> None:
    symbols = bare(code)
    assert len(symbols) == CODE_SYMBOLS + 1
    assert parse_tracking_code(symbols) == code
    for at, right in enumerate(symbols):
        for wrong in ALPHABET.replace(right, ""):
            assert parse_tracking_code(symbols[:at] + wrong + symbols[at + 1 :]) is None


def test_every_exchange_of_any_two_different_symbols_is_refused() -> None:
    for code in CODES:
        symbols = bare(code)
        for first in range(len(symbols)):
            for second in range(first + 1, len(symbols)):
                swapped = list(symbols)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                same = symbols[first] == symbols[second]
                assert (parse_tracking_code("".join(swapped)) is not None) is same


def test_all_pairs_of_values_exchanged_in_all_neighbouring_places_are_refused() -> None:
    for place in range(CODE_SYMBOLS - 1):
        for first in ALPHABET:
            for second in ALPHABET:
                body = "0" * place + first + second + "0" * (CODE_SYMBOLS - 2 - place)
                code = next(c for c in ALPHABET if parse_tracking_code(body + c))
                other = "0" * place + second + first + "0" * (CODE_SYMBOLS - 2 - place)
                assert (parse_tracking_code(other + code) is not None) is (first == second)


def test_what_people_type_is_read() -> None:
    code = "".join(CODES[0])
    one = next(c for c in map(new_tracking_code, map(seeded, range(100))) if {"0", "1"} <= set(c))
    for typed in (
        code.lower(),
        f"  {code} \n",
        bare(code),
        code.replace("-", " "),
        code.replace("-", "–"),
        code.replace("-", " — "),
        code.replace("-", "\u2011"),
        code.replace("-", "−"),
        code.replace("-", "_"),
        code.replace("-", "\u200b"),
        "".join(chr(ord(c) + 0xFEE0) for c in code),
    ):
        assert parse_tracking_code(typed) == code
    for letter in "iIlL":
        assert parse_tracking_code(one.replace("0", "o").replace("1", letter)) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "0" * 20,
        "0" * 22,
        "U" + "0" * 20,
        "0" * 20 + "é",
        "\x00" * 10,
        " " * 101,
        "0" * 10_000,
        "\ud800" + "0" * 20,
    ],
    ids=range(10),
)
def test_what_is_no_code(text: str) -> None:
    assert parse_tracking_code(text) is None


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_reading_is_stable(text: str) -> None:
    for parse in (parse_tracking_code, parse_reference):
        found = parse(text)
        assert found is None or parse(found) == found


def test_a_reference_is_read_as_tolerantly() -> None:
    assert parse_reference(" o12i abcl ") == "0121-ABC1"
    assert parse_reference("0121-ABC") is None
