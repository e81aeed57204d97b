"""The desk's acts on a case that was merged into another one: it was read, or it is handled by itself."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.lifecycle import Action
from feedback.queries.case_file import CaseFile
from feedback.services.casework import following
from feedback.web.inbox.acts import Act, ActForm, Task, act


@act
class ReadFollower(Act[ActForm]):
    """Record that what came beside an earlier case was read and says nothing more."""

    slug = "read-follower"
    actions = frozenset({Action.READ_FOLLOWER})
    title = _l("Ghi nhận đã đọc nội dung gửi kèm")
    lead = _l("Nội dung không thêm gì cần xử lý riêng. Người gửi vẫn nhận câu trả lời của vụ việc chính.")
    button = _l("Đã đọc, không có gì thêm")
    icon = "check-lg"
    rank = 10
    at_once = True

    def applies(self, file: CaseFile) -> bool:
        return file.case.follows_id is not None and file.case.follower_read_at is None

    def run(self, task: Task[ActForm]) -> str:
        following.mark_read(task.session, task.actor, task.case, **task.common)
        return str(_("Đã ghi nhận đọc %(case)s.", case=task.case.reference))


@act
class Separate(Act[ActForm]):
    """Take a case out of the one it was merged into."""

    slug = "separate"
    actions = frozenset({Action.SEPARATE})
    title = _l("Tách khỏi vụ việc đã gộp")
    lead = _l("Vụ việc về hàng điều phối để giao xử lý riêng; hạn trả lời người gửi giữ như lúc tiếp nhận.")
    button = _l("Tách để xử lý riêng")
    icon = "diagram-2"
    rank = 20

    def applies(self, file: CaseFile) -> bool:
        return file.case.merged_into_id is not None and file.case.answered_at is None

    def run(self, task: Task[ActForm]) -> str:
        following.separate(task.session, task.actor, task.case, **task.timed)
        return str(_("Đã tách %(case)s để xử lý riêng.", case=task.case.reference))
