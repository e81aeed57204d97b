"""The words by which the class of a message is recognised.

They are part of the programme and no rows, because what they guard (a denunciation shown to the
accused, a crime left lying) must not be edited away with a form.
"""

from __future__ import annotations

DENUNCIATION = """
hai bộ sổ|phong thư|bán đề thi|phát thiếu|phát không đủ|tố cáo|tố giác|tố người|tố bí thư|tố chủ tịch
|tố giám đốc|tố hiệu trưởng|tố trưởng|tố cán bộ|tố ông|tố bà|đơn tố|tham nhũng|tham ô|tham nhung|hối lộ
|hoi lo|vòi tiền|vòi vĩnh|đòi tiền|chung chi|chung tiền|lót tay|phong bì|bồi dưỡng anh em
|bồi dưỡng cho nhanh|tiền bồi dưỡng|ăn chặn|ăn bớt|ăn chia|ăn tiền|ăn hối|bớt xén|cắt xén|rút ruột|biển thủ
|tư túi|trục lợi|khai khống|lập khống|khống khối lượng|nâng khống|nâng khối lượng|nâng giá|kê khống
|chứng từ giả|chứng từ khống|giả mạo chứng từ|làm giả|giả mạo chữ ký|giả chữ ký|giả chữ kí|bằng giả
|hồ sơ giả|danh sách giả|danh sách khống|thông thầu|quân xanh|móc nối|cấu kết|thông đồng|tiếp tay|bao che
|chống lưng|bảo kê|sân sau|lợi ích nhóm|lợi dụng chức vụ|lợi dụng chức quyền|lạm quyền|lộng quyền
|lạm dụng chức vụ|lạm dụng chức quyền|ăn cắp của công|xà xẻo|gạ tiền|gợi ý đưa|gợi ý tiền|gợi ý bồi dưỡng
|gợi ý chung|đưa tiền mới|đưa trước|nhận tiền của|nhận của tôi|nhận tiền|nhận hối|lấy tiền của|lấy tiền dân
|thu tiền riêng|thu tiền không biên lai|thu tiền bỏ túi|bỏ túi riêng|tiền bỏ túi|không xuất biên lai
|nhũng nhiễu|sách nhiễu|hạch sách|vòi vinh|trù dập|trả thù|chạy án|chạy việc|chạy chọt|chạy chức
|mua bán chức|mua điểm|bán điểm|nâng điểm|sửa điểm|tiêu cực|gian lận|khuất tất|mờ ám|đi đêm
|quan hệ bất chính|tiết lộ hồ sơ|làm lộ|rò rỉ hồ sơ|lộ đề|xâm phạm đời tư|bảo vệ người tố
|người thân của mình vào|đưa người nhà vào|cho người nhà|cho em vợ|cho em rể|cho con cháu
|cho vợ con đứng tên|đứng tên giùm|thiếu minh bạch|tư lợi|vụ lợi|ém nhẹm|ỉm tiền|xài riêng|chi sai|thu sai
|sử dụng sai mục đích|chiếm dụng|ban rung|bán rừng|bán đất công|phá rừng trái phép có|chia chác|chia nhau
|hưởng chênh lệch|hoa hồng cho|tiền hoa hồng|dấu hiệu vi phạm của|dấu hiệu tội phạm|kỷ luật ông|kỷ luật bà
|xử lý ông|xử lý bà|cách chức|điều tra làm rõ hành vi|không thưa|quấy rối|sàm sỡ|gạ tình|mua dâm|ém tiền
|om tiền|bớt tiền|giữ lại tiền|trừ tiền sai|tiền mặt cho cán bộ|đút lót|đấm mõm|tiền đen|tiền ngoài
|chi ngoài|phí ngầm|luật ngầm|tiền cò|cò hồ sơ|cò đất cấu|làm luật|tiền luật|mãi lộ|bỏ tiền túi mua chức
|nhận quà|quà biếu|biếu xén|tặng quà cho cán bộ
"""

