"""The story that the journeys tell, over HTTP and in a browser: a row of street lamps in a ward of Đà Lạt.

A rule recognises the words and the place, so that the message goes to the ward without a person.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

WARD = "Phường Xuân Hương - Đà Lạt"
WARD_TYPED = "xuan huong"
OFFICER = "canbo.xuanhuongdalat"
HEAD = "chutich.xuanhuongdalat"

BODY = (
    "Dãy đèn đường ở hẻm 12 đường Nguyễn Thị Minh Khai bị hỏng ba tuần nay, buổi tối rất tối, "
    "đi lại khó khăn. Đề nghị phường cho sửa chữa sớm."
)
PLACE_DETAIL = "Hẻm 12, gần nhà văn hóa tổ dân phố"
SENDER = "Trần Thị Bưởi"
ANSWER = (
    "Ủy ban nhân dân phường đã kiểm tra tại hẻm 12. Đoạn cáp ngầm bị đứt đã được thay, tám bóng đèn sáng lại "
    "từ tối hôm qua. Phường cảm ơn ông/bà đã phản ánh."
)
PUBLIC_ANSWER = ANSWER.replace("tại hẻm 12", "tại hẻm")
"""What everybody may read of the answer: without the number of the alley."""

PUBLIC_TITLE = "Sửa dãy đèn đường trong một con hẻm"
SUMMARY = "Người dân phản ánh đèn đường trong hẻm không sáng nhiều tuần; phường đã kiểm tra và thay cáp."
THANKS = "Đèn đã sáng, cảm ơn phường."


def photo() -> bytes:
    """A JPEG as a telephone makes it: with the place, the time and the make of the camera inside."""
    picture = Image.new("RGB", (1600, 1200), (28, 33, 48))
    draw = ImageDraw.Draw(picture)
    for x in range(150, 1600, 320):
        draw.rectangle((x, 300, x + 14, 1000), fill=(90, 90, 96))
        draw.ellipse((x - 40, 260, x + 54, 330), fill=(64, 64, 70))
    exif = picture.getexif()
    exif[Base.Make] = "Trial"
    exif[Base.DateTime] = "2026:11:20 19:40:00"
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (11.0, 56.0, 30.0)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (108.0, 26.0, 30.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, quality=80)
    return file.getvalue()


def secrets_in(picture: bytes) -> dict[Any, Any]:
    """What a picture tells besides its points: EXIF with the place in it; empty when it tells nothing."""
    with Image.open(io.BytesIO(picture)) as opened:
        exif = opened.getexif()
        return {**dict(exif), **dict(exif.get_ifd(IFD.GPSInfo))}
