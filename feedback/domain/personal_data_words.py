"""Words that tell a person's name from other capitals: families, beginnings of names, what stands before.

All without marks (as `text.fold` writes them) unless a comment says otherwise.
"""

from __future__ import annotations

from feedback.domain.text import fold


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in text.split(","))


def _names(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


FAMILY_NAMES = _set(
    """
    nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh lam trinh mai dao doan
    truong cao ha luong vuong chau ta to tang thai luu la phung quach kieu tong ung trieu kim thach son
    danh lieu mac kha bach giang nong be ma hua nghiem khuc khong tieu au vi lo loc luc sam linh dam than
    viet quan tu ton cong cung chu che cam ca chuong co cu dien diep dieu don du dong giap gian han hinh
    hong huong hy khau khieu kho khuong khuat lai lang lanh lieng lu lung mau mang mao nghe ngu ngan nhan
    nham nhu ninh nhac nhieu on ong phi pho phu phuong phuc quang quyen sai san sau song su sung tan tat
    thang thanh thao theu thieu thi thien tho thong tien tinh toan toa tra trang trac trung tuong ty van
    vang vinh voong vong vuu xa xin xuan y yen thuong bao bo bon cat chang chan chieu chiu chim chung chuc
    cil cill cru gia giam hau hang hoa kra long lun mua muong mu pan phong phang pinang rong roda ro sinh
    seo sin set siu tro thit thuan vay ksor kpa rcom rmah rahlan nay puih rcam krajan kon touprong touneh
    ya pangting dagout jo mo bdap
    """
)
HIGHLAND_BEGINNINGS = _set(
    """
    y k' h' k h ka ha cil cill kra krajan rơ jơ điểu kon touneh kpă ksor siu liêng ro jo dieu lieng
    """
)
"""First words (as written) of names of highland peoples; what follows is a name whatever it is."""

COMMON_FAMILIES = _set(
    """
    nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh lâm trịnh mai đào đoàn
    trương cao hà lương vương châu tạ tô tăng thái lưu phùng quách kiều nông hứa tống giàng vàng sầm
    """
)
"""With their marks: the families read in small letters."""
BARE_COMMON_FAMILIES = frozenset(fold(word) for word in COMMON_FAMILIES)

MIDDLE_NAMES = _set(
    """
    thi van huu ngoc duc minh quang dinh xuan thanh quoc ba nhu tan cong kim my thuy hong anh
    """
)

TITLES = _set("ông bà anh chị cô chú bác thầy cậu mợ dì cụ em cháu bé tên")
"""With their marks: after one of these a single capitalised word is a name already."""
BARE_TITLES = _set("ong ba anh chi co chu bac thay cau cu em chau ten")

PRONOUNS = _set("tôi tui em cháu con mình chúng xin là do nay tên và với kính thưa")
BARE_PRONOUNS = _set("toi tui em chau con minh chung xin la nay ten va kinh thua")
"""Words that may stand with a capital right before a name."""

POSITIONS = _phrases(
    """
    giam doc, pho giam doc, hieu truong, pho hieu truong, ke toan, ke toan truong, chuyen vien,
    thanh tra vien, cong chung vien, dang kiem vien, bac si, y ta, y si, dieu duong, duoc si, giao vien,
    co giao, thay giao, truong thon, truong bon, truong buon, truong ban, truong phong, pho phong,
    pho truong phong, chu tich, pho chu tich, bi thu, pho bi thu, cong an vien, can bo, cong chuc,
    dia chinh, nhan vien, dai dien, chu ho, bi hai, nan nhan, ho ten, ho va ten, nguoi lam don,
    nguoi gui, nguoi bi to cao, nguoi to cao, cong dan, vo chong, hang xom, chu nha, chu tro, chu thau,
    chu vua, chu tai khoan, hieu pho, tram truong, thu quy, to truong, doi truong, trong tai, luat su,
    tai xe, lai xe, bao ve, thu kho, gia lang, nguoi ten, ten la, ky ten, tran trong, ho kinh doanh,
    kiem lam vien, thu ky, thue vu, ky su, kien truc su, ca nhan, doi tuong, ke trom, chu dai ly,
    chu tiem, chu quan, chu tau, chu xe, chu dat, thuyen truong, thu y vien, khu pho truong,
    nguoi nop don, nguoi phan anh, toi la, tui la, em la, chau la, minh la, nguoi nha la, toi ten,
    em ten, chau ten, tui ten, ten toi, con toi, vo toi, chong toi, me toi, ba toi, cha toi, bo toi,
    em toi, anh toi, chi toi, chau toi, ong toi, ban toi, toi, tui, gia dinh ong, gia dinh ba, ten
    """
)
"""After one of these a family name with more words is somebody's name, however it is written."""

STATED = _phrases(
    """
    toi ten, toi ten la, tui ten, tui ten la, em ten, em ten la, chau ten, chau ten la, minh ten,
    con ten, ten la, nguoi ten, ten toi la, ho ten, ho va ten, ho ten la, toi la, tui la, em la, chau la,
    minh la, ky ten, nguoi gui, nguoi lam don, ten, chu tai khoan
    """
)
"""After one of these a name is looked for in small letters too."""

THINGS = _phrases(
    """
    đường, phố, hẻm, kiệt, ngõ, đại lộ, trường, thpt, thcs, tiểu học, mầm non, mẫu giáo, trung học,
    đại học, cao đẳng, phổ thông, chợ, cầu, công viên, chung cư, khu, khu phố, khu du lịch, khu dân cư,
    khu công nghiệp, kcn, ccn, thôn, ấp, xóm, buôn, bon, tổ, làng, phường, xã, thị trấn, thị xã, huyện,
    quận, tỉnh, thành phố, tp, tx, tt, p, x, h, f, q, đặc khu, công ty, tnhh, cty, doanh nghiệp,
    doanh nghiệp tư nhân, dntn, hợp tác xã, htx, tập đoàn, nhà hàng, khách sạn, quán, quán ăn,
    quán cà phê, quán nhậu, karaoke, tiệm, cửa hàng, đại lý, vựa, siêu thị, bệnh viện, phòng khám,
    nhà thuốc, nhà thờ, chùa, thiền viện, tịnh xá, đền, đình, miếu, giáo xứ, hồ, suối, sông, thác, đèo,
    dốc, núi, đồi, đảo, hòn, mũi, bãi, vịnh, vực, cảng, bến, bến xe, ga, sân bay, vòng xoay, ngã ba,
    ngã tư, ngã năm, quảng trường, tượng đài, tượng, di tích, nhà văn hóa, thư viện, bảo tàng, rạp,
    sân vận động, nghĩa trang, thương hiệu, nhãn hiệu, ngân hàng, dân tộc, tiếng, nước, đồng bào, tộc,
    lễ hội, lễ, câu lạc bộ, dự án, tòa nhà, homestay, resort, villa, lô, kè, đập, trạm, nông trường,
    lâm trường, chi nhánh, anh hùng, nhà văn, danh nhân, chủ tịch nước, tết, nhà máy, xưởng, trang trại,
    hàng, vùng, khối phố, cụm, cụm dân cư, nhà xe, hãng, tiệm vàng, vạn, biển, đồn, thắng cảnh, hang,
    rừng, vườn quốc gia, khoa, khu vực, tuyến, nhà thơ, nhạc sĩ, đội
    """
)
"""Before a name (with its marks) that is borne by a street, a school, a business, a place or a people."""

_AMBIGUOUS_BARE = _phrases("ho, ke, hang, lo, quan, ban, doi, khoa, ho, den, dinh, tu, van, bien, don, to")
BARE_THINGS = frozenset(tuple(fold(word) for word in phrase) for phrase in THINGS) - _AMBIGUOUS_BARE
"""The same without marks, but for those that then are something else too (hồ, hộ)."""

OFFICES_OF_PLACES = frozenset({"xa", "phuong", "thon", "bon", "buon", "ap", "tinh", "huyen", "khu pho"})

NOT_NAMES = _phrases(
    """
    sở, ubnd, hđnd, ủy, phòng, viện, trường, hội, đảng, tỉnh, xã, phường, huyện, giám, bộ, nhà, toà,
    tòa, kính, tết, đường, trạm, hạt, bhxh, bhyt, vneid, zalo, facebook, tiktok, youtube, google, cty,
    trung tâm, chi cục, ban quản, công an, công ty, ngân hàng, hải quan, việt nam, chủ tịch, thanh tra,
    kiểm lâm, bưu điện, pháp luật, quyết định, nghị định, thông tư, bí thư, thủ tướng, quốc hội,
    ban chỉ, ban dân, mặt trận, trưởng phó chủ, phó giám, phó trưởng, phó bí, phó chủ
    """
)
"""The first word or two of a run of capitals (with their marks) that is an office, a paper or a thing."""
BARE_NOT_NAMES = frozenset(tuple(fold(word) for word in phrase) for phrase in NOT_NAMES) - {
    (family,) for family in FAMILY_NAMES
}

PLAIN_WORDS = _set(
    """
    tu o tai thon xa phuong huyen tinh ap khu xom bon la so sdt dt dien thoai cccd cmnd va voi bi duoc da
    dang se khong ko chua lam thi ma nhung cho co cac nay kia do roi de den di ve mot hai ba nam xin nho
    toi tui em chau sinh nguoi ngu tru dai dia chi giao vien lua ban vay no ky gui vi khi ngay thang con
    hien nha hoc lop hoi nop muon can phan anh kien nghi noi goi thue cung thuong nguyen quan mong moi
    truoc sau trong ngoai tren duoi
    """
)
"""Words in small letters at which a name in small letters ends."""

PUBLIC_FIGURES = _names(
    """
    nguyen thi minh khai, tran hung dao, ho chi minh, le duan, le hong phong, phan dinh phung,
    phan chu trinh, phan chau trinh, phan boi chau, nguyen van troi, vo thi sau, ly thuong kiet,
    ly thai to, nguyen hue, nguyen trai, hai ba trung, hoang van thu, nguyen van cu, nguyen cong tru,
    tran phu, tran quoc toan, bui thi xuan, hoang dieu, nguyen du, ly tu trong, le loi, le lai,
    le thanh ton, le quy don, ngo quyen, dinh tien hoang, nguyen binh khiem, nguyen dinh chieu,
    nguyen khuyen, nguyen chi thanh, nguyen tri phuong, vo nguyen giap, vo van kiet, ton duc thang,
    truong chinh, pham van dong, hung vuong, an duong vuong, to hien thanh, ho tung mau, ho xuan huong,
    huynh thuc khang, nguyen thai hoc, ly nam de, tran khanh du, tran nhat duat, tran quang khai,
    tran binh trong, mac dinh chi, chu van an, luong the vinh, le van tam, kim dong, to vinh dien,
    phan dinh giot, nguyen viet xuan, ngo gia tu, ha huy tap, nguyen luong bang, ngo tat to, nam cao,
    xuan dieu, han mac tu, han thuyen, cao ba quat, cao thang, tran cao van, hoang hoa tham,
    nguyen an ninh, nguyen huu tho, le van duyet, le thi rieng, nguyen thi dinh, nguyen thi nho,
    tran nhan tong, le thanh tong, le dai hanh, ngo thi nham, ly thai tong, phu dong, thien vuong,
    nguyen van linh, nguyen dinh quan, ho ba phan, tuyen quang, tu van tu, le van luong, nguyen hoi,
    nguyen tat thanh, ma thi hong, hai thuong lan ong, pham ngoc thach, nguyen tuong, nguyen phuc chu,
    nguyen gia thieu, luong dinh cua, ton that thuyet, ton that tung, hoang quoc viet, hoang van thai,
    dao duy tu, yersin, pasteur
    """
)
"""Whom streets and schools are named after: no private person, unless a title stands before."""

NOT_PEOPLE = _names(
    """
    h'mong, k'ho, m'nong, k'long, b'lao, m'lon, d'ran, ba ria, ba na, ba den, ong lanh, ha noi, ha lan,
    ha giang, ha tinh, ha nam, ha long, ha tien, ha bac, ha dong, ha tay, ma cao, cao bang, lang son,
    lao cai, ninh binh, ninh thuan, thai binh, thai nguyen, thai lan, bac ninh, quang ninh, quang nam,
    quang ngai, quang tri, quang binh, bo y te, y te, dong nai, dong thap, lai chau, long an, vinh long,
    vinh phuc, thanh hoa, hung yen, hoa binh, kien giang, hau giang, tien giang, an giang, tra vinh,
    son la, chau au, chau phi, chau a, tay ninh, binh thuan, viet nam, nam phi, anh quoc
    """
)
"""Peoples, provinces and countries that look like names."""