SECRECY = """
giấu tên|giữ kín tên|giữ kín danh tính|giữ bí mật|giữ kín thông tin|không tiết lộ tên|đừng tiết lộ|xin giấu
|xin ẩn danh|không nêu tên tôi|đừng nêu tên|khong dam de ten|không dám để tên|không dám đứng tên
|sợ bị trả thù|có bằng chứng|ghi âm|gặp riêng lãnh đạo|xin gặp riêng|làm chứng|nhân chứng
"""
"""What goes along with an accusation and names none: evidence, witnesses, and the wish to stay unnamed."""

COMPLAINT = """
không chấp nhận kết quả|chấm sai|chấm lại|phúc khảo|thu giấy phép|rút giấy phép|trả lại giấy phép
|đền thiệt hại|đòi đền|không thừa nhận|không đồng ý|không nhận tiền|yêu cầu tính lại|đề nghị tính lại
|xem xét lại|xem lại quyết định|xem lại văn bản|bị phạt|phạt tôi|phạt gia đình tôi|lập biên bản phạt
|tôi phản đối|gia đình tôi phản đối|không đúng quy định của pháp luật|lấy đất|giá đền|tiền đền|đền cho tôi
|trả giá quá rẻ|mức đền|bồi thường đất|thu đất|quyết định cắt|cắt trợ cấp của|văn bản cắt
|không cho tôi hưởng|tước|ép buộc tôi|xử ép|bị xử phạt|khiếu nại|khieu nai|khiếu kiện|khởi kiện
|đơn kiện ủy ban|kiện ủy ban|không đồng ý quyết định|không đồng ý với quyết định
|không đồng tình với quyết định|không chấp nhận quyết định|phản đối quyết định|hủy quyết định
|hủy bỏ quyết định|thu hồi quyết định|xem xét lại quyết định|xét lại quyết định|đề nghị hủy|yêu cầu hủy
|quyết định xử phạt|quyết định thu hồi|quyết định cưỡng chế|quyết định kỷ luật|quyết định đình chỉ
|quyết định buộc|quyết định giải tỏa|quyết định bồi thường|quyết định ấn định|quyết định truy thu
|quyết định giải quyết|quyết định giao đất|quyết định hưởng|quyết định điều động|quyết định thôi việc
|quyết định sa thải|quyết định cho thôi|quyết định hủy|quyết định bác|quyết định từ chối
|quyết định phê duyệt bồi thường|quyết định phê duyệt phương án|quyết định hành chính|ra quyết định phạt
|quyết định phạt|bị phạt oan|phạt oan|xử phạt oan|oan ức|oan sai|oan uổng|bị oan|trái pháp luật|trái luật
|sai luật|không đúng luật|cưỡng chế|giải tỏa|thu hồi đất|tái định cư|giá bồi thường|đơn giá bồi thường
|mức bồi thường|phương án bồi thường|bồi thường không thỏa đáng|đền bù|áp giá|không thỏa đáng|bác đơn
|bác yêu cầu|giải quyết lần đầu|lần hai của|không công nhận|bị kỷ luật|kỷ luật oan|buộc thôi việc
|bị cho thôi việc|xúc phạm danh dự|đòi lại quyền lợi|kết luận thanh tra|kết luận xác minh|không thụ lý
|tước giấy phép|tước quyền|thu hồi giấy phép|thu hồi giấy chứng nhận|hủy giấy chứng nhận|hủy sổ|thu hồi sổ
|truy thu|bị truy thu|ấn định thuế|tính lại và truy lĩnh|yêu cầu bồi thường|xử lý không công bằng
|không công bằng với|thu hồi trợ cấp|bị đình chỉ|đình chỉ hoạt động|đình chỉ học|buộc thôi học|đuổi học
|không đồng ý kết quả|không đồng ý với kết luận|không đồng ý cách|không đồng ý với cách|không đồng ý văn bản
|không đồng ý việc|không đồng ý mức|không phục|xin xem lại biên bản|biên bản phạt
"""

