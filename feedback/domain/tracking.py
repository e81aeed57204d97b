"""Codes that people read aloud, write down and type: the submitter's tracking code and the staff's
reference.

Both use Crockford's 32 symbols (no I, L, O, U). The tracking code is a secret: 100 random bits. Its last
symbol is a check over the field of 32 elements: symbol number i is weighted by the i-th power of a
generator. The weights are all different and none is zero, so each wrong symbol and each exchange of two
symbols (neighbours or not) shows.
"""

import secrets
import unicodedata
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SYMBOLS = 20
REFERENCE_SYMBOLS = 8

_LONGEST_INPUT = 100
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_IGNORED_CATEGORIES = frozenset({"Pd", "Pc", "Zs", "Zl", "Zp", "Cc", "Cf"})
_MINUS = "\u2212"

RandBytes = Callable[[int], bytes]


def _times_generator(value: int) -> int:
    """Multiply by x in the field of 32 elements built on x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _check(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_generator(total ^ value)
    return total


def _symbols(randbytes: RandBytes, count: int) -> list[int]:
    """``count`` random symbols of 5 bits each, taken from as few whole bytes as hold them."""
    size = -(-count * 5 // 8)
    bits = int.from_bytes(randbytes(size), "big") >> (size * 8 - count * 5)
    return [bits >> 5 * place & 31 for place in reversed(range(count))]


def _print(values: list[int], group: int) -> str:
    text = "".join(ALPHABET[value] for value in values)
    return "-".join(text[at : at + group] for at in range(0, len(text), group))


def _read(text: str, count: int) -> list[int] | None:
    """The values of exactly ``count`` symbols, whatever dashes and spaces stand between them."""
    if len(text) > _LONGEST_INPUT:
        return None
    values: list[int] = []
    for character in unicodedata.normalize("NFKC", text).upper():
        if character == _MINUS or unicodedata.category(character) in _IGNORED_CATEGORIES:
            continue
        value = _VALUES.get(character)
        if value is None or len(values) == count:
            return None
        values.append(value)
    return values if len(values) == count else None


def new_tracking_code(randbytes: RandBytes = secrets.token_bytes) -> str:
    """A new secret code, printed XXXXX-XXXXX-XXXXX-XXXXX-C; ``randbytes(n)`` gives n random bytes."""
    values = _symbols(randbytes, CODE_SYMBOLS)
    return _print([*values, _check(values)], 5)


def parse_tracking_code(text: str) -> str | None:
    """The code as printed, from what a person typed, or None when it can be no code.

    Case, spaces, dashes of every kind and full-width letters do not matter; O reads as 0, I and L as 1.
    """
    values = _read(text, CODE_SYMBOLS + 1)
    if values is None or _check(values[:-1]) != values[-1]:
        return None
    return _print(values, 5)


def new_reference(randbytes: RandBytes = secrets.token_bytes) -> str:
    """A short name for a case among staff, printed XXXX-XXXX.

    Not a secret, and unique only by constraint.
    """
    return _print(_symbols(randbytes, REFERENCE_SYMBOLS), 4)


def parse_reference(text: str) -> str | None:
    """The reference as printed, read as tolerantly as a tracking code, or None."""
    values = _read(text, REFERENCE_SYMBOLS)
    return None if values is None else _print(values, 4)
