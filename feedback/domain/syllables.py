"""Whether a word is a whole Vietnamese syllable, as it is written without marks.

A syllable is an onset and a rime, each of a closed list (Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*, 1977; spelled
as Quyết định 240/QĐ of the Ministry of Education, 5 March 1984, says). Marks are left out, so that the rimes
of ô and ơ are those of o.
"""

from __future__ import annotations

_ONSETS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay "
    "e ec ech em en eng enh eo ep et eu "
    "i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong ooc oong op ot "
    "u ua uac uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu "
    "uy uya uych uyen uyet uynh uyp uyt uyu "
    "y ych yem yen yeng yet yeu ynh yt"
)
_WHOLE = frozenset(onset + rime for onset in ("", *_ONSETS.split()) for rime in _RIMES.split())


def is_syllable(word: str) -> bool:
    """Tell whether `word` (folded) is a whole syllable: ``nguyen`` and ``ngu`` are, ``nguye`` is not."""
    return word in _WHOLE