CRIME = """
trộm|trom|mất trộm|ăn trộm|ăn cắp|cướp|cướp giật|giật dọc|móc túi|đánh nhau|đánh đập|bị đánh|đánh con
|đánh tôi|đánh em|đánh vợ|đánh bạn|đánh người|chặn đánh|hành hung|cố ý gây thương tích|đâm chết|chém|cầm dao
|dao rựa|mã tấu|hăm dọa|đe dọa|dọa giết|dọa đánh|dọa dân|khủng bố tinh thần|khủng bố điện thoại|tống tiền
|giang hồ|xăm trổ|xã hội đen|đòi nợ thuê|tạt sơn|ném chất bẩn|cho vay nặng lãi|tín dụng đen|vay nóng
|lãi cắt cổ|ma túy|ma tuy|hút chích|chích hút|nghiện|thuốc lắc|cần sa|cỏ mỹ|bóng cười|cờ bạc|co bac|đánh bạc
|đánh bài|bầu cua|xóc đĩa|lắc xí ngầu|đá gà|trường gà|tài xỉu|số đề|ghi đề|lô đề|cá độ|cá cược|mại dâm
|gái gọi|chứa chấp|kích dục|hiếp dâm|dâm ô|sờ mó|xâm hại|giao cấu|lạm dụng tình dục|bạo hành
|bạo lực gia đình|bạo lực học đường|bỏ đói|nhốt|bị nhốt|giam lỏng|bắt cóc|mất tích|buôn người|mua bán người
|bán sang campuchia|lừa sang|bị lừa|lừa đảo|lua dao|lừa tiền|chiếm đoạt|chiếm quyền|giả danh|mạo danh
|tự xưng|giả mạo|bắt tải|cài app lạ|gửi link lạ|mã otp|hack|huy động vốn|đa cấp|bùng tiền|giết|giết người
|thi thể|xác chết|tự tử|tự sát|súng|đạn|lựu đạn|bom mìn|vật liệu nổ|thuốc nổ|pháo lậu|buôn lậu|hàng lậu
|vũ khí|đua xe|nẹt pô|bốc đầu|càn quấy|quậy phá|gây rối|phản động|vượt biên|nhập cảnh trái phép
|xuất cảnh trái phép|tàng trữ|tiền giả|con dấu giả|giấy tờ giả|biển số giả|phá rừng|cưa trộm|gỗ lậu|lâm tặc
|chặt trộm|khai thác trái phép|khai thác lậu|cát tặc|cát lậu|đào vàng|săn bắn thú|bẫy thú|thú rừng
|động vật hoang dã|gây tai nạn bỏ chạy|nồng độ cồn|say rượu lái|đốt nhà|phóng hỏa|đầu độc|bị giật đồ|giật đồ
|giật túi|giật dây chuyền|chích điện|nổ mìn trái|uy hiếp|cưỡng đoạt|quay lén|ảnh nóng|bôi nhọ|vu khống
|xúc phạm|bắt nạt|đánh hội đồng|nghi bắt cóc|dụ dỗ trẻ|dụ bé|trẻ em lao động|tảo hôn|bóc lột|cưỡng bức
"""

CHILD_OR_DANGER = """
bảo vệ trẻ em|trẻ em bị|trẻ bị|cháu bị đánh|con bị đánh|bé bị|bé gái|cứu cháu|cứu bé|cứu mẹ con|cứu tôi với
|cầu cứu|bị nhốt trong|bỏ rơi|trẻ bị bỏ
"""

LEGAL_TEXT = """
dự thảo|góp ý dự thảo|lấy ý kiến văn bản|văn bản quy phạm|còn hiệu lực|hết hiệu lực|góp ý nghị quyết
|góp ý quyết định|góp ý quy định|góp ý luật|góp ý thông tư|góp ý nghị định|ban soạn thảo
"""

