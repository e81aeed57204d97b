"""The sentences of `explain`, by the code of the reason."""

from __future__ import annotations

STAFF: dict[str, dict[str, str]] = {
    "place_found": {
        "vi": "Nơi xảy ra sự việc: {names}.",
        "en": "Where it happened: {names}.",
    },
    "place_ambiguous": {
        "vi": "Địa danh có thể thuộc nhiều nơi: {names}.",
        "en": "The place named can be in several communes: {names}.",
    },
    "place_none": {
        "vi": "Chưa xác định được xã, phường, đặc khu từ nội dung.",
        "en": "No commune could be told from the message.",
    },
    "denunciation": {
        "vi": "Có từ ngữ của đơn tố cáo ({words}), nên không chuyển tự động cho cơ quan nào.",
        "en": "It has words of a denunciation ({words}), so no agency is given it automatically.",
    },
    "taking": {
        "vi": "Có từ ngữ về việc cán bộ nhận tiền, của ({words}), nên không chuyển tự động cho cơ quan nào.",
        "en": "It has words of officials who take money ({words}), so no agency is given it automatically.",
    },
    "secrecy": {
        "vi": "Có lời xin giữ kín hoặc nói đến bằng chứng ({words}), nên không chuyển tự động.",
        "en": "It asks for secrecy or speaks of evidence ({words}), so no agency is given it automatically.",
    },
    "complaint": {
        "vi": "Có từ ngữ của đơn khiếu nại ({words}), nên không chuyển tự động cho cơ quan nào.",
        "en": "It has words of a complaint ({words}), so no agency is given it automatically.",
    },
    "crime": {
        "vi": "Có từ ngữ về hành vi phạm pháp ({words}), nên cần người xem ngay.",
        "en": "It has words about an offence ({words}), so a person must look at it at once.",
    },
    "danger": {
        "vi": "Có thể có người đang gặp nguy hiểm ({words}), nên cần người xem ngay.",
        "en": "Somebody may be in danger ({words}), so a person must look at it at once.",
    },
    "person_named": {
        "vi": "Nêu đích danh một người, nên cần người xem có phải tố cáo hay không.",
        "en": "It calls somebody by name, so a person must see whether it accuses them.",
    },
    "official_and_money": {
        "vi": "Nhắc đến người thi hành công vụ cùng một số tiền, nên cần người xem có phải tố cáo hay không.",
        "en": "It speaks of an official and of a sum of money: a person must see whether it accuses.",
    },
    "sensitive_field": {
        "vi": "Người gửi chọn lĩnh vực khiếu nại, tố cáo hoặc tiếp công dân.",
        "en": "The submitter chose the field of complaints, denunciations or reception of citizens.",
    },
    "insult": {
        "vi": "Có lời lẽ xúc phạm, nên cần người xem.",
        "en": "It has insulting words, so a person must look at it.",
    },
    "not_for_government": {
        "vi": "Có vẻ là quảng cáo, tin thử hoặc việc không thuộc cơ quan nhà nước.",
        "en": "It looks like advertising, a test, or a matter that is not for the government.",
    },
    "legal_text": {
        "vi": "Nói về dự thảo hoặc văn bản quy phạm pháp luật ({words}), có quy trình riêng.",
        "en": "It is about a draft or a legal text ({words}), which has its own procedure.",
    },
    "mixed": {
        "vi": "Có vẻ gồm nhiều việc ({words}), cần tách ra.",
        "en": "It seems to hold several matters ({words}) and needs splitting.",
    },
    "rule_error": {
        "vi": "Quy tắc phân luồng {rule} bị lỗi, quản trị viên đã được báo; cần người xem.",
        "en": "The routing rule {rule} failed and is shown to the administrator; a person must look.",
    },
    "rule_problem": {
        "vi": "Quy tắc phân luồng {rule} lẽ ra áp dụng nhưng đang có lỗi; quản trị viên đã được báo.",
        "en": "The routing rule {rule} would have spoken but has a fault; the administrator is told.",
    },
    "field_problem": {
        "vi": "Lĩnh vực “{field}” dẫn đến cơ quan không còn; quản trị viên đã được báo.",
        "en": "The submitter chose the field “{field}”, but its agency is gone; the administrator is told.",
    },
    "no_rule": {
        "vi": "Không có quy tắc phân luồng nào phù hợp.",
        "en": "No routing rule fits.",
    },
    "unsure": {
        "vi": "Các dấu hiệu chỉ về nhiều cơ quan hoặc chưa đủ rõ.",
        "en": "The signs point to several agencies or are not clear enough.",
    },
    "classifier": {
        "vi": "Bộ phân loại nhận ra cơ quan từ nội dung.",
        "en": "The classifier recognised the agency from the text.",
    },
    "classifier_words": {
        "vi": "Bộ phân loại đọc nội dung; từ ngữ nặng nhất: {words}.",
        "en": "The classifier read the text; the words that weighed most: {words}.",
    },
    "conflict": {
        "vi": "Quy tắc và bộ phân loại chỉ về hai cơ quan khác nhau.",
        "en": "The rules and the classifier point to different agencies.",
    },
    "suspected": {
        "vi": "Bộ phân loại thấy có thể là tố cáo hoặc khiếu nại, nên không chuyển tự động cho cơ quan nào.",
        "en": "The classifier finds it may be a denunciation or a complaint, so no agency is given it.",
    },
    "read_as": {
        "vi": "Bộ phân loại đọc là loại {words}, không chuyển tự động.",
        "en": "The classifier reads it as class {words}, which is not assigned automatically.",
    },
    "rule": {
        "vi": "{reason} (quy tắc {rule}).",
        "en": "{reason} (rule {rule}).",
    },
    "field": {
        "vi": "Người gửi chọn lĩnh vực “{field}”.",
        "en": "The submitter chose the field “{field}”.",
    },
    "class_A": {
        "vi": "Loại A: thái độ, hành vi của cán bộ hoặc việc chậm giải quyết thủ tục.",
        "en": "Class A: conduct of officials or delay of a procedure.",
    },
    "class_B": {
        "vi": "Loại B: góp ý về nội dung quy định, thủ tục.",
        "en": "Class B: the content of a regulation or procedure.",
    },
    "class_C": {
        "vi": "Loại C: hiện trạng, sự việc cần xử lý.",
        "en": "Class C: a condition or incident to be dealt with.",
    },
    "class_Q": {
        "vi": "Loại Q: câu hỏi.",
        "en": "Class Q: a question.",
    },
    "class_unknown": {
        "vi": "Chưa nhận ra loại phản ánh.",
        "en": "The class of the message was not recognised.",
    },
    "commune_needed": {
        "vi": "Việc thuộc UBND cấp xã nhưng chưa rõ xã, phường nào.",
        "en": "It is a matter for a commune's People's Committee, but which commune is not known.",
    },
    "assigned": {
        "vi": "Chuyển đến {agency}.",
        "en": "Assigned to {agency}.",
    },
    "triage": {
        "vi": "Chuyển điều phối viên xem và phân công.",
        "en": "Left to a dispatcher to look at and assign.",
    },
    "restricted_triage": {
        "vi": "Chuyển điều phối viên xem trước tiên, theo diện hạn chế người xem.",
        "en": "Left to a dispatcher to look at first, with restricted access.",
    },
    "urgent_read": {
        "vi": "Khẩn cấp: bộ phân loại nhận ra từ nội dung.",
        "en": "Urgent: the classifier recognised it from the text.",
    },
    "urgent": {
        "vi": "Khẩn cấp: {words}.",
        "en": "Urgent: {words}.",
    },
}

SUBMITTER: dict[str, dict[str, str]] = {
    "assigned": {
        "vi": "Phản ánh của ông/bà đã được chuyển đến {agency}, cơ quan có trách nhiệm giải quyết.",
        "en": "Your message was passed to {agency}, which is responsible for this matter.",
    },
    "triage": {
        "vi": "Phản ánh của ông/bà đang được điều phối viên xem để chuyển đến đúng cơ quan có trách nhiệm.",
        "en": "A dispatcher is looking at your message so that it reaches the right agency.",
    },
}
