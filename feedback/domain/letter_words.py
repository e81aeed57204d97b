"""The words of letters that nobody writes by hand, in both languages."""

from collections.abc import Mapping
from datetime import date

from feedback.domain.lifecycle import RestrictedKind

_FORWARDED: Mapping[str, str] = {
    "vi": (
        "Nội dung Ông/Bà gửi thuộc thẩm quyền của {body} và đã được chuyển đến cơ quan này theo quy định. "
        "Cơ quan tiếp nhận sẽ xử lý theo trình tự, thời hạn của pháp luật chuyên ngành.\n\n"
        "Thông tin về Ông/Bà được bảo mật. Nội dung này không được công khai."
    ),
    "en": (
        "What you wrote falls to {body} and was forwarded there as the law provides. That body will deal "
        "with it by the procedure and within the time that the law sets for it.\n\n"
        "Who you are is kept confidential. This matter is not published."
    ),
}


def forwarded(body: str, locale: str) -> str:
    """Tell that a restricted matter was forwarded to `body`, in the language `locale` (``vi`` or ``en``)."""
    return _FORWARDED["en" if locale == "en" else "vi"].format(body=body)


def relayed_reply(body: str, number: str, on: date, text: str) -> str:
    """Give the draft of an answer that brings what an external body replied by its letter `number`."""
    return f"Theo văn bản số {number} ngày {on:%d/%m/%Y} của {body}:\n\n{text}"


_GUIDANCE: Mapping[RestrictedKind, Mapping[str, str]] = {
    RestrictedKind.COMPLAINT: {
        "vi": (
            "Nội dung Ông/Bà gửi là khiếu nại quyết định hành chính, hành vi hành chính, không giải "
            "quyết theo trình tự phản ánh, kiến nghị.\n\n"
            "Đề nghị Ông/Bà gửi đơn khiếu nại (hoặc đến khiếu nại trực tiếp) đến người đã ra quyết "
            "định hoặc cơ quan có người thực hiện hành vi bị khiếu nại, kèm bản sao quyết định và giấy "
            "tờ liên quan. Thời hiệu khiếu nại là 90 ngày kể từ ngày nhận được hoặc biết được quyết "
            "định, hành vi (Luật Khiếu nại, Điều 7, 8 và 9). Ông/Bà cũng có quyền khởi kiện tại Tòa án."
        ),
        "en": (
            "What you wrote is a complaint against an administrative decision or act. It is not "
            "decided by the procedure for feedback.\n\n"
            "Please send a written complaint, or make it in person, to whoever took the decision or to "
            "the body whose official acted, with a copy of the decision and of your papers. The time "
            "for it is 90 days from when you received or learned of the decision or act (Law on "
            "Complaints, Articles 7, 8 and 9). You may also bring the matter before a court."
        ),
    },
    RestrictedKind.DENUNCIATION: {
        "vi": (
            "Nội dung Ông/Bà gửi có tính chất tố cáo. Theo Luật Tố cáo (Điều 22), tố cáo được thực "
            "hiện bằng đơn có chữ ký hoặc trình bày trực tiếp, không qua cổng tiếp nhận phản ánh.\n\n"
            "Đề nghị Ông/Bà gửi đơn đến người đứng đầu cơ quan quản lý trực tiếp cán bộ bị tố cáo hoặc "
            "đến Thanh tra tỉnh, ghi rõ họ tên, địa chỉ, hành vi, thời gian, địa điểm, kèm chứng cứ "
            "nếu có. Họ tên, địa chỉ của người tố cáo được giữ bí mật theo luật."
        ),
        "en": (
            "What you wrote has the nature of a denunciation. By the Law on Denunciations (Article 22) "
            "it is made in a signed letter or in person, and not through this portal.\n\n"
            "Please write to the head of the body that directly manages the official, or to the "
            "provincial inspectorate, with your name and address, what was done, when and where, and "
            "any evidence. The law keeps the name and address of who denounces secret."
        ),
    },
    RestrictedKind.CRIME: {
        "vi": (
            "Nội dung Ông/Bà gửi là tin báo về tội phạm. Nếu có người đang gặp nguy hiểm, xin gọi ngay "
            "113 (công an), 114 (cứu hỏa), 115 (cấp cứu) hoặc 111 (bảo vệ trẻ em).\n\n"
            "Đề nghị Ông/Bà báo trực tiếp cho cơ quan công an nơi gần nhất, mang theo tài liệu, hình "
            "ảnh nếu có. Cơ quan công an có trách nhiệm tiếp nhận mọi tin báo và giữ bí mật cho người "
            "báo tin khi được đề nghị."
        ),
        "en": (
            "What you wrote is a report of a crime. If somebody is in danger, please call 113 "
            "(police), 114 (fire), 115 (ambulance) or 111 (children) at once.\n\n"
            "Please report it in person to the nearest police, with any documents or pictures. The "
            "police must take every report and keep who made it secret when asked to."
        ),
    },
}


def guidance(kind: RestrictedKind, locale: str) -> str:
    """Give the letter of guidance that a handler starts from, in the language `locale` (``vi`` or ``en``)."""
    return _GUIDANCE[kind]["en" if locale == "en" else "vi"]