MIXED = """
thứ nhất|chuyện thứ nhất|việc thứ nhất|một là|hai việc|ba việc|bốn việc|mấy việc|nhiều việc|ba chuyện
|mấy chuyện|hai chuyện|nhiều chuyện|bốn nội dung|ba nội dung|hai nội dung|nhiều nội dung|năm nội dung
|các kiến nghị sau|ba kiến nghị|hai kiến nghị|kiến nghị tổng hợp|nhiều kiến nghị|tách ra|xuống hết
|nhiều bất cập|liên ngành|từng việc|từng sở|từng cơ quan|việc đầu tiên|việc thứ hai|chuyện đầu tiên
|vừa hỏi vừa|vừa xả|mỗi cái một nơi|ai chịu vụ này|phản ánh luôn|thu nhat|thu hai xe
"""

NOT_FOR_GOVERNMENT = """
free ship|freeship|cam kết hoàn tiền|chốt đơn|chốt hôm nay|khách chốt|nạp đầu|nổ hũ|nhà cái|link trong
|đăng ký nhận ngay|khuyến mãi khủng|sale sốc|giá sốc|giá hủy diệt|nhận làm bằng|làm bằng đại học
|vay tiền nhanh|nợ xấu vẫn|lãi suất siêu|trị dứt điểm|cam kết khỏi|việc nhẹ lương|tuyển gấp|tuyển cộng tác
|làm thêm tại nhà|thu nhập khủng|alo em ngay|test test|asdf|qwerty|acc game|liên quân|rank cao|nick game
|vòng quay|trúng thưởng|xổ số|vé số|lô tô|thông cống nghẹt giá|nhận thông cống|hút hầm cầu giá
|cho thuê mặt bằng|cho thuê nhà nguyên|cho thuê phòng|nhượng quán|sang quán|còn hàng không|còn size|size m
|ship về|ship cod|mua một tặng|tiền ảo|bitcoin|sinh lời|kiếm tiền online|đầu tư sinh lời|mất mèo|lạc mèo
|tìm mèo|nhặt được ví|nhớ người yêu|chúc cả nhà|chúc mọi người|hello|hi shop|chào shop|tìm người yêu
|kết bạn bốn phương|có ai cần người|bói toán|xem bói|tử vi|người yêu cũ|shop trên mạng|shop giao|giao nhầm
|giao thiếu hàng|chúc mừng năm mới|happy birthday
"""

ADVERTISING = """
trọn gói|gọi ngay|liên hệ ngay|nhận làm|nhận sửa|nhận thi công|tận nơi|tận nhà|bao giá|giao tận|sỉ lẻ|bán sỉ
|ứng tuyển|hoa hồng cao|cộng tác viên|lợi nhuận|giá thương lượng|tiện kinh doanh|diện tích sử dụng
|có mặt sau|phục vụ nhanh|mở bán|quà tặng|inbox|ib ngay|zalo|chiết khấu|đăng ký ngay|link|bình luận|cần bán
|bán gấp|bán lỗ|bán nhanh|cần sang|vay tiền|giải ngân|không thế chấp|lãi suất|tư vấn miễn phí|gia truyền
|tuyển dụng|liên hệ em|sale|ưu đãi|giảm giá|khuyến mãi|số lượng có hạn|toàn quốc|cả nhà ơi|giá rẻ|uy tín
|hotline|shop|lô đất|view|nhận ngay|cam kết
"""

INSULT = """
ăn hại|ngu như|ngu si|ngu dốt|đần độn|đồ ngu|lũ ngu|bọn ngu|óc chó|óc heo|chó má|chó chết|đồ chó|mất dạy
|khốn nạn|khốn kiếp|thất đức|vô dụng|bất tài|ăn bám|sâu mọt|cặn bã|phế vật|láo toét|bố láo|súc vật|lũ chó
|ngồi mát|ăn lương dân|đồ tồi|mẹ mày|bố mày|cha mày|thằng ngu|con mẹ|chết tiệt|đồ khốn|lũ khốn|bọn khốn
|ngu quá|ngu thế|dẹp hết đi|tao rủa|tao xuống|tao khinh|tao nói|tao đập|cho tụi bây|nhà mày|chúng mày
|tụi mày|tụi bây|nhà bây|bọn mày|thằng chó|con khỉ|hút máu|vô học|địt|đụ|đm|dm|vcl|vkl|cmm|cút đi
|chết cháy hết cho|rủa cả|dốt nát|toàn lũ|lũ ăn|bọn ăn|ăn cướp ngày|nghỉ hết đi|cái đéo|đéo
"""

