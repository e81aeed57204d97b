"""Handing one's post over for some days: what a head's page shows of it, and the two forms behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.domain.delegation import STANDS_IN, powers
from feedback.domain.positions import Actor, PositionKind
from feedback.models import Position
from feedback.queries.posts import Around, Seat, position_of
from feedback.services.errors import InvalidInput
from feedback.services.staff import delegation as verbs
from feedback.web.admin.permission_words import what_label
from feedback.web.forms import Form, options
from feedback.web.inbox.problems import problem_text
from feedback.web.labels import position_kind_label
from feedback.web.rendering import localized
from feedback.web.requests import drop_writes

_NEEDED = InputRequired(_l("Hãy chọn ngày."))
_REASON = DataRequired(_l("Hãy ghi lý do, ví dụ: nghỉ phép, đi công tác."))


def _whole(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class DelegationForm(Form):
    """Which posts, to whom, from when to when, and why."""

    position_ids = SelectMultipleField(
        _l("Chức vụ"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    account_id = SelectField(
        _l("Người phụ trách thay"), coerce=_whole, validators=[DataRequired(_l("Hãy chọn một người."))]
    )
    first_day = DateField(_l("Ngày đầu"), [_NEEDED])
    last_day = DateField(_l("Ngày cuối"), [_NEEDED])
    reason = StringField(_l("Lý do"), [_REASON, Length(max=verbs.LONGEST_REASON)])


class EndForm(Form):
    """The last day, which still counts."""

    last_day = DateField(_l("Ngày cuối"), [Optional()])


@dataclass(frozen=True, slots=True)
class Stint:
    """Somebody acts in a post for some days. end: the form that ends it, where the reader may."""

    seat: Seat
    position: Position
    begun: bool
    end: EndForm | None = None


@dataclass(frozen=True, slots=True)
class Delegating:
    """What a head's page shows of delegation.

    own: of the reader's posts. for_others: in which the reader acts. form: None when the reader holds no post
    that can be handed over. powers: what comes with such a post, in words.
    """

    own: list[Stint]
    for_others: list[Stint]
    form: DelegationForm | None
    powers: list[LazyString | str] = field(default_factory=list)

    @property
    def today(self) -> list[Stint]:
        """Those of the reader's posts in which somebody acts today."""
        return [stint for stint in self.own if stint.begun]

    @property
    def standing_in(self) -> list[Stint]:
        """Those in which the reader acts today."""
        return [stint for stint in self.for_others if stint.begun]


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that comes back with errors, and of which delegation it is (None: a new one)."""

    form: DelegationForm | EndForm
    holding_id: int | None = None


def delegating(actor: Actor, near: Around, today: date, returned: Returned | None = None) -> Delegating:
    """Put together what `actor` sees of delegation on the Vietnamese date `today`."""
    own = {position.id for position in own_posts(actor, near)}
    acting = [seat for seat in near.seats if seat.acting and seat.position_id in near.by_id]
    form = returned.form if returned and isinstance(returned.form, DelegationForm) else None
    if form is None:
        form = offer(DelegationForm(formdata=None), actor, near, today)
        form.position_ids.data = list(own)
    return Delegating(
        own=[_stint(actor, seat, near, today, returned) for seat in acting if seat.position_id in own],
        for_others=[
            Stint(seat, near.by_id[seat.position_id], seat.valid_from <= today)
            for seat in acting
            if seat.account_id == actor.account_id
        ],
        form=form if own else None,
        powers=_powers(actor, own),
    )


def own_posts(actor: Actor, near: Around) -> list[Position]:
    """Give the posts that `actor` is appointed to and may hand over."""
    ids = [held.position_id for held in actor.positions if held.kind in STANDS_IN and not held.acting]
    return [near.by_id[position_id] for position_id in ids if position_id in near.by_id]


def offer(form: DelegationForm, actor: Actor, near: Around, today: date) -> DelegationForm:
    """Give a form the posts of `actor` and the people who come into question for one of them."""
    posts = own_posts(actor, near)
    people: dict[int, str] = {}
    for post in posts:
        for account_id in near.posts.candidates(position_of(post), actor.account_id, today):
            people.setdefault(account_id, _person(near, account_id, today))
    form.position_ids.choices = options((post.id, _post(post)) for post in posts)
    form.account_id.choices = options(
        [("", _("Chọn một người")), *sorted(people.items(), key=lambda pair: pair[1])]
    )
    return form


def receive(actor: Actor, near: Around, today: date) -> DelegationForm:
    """Read the form that was sent; whoever holds one post need not name it."""
    form = offer(DelegationForm(), actor, near, today)
    posts = own_posts(actor, near)
    if len(posts) == 1:
        form.position_ids.data = [posts[0].id]
    return form


def absence_of(form: DelegationForm) -> verbs.Absence:
    """Give what a form that validated says."""
    assert form.first_day.data is not None  # noqa: S101 - the form was validated
    assert form.last_day.data is not None  # noqa: S101
    return verbs.Absence(
        form.account_id.data or 0, form.first_day.data, form.last_day.data, form.reason.data or ""
    )


def complain(form: Any, error: InvalidInput) -> None:
    """Put what a verb refused onto its field; nothing of the act is written."""
    drop_writes()
    form[error.field].errors = [*form[error.field].errors, problem_text(error.field, error.code)]


def _stint(actor: Actor, seat: Seat, near: Around, today: date, returned: Returned | None) -> Stint:
    end: EndForm | None = None
    if seat.created_by == actor.account_id:
        end = EndForm(formdata=None, prefix=f"end-{seat.id}")
        end.last_day.data = today
        if returned is not None and returned.holding_id == seat.id and isinstance(returned.form, EndForm):
            end = returned.form
    return Stint(seat, near.by_id[seat.position_id], seat.valid_from <= today, end)


def _person(near: Around, account_id: int, today: date) -> str:
    titles = [localized(post, "title") for post in near.posts_of(account_id, today)]
    return " · ".join([near.name_of(account_id), *dict.fromkeys(titles)])


def _post(post: Position) -> str:
    """Name a post with its kind: a chief's two posts have the same title."""
    return f"{localized(post, 'title')} · {position_kind_label(post.kind)}"


def _powers(actor: Actor, own: set[int]) -> list[LazyString | str]:
    kinds = {held.kind for held in actor.positions if held.position_id in own}
    found = {action: None for kind in PositionKind if kind in kinds for action in powers(kind)}
    return [what_label(action) for action in found]
