"""What the invented messages say: a realistic mix of matters, written by people who do not exist."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import Submission
from feedback.models import Agency, Commune, Field

_CHANNELS = ((Channel.WEB, 80), (Channel.PHONE, 9), (Channel.COUNTER, 7), (Channel.PAPER, 4))
_STREETS = (
    "đường Trần Phú", "đường Nguyễn Huệ", "đường Lê Lợi", "hẻm chợ", "thôn 3", "tổ dân phố 5",
    "đường Hùng Vương", "khu tái định cư", "đường Quang Trung", "thôn 7", "khu chợ mới", "đường 3 Tháng 2",
)  # fmt: skip
_ANONYMOUS = 0.10
_NAMED_PLACE = 0.93
_NAMED_FIELD = 0.80
_REPEATS = 0.02
_REMEMBERED = 40


@dataclass(frozen=True, slots=True)
class Matter:
    """A row of the mix: what it truly is (a class, or why it must be set apart), its field, its words."""

    truth: str
    field_code: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """A message, what it truly is, and the number of the message that it repeats, if it repeats one."""

    submission: Submission
    truth: str
    repeats: int | None = None


class Writers:
    """Write messages; the same `draw` gives the same messages in the same order."""

    def __init__(self, session: Session, draw: random.Random) -> None:
        rows = read_rows("simulation/messages.csv")
        self._draw = draw
        self._matters = [Matter(row["truth"], row["field_code"], row["title"], row["body"]) for row in rows]
        self._weights = list(accumulate(int(row["weight"]) for row in rows))
        self._fields: Mapping[str, int] = {
            row.code: row.id for row in session.execute(select(Field.code, Field.id))
        }
        served = select(Agency.commune_code).where(Agency.commune_code.is_not(None))
        communes = select(Commune.code, Commune.name).where(Commune.code.in_(served)).order_by(Commune.code)
        self._communes: Sequence[tuple[str, str]] = [
            (row.code, row.name) for row in session.execute(communes)
        ]
        # A few towns send most of the messages.
        self._sizes = list(accumulate(1.0 / (rank + 3) for rank in range(len(self._communes))))
        names: dict[str, list[str]] = {}
        for row in read_rows("demonstration/names.csv"):
            names.setdefault(row["part"], []).append(row["text"])
        self._names = names
        self._recent: list[tuple[int, Written]] = []

    def write(self, number: int) -> Written:
        """Write the message with this number; now and then it repeats one of the last ones."""
        if self._recent and self._draw.random() < _REPEATS:
            return self._again(number)
        (matter,) = self._draw.choices(self._matters, cum_weights=self._weights)
        street = f"{self._draw.randrange(1, 400)} {self._draw.choice(_STREETS)}"
        body = f"{matter.body.format(street=street)} (Tin số {number}.)"
        (commune,) = self._draw.choices(self._communes, cum_weights=self._sizes)
        if self._draw.random() > _NAMED_PLACE:
            commune = ("", "")
        field = self._fields.get(matter.field_code) if self._draw.random() < _NAMED_FIELD else None
        written = Written(self._submission(number, matter.title, body, commune, field), matter.truth)
        self._recent = [*self._recent[-_REMEMBERED:], (number, written)]
        return written

    def _again(self, number: int) -> Written:
        """Somebody else writes of what was written of before."""
        before, first = self._draw.choice(self._recent)
        said = first.submission
        commune = (said.commune_code or "", said.place_text)
        body = f"Tôi cũng thấy như vậy: {said.body} (Tin số {number}.)"
        return Written(
            self._submission(number, said.title, body, commune, said.field_id), first.truth, before
        )

    def _submission(
        self, number: int, title: str, body: str, commune: tuple[str, str], field_id: int | None
    ) -> Submission:
        draw = self._draw
        (channel,) = draw.choices([channel for channel, _ in _CHANNELS], [weight for _, weight in _CHANNELS])
        anonymous = channel is Channel.WEB and draw.random() < _ANONYMOUS
        business = draw.random() < 0.08
        name = " ".join(draw.choice(self._names[part]) for part in ("family", "middle", "given"))
        mails = channel is Channel.WEB or draw.random() < 0.3
        code, place = commune
        return Submission(
            channel=channel,
            locale="en" if draw.random() < 0.02 else "vi",
            title=title,
            body=body,
            place_text=place,
            place_detail="",
            commune_code=code or None,
            happened="",
            field_id=field_id,
            submitter_kind=SubmitterKind.BUSINESS if business else SubmitterKind.CITIZEN,
            anonymous=anonymous,
            name="" if anonymous else name,
            organisation=f"Công ty TNHH Số {number}" if business and not anonymous else "",
            business_code="",
            email="" if anonymous or not mails else f"nguoi-gui-{number}@simulation.example",
            phone="" if anonymous or mails else f"09{number % 10**8:08d}",
            address="",
            consent_publish=draw.random() < 0.6,
            confidential=draw.random() < 0.05,
        )