QUESTION = """
xin hỏi|cho hỏi|cho em hỏi|cho tôi hỏi|muốn hỏi|hỏi về|hỏi thủ tục|hỏi hồ sơ|hỏi điều kiện|hỏi mức|hỏi cách
|cần giấy gì|cần giấy tờ gì|cần những giấy|cần gì|nộp ở đâu|đăng ký ở đâu|làm ở đâu|liên hệ ở đâu|ở đâu ạ
|gửi ai|gửi ở đâu|thủ tục gì|thủ tục thế nào|thủ tục ra sao|như thế nào|thế nào ạ|ra sao ạ|làm sao ạ
|phải làm gì|phải làm sao|bao lâu|mất bao lâu|mấy ngày ạ|bao nhiêu tiền|được bao nhiêu|bao nhiêu phần trăm
|bao nhiêu thì|có được không|được không ạ|được hưởng không|có phải|có cần|có bắt buộc|thì sao|tính sao
|tính thế nào|thì nộp|nộp cho ai|cơ quan nào|sở nào|trước hay|hay đâu|hay không ạ|ai cấp|có được hưởng
|có được|hỏi đăng ký|hỏi hưởng|hỏi diện tích|thì làm thủ tục|cần điều kiện|điều kiện gì|điều kiện nào
|xin chỉ|xin được hướng dẫn|nhờ hướng dẫn|xin tư vấn|tư vấn giúp|khi nào thì|chừng nào thì|quy định thế nào
|mức phí bao nhiêu|phí bao nhiêu
"""

PROPOSAL = """
quy định|sửa quy định|bãi bỏ|bỏ yêu cầu|bỏ bớt|bỏ giùm|bỏ phí|bỏ quy định|nên bỏ|nên cho|nên có|nên quy định
|nên đổi|nên làm|nên áp dụng|nên cho phép|nên gộp|nên ban hành|đơn giản hóa|đơn giản hồ sơ|đơn giản|rút ngắn
|rườm rà|giảm giấy tờ|giảm bớt|giảm thời gian|giảm phí|miễn phí cho|miễn vé|miễn giảm|miễn tiền|gia hạn
|nâng mức|tăng mức|mức hỗ trợ|điều chỉnh mức|nới|nới lỏng|nới diện tích|tiêu chuẩn|cơ chế|chính sách
|thống nhất toàn tỉnh|thống nhất hướng dẫn|biểu mẫu|mẫu đơn|mẫu tờ khai|mẫu thủ tục|tờ khai|phân cấp
|ủy quyền cho xã|liên thông|đồng bộ|một lần nhập|chia sẻ dữ liệu|cho phép|cho nộp|chấp nhận|thu qua app
|quét qr|trực tuyến|đề xuất|cải tiến|nghiên cứu|lộ trình|định mức|khung giá|cách tính|đổi cách
|bổ sung quy định|ban hành|quy trình|bắt nộp|bắt phải|đòi xác nhận|đòi giấy|yêu cầu nộp|giữ điểm|bố trí điểm
|kéo dài thời hạn|đường dây tư vấn|mở lớp|cho con em|thay vì
"""

PROPOSING = """
đề nghị|kiến nghị|đề xuất|nên|xin|mong|góp ý|cần|hãy|làm ơn|nhờ|giùm
"""

