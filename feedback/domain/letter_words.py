"""The words of letters that nobody writes by hand, in both languages."""

from collections.abc import Mapping

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
