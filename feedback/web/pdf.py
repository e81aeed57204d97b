"""Paper: a PDF of headings, paragraphs, facts, lists and tables, written with the product's own letters.

It knows nothing of what is written on it. The fonts lie in the checkout, whole, so that every Vietnamese
letter is there and nothing is fetched; of each only the letters that were used go into the file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from feedback.domain.text import clean_text

_FONTS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "be-vietnam-pro-ttf"
_FAMILY = "Be Vietnam Pro"
_MARGIN, _LINE, _INDENT = 20.0, 5.2, 5.0
"""Millimetres: the margins, the height of a line of text, what stands under something else."""
_INK, _QUIET, _RULE = (27, 38, 40), (74, 95, 98), (176, 190, 192)

_MISSING = "?"
"""What stands for a sign that the font does not have, so that it is seen to be missing."""
_ALIKE = str.maketrans({"→": "»", "←": "«", "\t": "    ", "\N{NO-BREAK SPACE}": " "})

# What fonts are cut down to is of interest to nobody.
for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class Paper(FPDF):
    """A document of A4 pages, one after the other; `finished` gives its bytes.

    title: of the document. foot: stands at the foot of every page, beside its number. language: ``vi`` or
    ``en``. made_at: recorded in the file (aware).
    """

    def __init__(self, *, title: str, foot: str, language: str, made_at: datetime) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._foot = foot
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN + 5)
        self.add_font(_FAMILY, "", _FONTS / "regular.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "semibold.ttf")
        self.set_title(self._shown(title))
        self.set_lang(language)
        self.set_creator("Hồi Âm")
        self.set_creation_date(made_at)
        self.add_page()

    def footer(self) -> None:
        """Write the foot of a page; the library calls it."""
        self.set_y(-_MARGIN + 5)
        self._pen(8, quiet=True)
        width = self.epw / 2
        self.cell(width, 4, self._foot)
        self.cell(width, 4, f"{self.page_no()} / {{nb}}", align="R")

    def heading(self, text: str, level: int = 2) -> None:
        """Write a heading: 1 for the document's own, 2 for a part, 3 below that; the reader's outline has
        those of parts.
        """
        size, above = {1: (16.0, 0.0), 2: (12.5, 5.0), 3: (10.5, 2.5)}[level]
        self.ln(above)
        if self.will_page_break(4 * _LINE):
            self.add_page()
        if level == 2:
            self.start_section(self._shown(text))
        self._pen(size, bold=True)
        self._write(text, height=size * 0.5)
        if level == 2:
            self.set_draw_color(*_RULE)
            self.line(self.l_margin, self.get_y() + 0.6, self.l_margin + self.epw, self.get_y() + 0.6)
        self.ln(1.8 if level == 2 else 0.8)

    def paragraph(self, text: str, *, quiet: bool = False, bold: bool = False, indent: int = 0) -> None:
        """Write a text with its own line breaks. indent: how many steps to the right."""
        self._pen(8.5 if quiet else 10, quiet=quiet, bold=bold)
        self._write(text, indent=indent * _INDENT, height=4.4 if quiet else _LINE)

    def bullets(self, lines: Iterable[str], indent: int = 0) -> None:
        """Write a list."""
        for line in lines:
            self._pen(10)
            self.set_x(self.l_margin + indent * _INDENT)
            self.cell(_INDENT, _LINE, "•")
            self._write(line, indent=(indent + 1) * _INDENT)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write names with what stands for each; a row without a value is left out."""
        known = [(name, value) for name, value in rows if value]
        with self.table(
            col_widths=(32, 68), borders_layout="NONE", line_height=_LINE, padding=(0.3, 1),
            first_row_as_headings=False, text_align="LEFT",
        ) as table:  # fmt: skip
            self._pen(10)
            for name, value in known:
                row = table.row()
                row.cell(self._shown(name), style=FontFace(color=_QUIET))
                row.cell(self._shown(value))

    def grid(self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """Write a table; its head stands again on every page. widths: of the columns, in proportion."""
        self._pen(8.5)
        self.set_draw_color(*_RULE)
        with self.table(
            col_widths=tuple(widths), borders_layout="HORIZONTAL_LINES", line_height=4.4, padding=0.8,
            headings_style=FontFace(emphasis="BOLD", color=_QUIET), text_align="LEFT",
        ) as table:  # fmt: skip
            table.row([self._shown(head) for head in heads])
            for cells in rows:
                table.row([self._shown(cell) for cell in cells])

    def keep_together(self, *, lines: int) -> None:
        """Begin a new page where the next `lines` short lines would be parted; more than a third of a page
        of them flows on, as leaving that much paper white would read worse.
        """
        height = lines * _LINE
        if height <= self.eph / 3 and self.will_page_break(height):
            self.add_page()

    def gap(self, height: float = 2.0) -> None:
        """Leave some millimetres free."""
        self.ln(height)

    def finished(self) -> bytes:
        """Give the document."""
        return bytes(self.output())

    def _pen(self, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(_QUIET if quiet else _INK))

    def _write(self, text: str, *, indent: float = 0, height: float = _LINE) -> None:
        self.set_x(self.l_margin + indent)
        self.multi_cell(
            self.epw - indent, height, self._shown(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def _shown(self, text: str) -> str:
        """Give a text as it can be set: composed letters, each of which the font has."""
        font = self.fonts[_FAMILY.lower()]
        letters = font.cmap if isinstance(font, TTFFont) else {}
        known = clean_text(text).translate(_ALIKE)
        return "".join(char if char == "\n" or ord(char) in letters else _MISSING for char in known)