DELAY = """
chưa|chưa về|chưa vào|chưa tới|chưa đến|hẹn|nay đã|đến nay|tới nay|mất cả buổi|chờ cả buổi|chờ tới|chờ từ
|mai lên|về đi|mạng lỗi|máy hỏng|hết số|phát số|chưa có kết quả|chưa có quyết định|chưa có phản hồi
|chưa có văn bản|chưa có ý kiến|chưa được giải quyết|chưa được trả lời|chưa giải quyết|chưa trả lời
|chưa trả kết quả|chưa nhận được|chưa thấy|chưa xong|chưa ra|chưa cấp|chưa được cấp|chưa được nhận
|chưa được chi trả|chưa chi trả|chưa được hoàn|chưa được xuất|chưa thi công|chưa cập nhật|chưa có giấy
|chưa có đoàn|chưa có biên bản|chưa thông báo|chưa có tiền|chưa được mời|chưa họp|chưa mời|chưa ai mời
|vẫn chưa|quá hạn|trễ hạn|trễ hẹn|quá thời hạn|trễ|chậm|chậm trễ|chậm giải quyết|ngâm|ngâm hồ sơ|giam hồ sơ
|hẹn lần|hẹn lại|hẹn tới hẹn lui|hẹn đi hẹn lại|lần hai|lần thứ|chờ hoài|chờ mãi|chờ mỏi|mòn mỏi|kéo dài
|trả hồ sơ|trả đi trả lại|trả về|bổ sung nhiều lần|yêu cầu bổ sung|bị yêu cầu bổ sung|chờ bổ sung|đang xử lý
|chờ phê duyệt|chờ duyệt|không trả lời|không phản hồi|không ai trả lời|không giải quyết|không nhận hồ sơ
|không tiếp nhận|đùn đẩy|chỉ lòng vòng|vòng vòng|lòng vòng|chạy đi chạy lại|đi lại nhiều lần
|lên xuống nhiều lần|thất lạc|mất hồ sơ|làm mất|không báo|bảo chờ|kêu chờ|nói chờ|chờ từ sáng|chờ lâu
|xếp hàng|quá tải|không tìm thấy|im luôn|im lặng|bị bỏ sót|bỏ sót|không nêu lý do|không giải thích
|sửa ngày hẹn|nộp đi nộp lại|giữ hồ sơ|treo hồ sơ|quên
"""

PAPERS = """
lương hưu|thuế|tiền hoàn|hộ chiếu|thẻ|lãnh sự|công nhận|khám bệnh|bằng|kết quả|tài khoản|lắp công tơ
|lắp điện|trích lục|hồ sơ|đơn|giấy hẹn|phiếu hẹn|giấy phép|giấy chứng nhận|giấy tờ|thủ tục|sổ đỏ|sổ hồng
|căn cước|bản sao|phù hiệu|bằng lái|giấy xác nhận|một cửa|quầy|bộ phận tiếp nhận|trung tâm hành chính công
|trung tâm phục vụ hành chính công|dịch vụ công|trợ cấp|phiếu lý lịch|thông báo|xác nhận|đăng ký|hóa đơn
|bảo hiểm một lần|sang tên|tách thửa|thẩm định|cấp phép|gắn đồng hồ|gắn điện kế|công tơ|hoàn thuế|chốt sổ
|gộp sổ|giám định|biên bản|quyết định|khám|cấp cứu|bệnh nhân
"""

CONDUCT = """
thái độ|cộc lốc|quát|quát tháo|quát mắng|nạt|nạt nộ|hách dịch|cửa quyền|thiếu tôn trọng|vô trách nhiệm|thờ ơ
|lạnh nhạt|lớn tiếng|mắng|chửi|bấm điện thoại|lướt điện thoại|chơi game trong giờ|đi trễ về sớm|đi trễ
|về sớm|vắng mặt|không có ai trực|không ai trực|ngồi cà phê|bỏ vị trí|bỏ trực|khóa cửa|chưa tới giờ
|hết giờ tiếp|ném|cộc cằn|xua đuổi|đuổi ra|đuổi về|khó chịu|gắt gỏng|hằn học|coi thường|khinh|làm khó
|gây khó dễ|gây khó khăn|không hướng dẫn|hướng dẫn sai|hướng dẫn không rõ|mỗi người nói một kiểu
|cắt điện nhầm|cắt nhầm|không ai bắt máy|không ai nghe máy|không nghe máy|chặn số|không lập biên bản
|không mời|sai tên
"""

