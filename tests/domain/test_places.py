"""Finding the commune: names now and before, with and without marks, split and ambiguous ones."""

import time

import pytest

from bench.routing_rules import shipped_gazetteer
from feedback.data import read_rows
from feedback.domain.gazetteer import Commune, Gazetteer, OldPlace, place_key
from feedback.domain.place_search import suggest
from feedback.domain.places import PlaceStatus, find_places

GAZETTEER = shipped_gazetteer()
AMBIGUOUS, NONE = "?", ""


def found(text: str, hint: str = "") -> str:
    match = find_places(text, hint, GAZETTEER)
    if match.status is PlaceStatus.AMBIGUOUS:
        assert len(match.candidates) > 1
        assert match.commune_code is None
        return AMBIGUOUS
    commune = GAZETTEER.commune(match.commune_code or "")
    assert (commune is None) == (match.status is PlaceStatus.NONE)
    return commune.name if commune else NONE


def test_the_province_has_its_communes() -> None:
    kinds = [row["kind"] for row in read_rows("places/lam-dong/communes.csv")]
    assert (kinds.count("xa"), kinds.count("phuong"), kinds.count("dac_khu")) == (103, 20, 1)
    assert all(
        row["code"].isdecimal() and len(row["code"]) == 5 for row in read_rows("places/lam-dong/communes.csv")
    )


@pytest.mark.parametrize("row", read_rows("places/lam-dong/communes.csv"), ids=lambda row: row["code"])
def test_each_commune_is_found_by_its_name_in_either_style_and_without_marks(row: dict[str, str]) -> None:
    name = row["name"]
    plain = " ".join(place_key(name))
    assert found(f"Rác chất đống ở {name}, bốc mùi hôi") == name
    assert found(f"rac chat dong o {plain}, boc mui hoi") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TX. La Gi cũ, xã Tân Hải", "Xã Tân Hải"),
        ("TP Phan Thiết, P. Đức Long", "Phường Tiến Thành"),
        ("phường đức long phan thiết", "Phường Tiến Thành"),
        ("F.3 Đà Lạt", "Phường Xuân Hương - Đà Lạt"),
        ("P12 TP Đà Lạt", "Phường Lâm Viên - Đà Lạt"),
        ("mấy nhà gần phg bình thuận", "Phường Bình Thuận"),
        ("xã Long Hải, huyện Phú Quý", "Đặc khu Phú Quý"),
        ("P. Nghĩa Trung TX Gia Nghĩa", "Phường Đông Gia Nghĩa"),
        ("thị trấn Kiến Đức, Đắk R'Lấp, tỉnh Đắk Nông", "Xã Kiến Đức"),
        ("xa hoa ninh huyen di linh", "Xã Hoà Ninh"),
        ("xã Hòa Ninh huyện Di Linh", "Xã Hoà Ninh"),
        ("xã Hoà Ninh huyện Di Linh", "Xã Hoà Ninh"),
        ("TT. Lạc Dương", "Phường Lang Biang - Đà Lạt"),
        ("đất lúa hàm chính chuyển qua trồng dừa", "Xã Hàm Liêm"),
        ("hội liên hiệp phụ nữ và quỹ nhân đạo", NONE),
        ("TT.Phan Rí Cửa", "Xã Phan Rí Cửa"),
        ("xã Đăk Som huyện Đăk Glong", "Xã Tà Đùng"),
        ("xa da k'nang dam rong", "Xã Đam Rông 1"),
        ("xã N’Thol Hạ", "Xã Tân Hội"),
        ("Lộc An, Bảo Lâm", "Xã Bảo Lâm 2"),
        ("Giếng của thôn thuộc Bảo Lâm 5 hư bơm", "Xã Bảo Lâm 5"),
        ("tỉnh Đắk Nông cũ, xã Quảng Trực", "Xã Quảng Trực"),
        ("xã Sơn Mỹ huyện Hàm Tân tỉnh Bình Thuận", "Xã Sơn Mỹ"),
        ("đường hư ở xã Hòa Thắng", "Xã Hoà Thắng"),
        ("đường hư ở xã Hoà Thắng", "Xã Hoà Thắng"),
        ("chợ p. Xuân Hương ngập", "Phường Xuân Hương - Đà Lạt"),
        ("khu phố 4 P.Mũi Né mất nước", "Phường Mũi Né"),
        ("cống nghẹt ở Phường 1, Bảo Lộc", "Phường 1 Bảo Lộc"),
        ("cống nghẹt ở p1 đà lạt", "Phường Xuân Hương - Đà Lạt"),
        ("hẻm phường 11, TP. Đà Lạt", "Phường Xuân Trường - Đà Lạt"),
        ("TT. Võ Xu mất điện", "Xã Đức Linh"),
        ("ở thị trấn Liên Nghĩa cũ", "Xã Đức Trọng"),
        ("xóm tôi ở Đại Lào cũ", "Phường 3 Bảo Lộc"),
        ("bên phường Nghĩa Đức trước đây", "Phường Bắc Gia Nghĩa"),
        ("ngoài đảo Phú Quý hết nước", "Đặc khu Phú Quý"),
        ("phường B’Lao", "Phường B'Lao"),
        ("xa D'Ran mat dien", "Xã D'Ran"),
        ("ở xã Tân Thành, huyện Krông Nô", "Xã Krông Nô"),
        ("xã Bảo Lâm ba", "Xã Bảo Lâm 3"),
        ("X. Hòa Ninh", "Xã Hoà Ninh"),
        ("x.hoà thắng", "Xã Hoà Thắng"),
        ("X.Quảng Trực bị mất nước", "Xã Quảng Trực"),
        ("P.2, TP.Bảo Lộc", "Phường 2 Bảo Lộc"),
        ("p.2 tp bao loc", "Phường 2 Bảo Lộc"),
        ("Ph. Mũi Né", "Phường Mũi Né"),
        ("TT. Liên Nghĩa, H. Đức Trọng", "Xã Đức Trọng"),
        ("tt lien nghia h duc trong", "Xã Đức Trọng"),
        ("TX.La Gi, X.Tân Hải", "Xã Tân Hải"),
        ("thanh pho da lat, phuong 11", "Phường Xuân Trường - Đà Lạt"),
        ("huyện Bảo Lâm cũ, xã Lộc An", "Xã Bảo Lâm 2"),
        ("ĐK. Phú Quý", "Đặc khu Phú Quý"),
        ("đặc khu Phú Quí", "Đặc khu Phú Quý"),
        ("XÃ HÒA NINH, HUYỆN DI LINH", "Xã Hoà Ninh"),
        ("xa\u0303 Ho\u0300a Ninh", "Xã Hoà Ninh"),
    ],
)
def test_names_as_people_write_them(text: str, name: str) -> None:
    assert found(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Phường 1 rác không ai gom",
        "ở xã Phong Phú cũ",  # split between two communes
        "rác tràn khu tân hà",
        "nhà tôi ở Đà Lạt",
        "huyện Di Linh hai tuần nay heo chết",
        "xã Hàm Kiệm và xã Hàm Thạnh đều mất điện",
    ],
)
def test_what_is_open_stays_open(text: str) -> None:
    assert found(text) == AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tôi ở Quảng Trị vào đây làm",
        "đường Hoàng Văn Thụ tối thui",
        "hợp tác xã chúng tôi bán cà phê",
        "một xã phía nam tỉnh",
        "tỉnh Bình Thuận cũ",
        "anh Hà Lâm gọi điện",
        "mặt bằng sở lúc 9h",
    ],
)
def test_words_that_are_no_place(text: str) -> None:
    assert found(text) == NONE


