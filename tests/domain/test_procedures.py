"""Codes of procedures in messages."""

import pytest

from feedback.domain.procedures import procedure_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Thủ tục 1.004227 quá hạn hai tuần.", ("1.004227",)),
        ("Mã thủ tục: 1.004227, 2.000815; và lại 1.004227", ("1.004227", "2.000815")),
        ("(3.000488)", ("3.000488",)),
        ("Kết thúc bằng 1.004227.", ("1.004227",)),
        ("Nộp 1.004.227 đồng", ()),
        ("Số 11.004227 và 1.0042271", ()),
        ("phiên bản 1.004227.5", ()),
        ("gọi 0912345678 ngày 1.11.2026", ()),
        ("", ()),
        (" ".join(f"1.00000{n}" for n in range(9)), tuple(f"1.00000{n}" for n in range(5))),
    ],
)
def test_codes_are_found_as_the_national_database_writes_them(text, codes):
    assert procedure_codes(text) == codes
