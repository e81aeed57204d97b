"""The process that opens strangers' files, with little memory, little time and nothing else.

Run as ``python -I file_worker.py image|pdf SOURCE TARGET``: it reads SOURCE, writes a clean
copy to TARGET and prints the copy's media type. A decoder that a crafted file takes over, or
that eats memory, dies here and not in the web server. It imports nothing of ours.

Exit codes: 0 done, 3 not readable as what it claims to be, 4 an image of too many pixels,
5 a PDF with a password. Anything else, a signal too, is a file that could not be opened
within the limits.
"""

from __future__ import annotations

import resource
import sys
import warnings
from typing import Any

UNREADABLE = 3
TOO_MANY_PIXELS = 4
ENCRYPTED = 5

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4096
_MEMORY = 1 << 30
_CPU_SECONDS = 10
_LARGEST_OUTPUT = 64 << 20
_PDF_DEPTH = 60
_ORIENTATION = 0x0112
# The eight orientations of EXIF as the numbers of Image.Transpose that undo them.
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}

# What makes a PDF act, fetch, carry other files or tell who wrote it. Hyperlinks go too (/A):
# an officer who opens evidence shall not be led away by it.
_PDF_ACTIVE = frozenset(
    {
        "/A", "/AA", "/OpenAction", "/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/AF", "/XFA",
        "/RichMediaContent", "/RichMediaSettings", "/Movie", "/Sound", "/Rendition", "/Renditions",
        "/Metadata", "/PieceInfo", "/Collection", "/URI", "/Requirements",
    }
)  # fmt: skip
_PDF_ACTIVE_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"})


class Rejected(Exception):
    """The file is refused; `code` is the exit code that says why."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def limit_self() -> None:
    """Bound memory, processor time, output and open files of this process, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_OUTPUT, _LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rewrite_image(source: str, target: str) -> str:
    """Decode an image, turn it upright and write its pixels alone; give its media type.

    Nothing but pixels is copied: place and time of the picture, the camera and thumbnails go.
    The longest side is brought down to 4,096 pixels.
    """
    from PIL import Image  # after the limits, so that they hold for its loading too

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(source, formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Rejected(TOO_MANY_PIXELS)
        kind = str(picture.format)
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        mode = _mode(picture, kind)
        orientation = picture.getexif().get(_ORIENTATION, 1)
        upright = picture if picture.mode == mode else picture.convert(mode)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        if orientation in _TURNS:
            upright = upright.transpose(Image.Transpose(_TURNS[orientation]))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Rejected(TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, IndexError, TypeError):
        raise Rejected(UNREADABLE) from None
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    options: dict[str, Any] = {
        "JPEG": {"quality": 86, "optimize": False},
        "PNG": {"compress_level": 6},
        "WEBP": {"quality": 86, "method": 2},
    }[kind]
    clean.save(target, format=kind, **options)
    return f"image/{kind.lower()}"


def _mode(picture: Any, kind: str) -> str:
    """The plain mode to write in: with transparency only where the picture has some."""
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    return "RGBA" if transparent and kind != "JPEG" else "RGB"


def rewrite_pdf(source: str, target: str) -> str:
    """Write a PDF without scripts, actions, embedded files, links and data about its author."""
    import pikepdf  # after the limits, so that they hold for its loading too

    try:
        with pikepdf.open(source) as document:
            if not len(document.pages):
                raise Rejected(UNREADABLE)
            for thing in document.objects:
                _disarm(pikepdf, thing, 0)
            if "/Info" in document.trailer:
                del document.trailer["/Info"]
            document.save(target, preserve_pdfa=False, deterministic_id=True)
    except pikepdf.PasswordError:
        raise Rejected(ENCRYPTED) from None
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        raise Rejected(UNREADABLE) from None
    return "application/pdf"


def _disarm(pikepdf: Any, thing: Any, depth: int) -> None:
    """Take what acts out of one object and of those written inside it."""
    if depth > _PDF_DEPTH:
        raise Rejected(UNREADABLE)
    if isinstance(thing, pikepdf.Array):
        children = [thing[place] for place in range(len(thing))]
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        if str(thing.get("/Subtype", "")) in _PDF_ACTIVE_ANNOTATIONS:
            thing["/Subtype"] = pikepdf.Name("/Square")
        for key in [key for key in thing.keys() if key in _PDF_ACTIVE]:  # noqa: SIM118 - not a mapping
            del thing[key]
        children = [thing[key] for key in thing.keys()]  # noqa: SIM118 - not a mapping
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _disarm(pikepdf, child, depth + 1)


def main(arguments: list[str]) -> int:
    """Rewrite one file; give the exit code."""
    kind, source, target = arguments
    limit_self()
    try:
        media_type = {"image": rewrite_image, "pdf": rewrite_pdf}[kind](source, target)
    except Rejected as rejected:
        return rejected.code
    sys.stdout.write(media_type)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