OFFICIAL = """
cán bộ|công chức|viên chức|nhân viên|chuyên viên|tiếp dân|bảo vệ|cô giáo|thầy giáo|hiệu trưởng|bác sĩ
|điều dưỡng|y tá|công an|cảnh sát|thanh tra|kiểm lâm|chủ tịch|lãnh đạo|địa chính|một cửa|quầy|thủ kho
|nhà trường|trạm|sở|phòng|văn phòng|ban quản lý|chi cục|chi nhánh|trung tâm|xã|phường|cơ quan
|ủy ban nhân dân
"""

TROUBLE = """
lỗ|hụt|hết hạn|hết hàng|hết thuốc|hết giá trị|báo lỗi|báo mất|khô|cạn|nghiêng|ngã|rớt|sụp|đọng|nồng|ẩm|mốc
|chui|nhái|ép vô|bỏ khách|đông|không được|không có|không ai|không cho|không chịu|không qua|không lên
|không xuất|không bảo hành|từ chối|gấp ba|gấp đôi|tăng vọt|cao quá|rẻ quá|đắt|mắc quá|phải thêm|thu thêm
|tính thêm|trễ|chậm|sợ|lo|bực|phiền|khó|kém|yếu|thua|thấp|ít|chật|nóng|tối|dốc|trơn|cụt|quá tải|quá sức|ế
|thất thu|mất|bị|hư|hỏng|bể|vỡ|gãy|nứt|sụt|lún|đổ|ngập|tràn|ngập úng|tắc|nghẹt|bít|bị lấp|lấp|hôi|hôi thối
|mùi|bẩn|dơ|đục|ô nhiễm|bụi|khói|khét|ồn|ồn ào|inh ỏi|um sùm|lấn|lấn chiếm|chiếm|chắn|che|rào|cúp|mất điện
|cắt điện|mất nước|cúp nước|chập chờn|sụt áp|tối thui|tối om|nguy hiểm|mất an toàn|tai nạn|té|chết|cháy
|rò rỉ|xả|xả thải|đổ trộm|vứt|quăng|bỏ hoang|thả rông|cắn|dịch bệnh|lạm thu|ép mua|bắt mua|ép|giả|dỏm
|kém chất lượng|không nguồn gốc|không rõ nguồn gốc|quá hạn sử dụng|tăng giá|chặt chém|nhồi nhét|thu cao
|bắt trả thêm|không hóa đơn|nợ lương|không trả lương|trừ lương|không đóng bảo hiểm|bị khóa|bị cắt
|không có sóng|mất sóng|rác|rac|sai lệch|gian|thiếu|không đúng|không có thật|không phép|trái phép|sai phép
|xuống cấp|bong tróc|ổ gà|ổ voi|lầy lội|sình lầy|sạt|sạt lở|xói lở|trôi|cuốn|lòa xòa|sà xuống|chùng|đứt
|vướng|rối|nhấp nháy|treo|lỗi|không ai dọn|không ai gom|không thu gom|chưa được sửa|bị mất|không đến
|chưa nhận|thất thoát|hại|thiệt hại|ung thư|bệnh|đau bụng|tiêu chảy|ngộ độc|ùn tắc|kẹt xe|lấn tuyến|đậu kín
|đậu xe|đỗ xe|cản trở|chèn ép|bị trừ|trừ tiền|bị tính|tính sai|lệch|tự phát|kêu|than|khổ|phản cảm|ngứa|dột
|hoang|cỏ mọc|chưa có
"""