def test_a_split_commune_gives_its_successors() -> None:
    match = find_places("xã Phong Phú cũ, huyện Tuy Phong", "", GAZETTEER)
    assert match.candidates == ("22972", "22978")


def test_the_hint_goes_before_the_text_and_the_text_narrows_it() -> None:
    assert found("đường từ xã Hàm Thuận vào hư", hint="Xã Hàm Liêm") == "Xã Hàm Liêm"
    assert found("nhà tôi ở Bảo Lộc, cống nghẹt", hint="phường 2") == "Phường 2 Bảo Lộc"
    assert found("cống nghẹt", hint="phường 2") == AMBIGUOUS
    assert found("gần chợ xã Tà Năng", hint="trước nhà tôi") == "Xã Tà Năng"


def test_a_mark_decides_between_names() -> None:
    assert found("ở xã Tân Hải") == "Xã Tân Hải"
    assert found("ở xã Tân Hái") == NONE


def test_suggestions_find_new_and_old_names_while_typing() -> None:
    assert suggest("mũi", GAZETTEER)[0].name == "Phường Mũi Né"
    old = suggest("dai lao", GAZETTEER)
    assert [(s.name, s.old_name) for s in old] == [
        ("Phường 3 Bảo Lộc", "Xã Đại Lào, Thành phố Bảo Lộc, Tỉnh Lâm Đồng")
    ]
    assert {s.name for s in suggest("phong phu", GAZETTEER)} == {"Xã Phan Rí Cửa", "Xã Tuy Phong"}
    assert {s.name for s in suggest("hoa thang", GAZETTEER)} == {"Xã Hoà Thắng", "Xã Hồng Thái"}
    assert suggest("   ", GAZETTEER) == []
    assert suggest("zzz", GAZETTEER) == []
    assert len(suggest("p", GAZETTEER, limit=5)) == 5


def test_today_names_come_before_former_ones() -> None:
    kinds = [s.old_name is None for s in suggest("phường", GAZETTEER, limit=40)]
    assert kinds == sorted(kinds, reverse=True)
    assert True in kinds
    assert False in kinds


def test_a_former_place_without_its_commune_is_left_out() -> None:
    one = Gazetteer.build(
        [Commune("00001", "Xã Một", "Tỉnh A")],
        [
            OldPlace("Tỉnh A", "Huyện B", "Xã Hai", "00001", False),
            OldPlace("Tỉnh A", "Huyện B", "Xã Ba", "00002", False),
        ],
    )
    assert find_places("ở xã Hai", "", one).commune_code == "00001"
    assert find_places("ở xã Ba", "", one).status is PlaceStatus.NONE


@pytest.mark.parametrize(
    "text", ["xã " * 33_000, "Phường 1 Bảo Lộc " * 6_000, "a" * 100_000, "x" + "'" * 99_999]
)
def test_long_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    find_places(text, "", GAZETTEER)
    assert time.process_time() - start < 1.0


def test_typing_is_answered_quickly() -> None:
    start = time.process_time()
    for prefix in ("p", "x", "phường 1", "hoa", "đ"):
        suggest(prefix, GAZETTEER)
    assert time.process_time() - start < 5 * 0.010
