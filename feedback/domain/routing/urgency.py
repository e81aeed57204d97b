"""Whether a message tells of a danger that cannot wait: life, health, or a disaster under way."""

from __future__ import annotations

from feedback.domain.routing.class_words import listed
from feedback.domain.routing.phrases import Hit, PhraseBook, Segment

_AT_ONCE = PhraseBook.of(
    listed("""
khẩn|khẩn cấp|khẩn thiết|ngay lúc này|ngay bây giờ|ngay trong đêm|cầu cứu|xin cứu|cứu giúp|giúp gấp
|xử lý gấp|can thiệp ngay|can thiệp gấp|đến ngay|lên ngay|xuống ngay|tới ngay|cần gấp|nhờ gấp|gấp lắm
|nguy hiểm tính mạng|dây điện rớt xuống|điện rò|rò điện ra nước|ngạt khí|ngạt khói|khó thở|ngất xỉu|ngất
|co giật|hàng loạt người nhập viện|nhập viện cấp cứu|ong vò vẽ đốt|rắn cắn|nghi bom|quả bom|lựu đạn|đòi nhảy
|đòi tự tử|đốt nhà|phóng hỏa|lật ghe|lật thuyền|chìm tàu|tàu chìm|ghe chìm|mất liên lạc|trôi dạt|sập giếng
|giếng sập|sập hầm|vùi lấp|cây đổ đè|đè trúng|xì gas|bình gas xì|khói độc|axit|sắp sập|sắp đổ|sắp vỡ
|nguy cơ vỡ|kẹt thang máy|trẻ kẹt|hết oxy|nước ngập tới|ngập tới ngực|nước cuốn|cuốn trôi|đang bị đánh
|đang đánh|đang đập phá|đuổi chém|rừng đang cháy|cháy rẫy|tính mạng|dây điện đứt|đứt dây điện|dây điện rớt
|dây điện rơi|đường dây đứt|điện giật|bị điện giật|rò điện|rò rỉ điện|phóng điện|dây trần|đuối nước
|nước cuốn trôi|bị lũ cuốn|lũ quét|lũ ống|vỡ đập|vỡ đê|vỡ hồ|vỡ kè|đập sắp vỡ|ngộ độc|ngộ độc thực phẩm
|rò khí|rò rỉ khí|rò gas|khí amoniac|tràn hóa chất|đang cháy|cháy nhà|cháy rừng|cháy lớn|cháy lan|cháy chợ
|bốc cháy|khói nghi ngút|sập nhà|sập cầu|nhà sập|cầu sập|sập giàn giáo|đất vùi|bị vùi|mắc kẹt|bị cô lập
|chó dại|nghi dại|dại cắn|cầm dao|mã tấu|dọa giết|đòi giết|chém nhau|đánh chết|bắt cóc|mất tích|tự tử
|nhảy cầu|bỏ đói|cứu mẹ con|cứu cháu|cứu bé|cứu tôi|cứu với|cấp cứu gấp|nguy kịch|bất tỉnh|hôn mê ngay
|chảy máu|bị nhốt|bị chích điện|chích điện|nguy cơ sập
""")
)
_DANGER = PhraseBook.of(
    listed("""
chuyển dạ|vỡ ối|khó sinh|đột quỵ|trẻ nhỏ|em bé|bé gái|bé trai|cụ già|bà bầu|ong đốt|đột nhập|phá cửa
|người lạ|đập phá|bị giữ|bị giam|mất hộ chiếu|lạc|hết thuốc|ngất|bỏng|phỏng|gãy chân|gãy tay|máu|đuối
|rơi xuống|lọt xuống|té xuống|hóa chất|bốc khói|mùi gas|mùi khét|tia lửa|chập|rò|tràn|nước lên|nước ngập
|mưa lớn|gió lớn|bão|tôn bay|tốc mái|cô lập|đứt đường|mất điện bệnh viện|máy thở|sạt lở|sạt|sat lo|dat sat
|sụt|sụt lún|sụp|hố sụt|hố tử thần|ta luy|taluy|vết nứt|nứt toác|kè|xói lở|lở|đất đá|đá lăn|đá rơi|ngập sâu
|ngập|lũ|nước dâng|cháy|sập|đổ|ngã đổ|gãy đổ|nghiêng|nổ|rò rỉ|tràn dầu|cá chết|cá nổi|khí độc|amoniac
|khí gas|dây điện|trụ điện|điện hạ thế|trạm biến áp|tủ điện|hở điện|chập điện|tóe lửa|giật|dịch|bùng phát
|tiêu chảy|nôn ói|đau bụng|sốt|co giật|bị thương|tai nạn|dao|súng|đánh nhau|rượt|đe dọa|hành hung|đánh đập
|bạo hành|xâm hại|nhốt|trẻ em|cháu bé|người già|cắn|chó|cầu treo|ván|dây cáp|bị bắt|mất liên lạc|phá rừng
|cưa máy|chìm|lật|thủng|nước bẩn|hết dầu|hết gạo|đường sạt|chia cắt|hố sâu|hố ga|mất nắp|cống
""")
)
_NOW = PhraseBook.of(
    listed("""
lập tức|khẩn trương|nãy giờ|hồi nãy|hồi hôm|khuya qua|tối qua|mới sáng nay|hiện đang|nhanh lên|làm ơn nhanh
|càng nhanh càng tốt|sos|cứu giúp|ngay ạ|ngay giùm|ngay giúp|ngay cho|ngay kẻo|đang lan|đang bốc|đang tràn
|đang dâng|đang rơi|đang bị|khẩn|khẩn cấp|khẩn thiết|cấp bách|gấp|hỏa tốc|ngay lúc này|ngay bây giờ
|ngay trong đêm|ngay tối nay|ngay trong hôm nay|trong hôm nay|tối nay|đêm nay|chiều nay|sáng nay|trưa nay
|hôm nay|từ sáng giờ|từ sáng đến giờ|từ tối|từ chiều|đêm qua|khuya nay|mới đây|vừa xảy ra|vừa mới|đang chảy
|đang rò|đang cháy|đang phá|đang sạt|đang sập|đang kẹt|lở thêm|nứt thêm|hở thêm|kiểm tra ngay|lên ngay
|xuống ngay|giúp ngay|can thiệp ngay|xử lý ngay|bắt ngay|sơ tán|di dời khẩn|cô lập|nguy hiểm tính mạng
|chết người|kẻo lan|mai là|nhờ điều xe|gọi lực lượng|cảnh báo gấp|càng sớm|còn cách|sát chân|sát móng
|vẫn chạy lách|tràn vào nhà|tràn vô
""")
)
_DENIED_BEFORE = frozenset(
    [
        "không", "khong", "chưa", "chua", "chống", "chong", "phòng", "phong", "tránh", "tranh", "ngừa",
        "ngua", "diễn", "dien", "tập", "tap", "huấn", "huan", "hiểm", "hiem", "chữa", "thi", "mơ", "hộ",
    ]
)  # fmt: skip
_LONG_AGO = PhraseBook.of(
    listed("""
năm ngoái|năm trước|tháng trước|tuần trước|mấy năm|nhiều năm|hồi năm|đã khắc phục|đã dập tắt|đã sửa xong
|mỗi năm|hằng năm|quy định|phương án|hồ sơ|giấy phép|nghiệm thu|nếu xảy ra|lỡ xảy ra|giả sử|diễn tập|dự án
|kiến nghị xây|chính sách
""")
)
_SHOWN = 3
_REACH = 2


def urgent_words(segments: tuple[Segment, ...], offence: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the words that make a message urgent, at most three; none when it can wait its turn.

    Either a danger that never waits is named, or a danger together with words that say it is
    happening now; a danger that is denied or prevented ("phòng cháy", "không cháy") does not count,
    and what lies long back or in a regulation needs both. `offence` are words of a crime or of a
    person in danger that were found already; they count as a danger.
    """
    at_once = [
        hit.phrase for segment in segments for hit in _AT_ONCE.find(segment) if not _denied(segment, hit)
    ]
    danger = [
        hit.phrase for segment in segments for hit in _DANGER.find(segment) if not _denied(segment, hit)
    ]
    now = [hit.phrase for segment in segments for hit in _NOW.find(segment)]
    long_ago = any(_LONG_AGO.find(segment) for segment in segments)
    if at_once and (now or not long_ago):
        return tuple(dict.fromkeys(at_once + now))[:_SHOWN]
    if danger and now and not long_ago:
        return tuple(dict.fromkeys(danger + now))[:_SHOWN]
    return ()


def _denied(segment: Segment, hit: Hit) -> bool:
    return not _DENIED_BEFORE.isdisjoint(segment.words[max(0, hit.start - _REACH) : hit.start])