TAKING = """
lấy tiền|nhận tiền|đòi tiền|xin tiền|đưa tiền|phải đưa|đưa hai|đưa ba|đưa năm|không đưa|chung tiền|phải chi
|chi cho|nhận của|nhan cua|đem về nhà|chở về nhà|mang về nhà|sửa nhà riêng|nhà riêng|của riêng|bắt tay với
|tiền chênh|ăn chênh|hưởng chênh|kê thêm|kê cao|khai thêm|khai cao|người nhà|người quen|bà con ruột|con cháu
|em vợ|em rể|em ruột|anh ruột|cháu ruột|con rể|con dâu|vợ con|thiên vị|ưu ái|làm ngơ|làm lơ|báo trước|gợi ý
|tiền cảm ơn|cảm ơn cán bộ|trà nước|thuốc nước|cà phê thuốc|mới ký|mới giải quyết|mới cho qua|mới yên
|quỹ đen|bán lại|không biên lai|không có biên lai|không biên nhận|không phiếu thu|không có phiếu thu
|bao thuốc|giả chữ|ký thay|ký khống|ký giả|khống|sửa điểm|nâng điểm|cho đậu|nợ tiền dân|mượn tiền dân
|vay tiền dân|hứa làm|hứa chạy|chạy cho|ăn nhậu|nhậu trong giờ|ăn của dân|bớt của|bớt tiền|cắt phần
|cắt khẩu phần|giữ tiền|thu tiền ủng hộ|tiền ủng hộ|tiền cứu trợ|tiền từ thiện|hàng cứu trợ|hàng từ thiện
|gạo cứu|tiền hỗ trợ của dân|tiền của dân|đứng tên|quan hệ với|bồ nhí|cặp bồ|chống lưng
"""

MONEY_UNITS = "ngàn|nghìn|triệu|tỷ|tỉ|đồng|chục triệu|trăm ngàn|ngan|nghin|trieu"

NUMBER_WORDS = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mấy|vài|trăm|chục|mot|muoi|may|vai|tram|chuc"

TAKER = """
đội kiểm tra|đoàn kiểm tra|đoàn thanh tra|người kiểm tra|tổ công tác|đội quản lý|đội trật tự|cán bộ
|công chức|viên chức|nhân viên|chuyên viên|chủ tịch|phó chủ tịch|bí thư|trưởng thôn|thôn trưởng|trưởng bon
|trưởng ban|trưởng phòng|trưởng trạm|trạm trưởng|giám đốc|hiệu trưởng|hiệu phó|kế toán|thủ quỹ|thanh tra
|kiểm lâm|công an|cảnh sát|csgt|bác sĩ|điều dưỡng|công chứng viên|đăng kiểm viên|đăng kiểm|địa chính
|tổ trưởng|thú y|giáo viên chấm|lãnh đạo|thủ kho|phụ trách|đội trưởng|quản lý chợ|ban quản lý chợ
|trưởng khu phố|ấp trưởng|già làng|chủ nhiệm hợp tác xã|thuế vụ|cán bộ thuế|quản lý thị trường|biên phòng
|kiểm ngư|chi cục|ông chủ tịch|mấy ông|mấy anh kiểm tra|điện lực thu|trọng tài
"""

ACCUSED = """
cán bộ|công chức|viên chức|nhân viên|chuyên viên|chủ tịch|phó chủ tịch|bí thư|phó bí thư|trưởng thôn
|thôn trưởng|trưởng bon|trưởng ban|phó ban|trưởng phòng|phó phòng|trưởng trạm|trạm trưởng|trưởng khoa
|giám đốc|phó giám đốc|hiệu trưởng|phó hiệu trưởng|hiệu phó|kế toán|thủ quỹ|thanh tra viên|kiểm lâm|công an
|cảnh sát|bác sĩ|điều dưỡng|y tá|công chứng viên|đăng kiểm viên|địa chính|tổ trưởng|thú y|giáo viên|thầy
|cô giáo|luật sư|thẩm phán|chấp hành viên|đội trưởng|trung úy|thượng úy|đại úy|thiếu tá|trung tá|thượng tá
|lãnh đạo|chi cục trưởng|cục trưởng|thủ kho|trợ giúp viên|quản lý|người phụ trách|phụ trách|đội phó
|ấp trưởng|trưởng ấp|trưởng buôn|già làng|chủ nhiệm|đăng kiểm
"""

HONORIFIC = "ông|bà|anh|chị|thầy|cô|chú|bác|tên|đồng chí|ong|thay|dong chi"


def listed(text: str) -> tuple[str, ...]:
    """Return the phrases of one of the lists above."""
    return tuple(phrase.strip() for phrase in text.replace("\n", "").split("|") if phrase.strip())
