"""Files of strangers: recognised by content, rewritten, bounded, and cleared away when nobody took them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from feedback.db import new_id
from feedback.domain.submission import StoredFile
from feedback.models import Attachment
from feedback.services.arrival import uploads
from feedback.services.arrival.uploads import UploadRefused
from feedback.storage import Storage, storage_at

FORM = new_id()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_at(f"file://{tmp_path}/files")


def image(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


def pdf(change=None, **options) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file, **options)
    return file.getvalue()


def accept(storage: Storage, content: bytes, name: str, now) -> StoredFile:
    return uploads.accept(storage, FORM, name, io.BytesIO(content), now)


def stored(storage: Storage, file: StoredFile) -> bytes:
    with storage.open(file.storage_key) as content:
        return content.read()


@pytest.mark.parametrize(
    ("content", "name", "media_type", "shown"),
    [
        (image("JPEG"), "a.jpeg", "image/jpeg", "a.jpg"),
        (image("PNG", mode="RGBA"), "ảnh chụp.png", "image/png", "ảnh chụp.png"),
        (image("WEBP"), "a.webp", "image/webp", "a.webp"),
        (image("PNG", mode="P"), "x.exe", "image/png", "x.png"),
        (image("JPEG", mode="CMYK"), "in.jpg", "image/jpeg", "in.jpg"),
        (pdf(), "đơn.PDF", "application/pdf", "đơn.pdf"),
    ],
)
def test_what_a_file_is_follows_from_its_content(storage, now, content, name, media_type, shown):
    file = accept(storage, content, name, now)
    assert (file.media_type, file.name) == (media_type, shown)
    body = stored(storage, file)
    assert len(body) == file.size
    assert uploads.kept(storage, FORM, [file.id]) == [file]


def test_a_picture_loses_what_it_tells_of_its_maker_and_stands_upright(storage, now):
    source = Image.new("RGB", (40, 30))
    exif = source.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Nguyen"
    file = io.BytesIO()
    source.save(file, "JPEG", exif=exif, comment=b"by Nguyen")
    content = stored(storage, accept(storage, file.getvalue() + b"<script>tail</script>", "a.jpg", now))
    clean = Image.open(io.BytesIO(content))
    assert clean.size == (30, 40)
    assert not clean.getexif()
    assert b"Nguyen" not in content
    assert b"<script>" not in content


def test_a_pdf_loses_scripts_actions_files_and_author(storage, now):
    def arm(document: pikepdf.Pdf) -> None:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        document.Root.OpenAction = script
        document.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("a"), script])
        )
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch
        )
        document.pages[0].Annots = pikepdf.Array([link])
        document.pages[0].AA = pikepdf.Dictionary(O=script)
        document.attachments["virus.exe"] = b"MZ virus"
        document.docinfo["/Author"] = "Nguyen Van A"

    content = stored(storage, accept(storage, pdf(arm), "a.pdf", now))
    with pikepdf.open(io.BytesIO(content)) as clean:
        text = "".join(repr(thing) for thing in clean.objects) + repr(clean.trailer)
        for word in ("JavaScript", "app.alert", "Launch", "cmd.exe", "EmbeddedFile", "Nguyen", "OpenAction"):
            assert word not in text
        assert len(clean.pages) == 1
        assert not clean.attachments


def bomb_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("word/document.xml", "<w/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0" + b"\0" * uploads.LARGEST, "too_big"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "type"),
        (b"<!doctype html><script>alert(1)</script>", "type"),
        (b"MZ\x90\0" + b"\0" * 200, "type"),
        (b"GIF89a" + b"\0" * 50, "type"),
        (archive(), "office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "office"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 100, "heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "video"),
        (b"\xff\xd8\xff\xe0 no picture at all", "unreadable"),
        (image()[:200], "unreadable"),
        (b"%PDF-1.7\nno pdf at all", "unreadable"),
        (bomb_png(60_000, 60_000), "too_many_pixels"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
    ],
)
def test_everything_else_is_refused_with_its_reason_and_leaves_nothing(storage, now, content, code):
    with pytest.raises(UploadRefused) as refused:
        accept(storage, content, "tệp.jpg", now)
    assert (refused.value.code, refused.value.name) == (code, "tệp.jpg")
    assert list(storage.keys("files")) == []


def test_a_pdf_with_an_empty_password_is_stored_open(storage, now):
    content = pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    with pikepdf.open(io.BytesIO(stored(storage, accept(storage, content, "a.pdf", now)))) as clean:
        assert not clean.is_encrypted


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\ảnh.jpg", "ảnh.jpg"),
        ('<img src=x onerror="a">.png', "_img src=x onerror=_a__.png"),
        ("..\u202egpj.exe", "gpj.exe"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie_ x.jpg"),
        ("\0\x1b", "tep-dinh-kem"),
        ("x" * 300 + ".jpg", "x" * 96 + ".jpg"),
        (".htaccess", "htaccess"),
    ],
)
def test_names_are_cleaned(given, clean):
    assert uploads.clean_name(given) == clean


def test_what_nobody_took_goes_after_a_day_and_what_was_taken_stays(stage, storage):
    now = stage.now
    case_id = stage.received()
    taken, left = accept(storage, image(), "a.jpg", now), accept(storage, image(), "b.jpg", now)
    stage.worker.add(
        Attachment(
            id=taken.id, case_id=case_id, origin="submission", name=taken.name, media_type=taken.media_type,
            size=taken.size, sha256=taken.sha256, storage_key=taken.storage_key, created_at=now,
        )
    )  # fmt: skip
    stage.worker.flush()
    assert uploads.drop_unclaimed(stage.worker, storage, now + timedelta(hours=23)) == 0
    fresh = accept(storage, image(), "c.jpg", now + timedelta(hours=10))
    assert uploads.drop_unclaimed(stage.worker, storage, now + timedelta(hours=25)) == 1
    assert storage.exists(taken.storage_key)
    assert not storage.exists(left.storage_key)
    assert storage.exists(fresh.storage_key)
    assert uploads.kept(storage, FORM, [taken.id, left.id, fresh.id]) == [fresh]
    assert uploads.drop_unclaimed(stage.worker, storage, now + timedelta(hours=25)) == 0


def test_a_key_cannot_leave_the_storage(storage, tmp_path):
    (tmp_path / "secret").write_text("x")
    for key in ("../secret", "files/../../secret", "/etc/passwd", "a\0b", ""):
        with pytest.raises(ValueError, match="storage key"):
            storage.open(key)


def test_a_file_is_there_whole_or_not_at_all(storage, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        storage._write("files/aa/one", Broken())
    assert list(tmp_path.rglob("*.part")) == []
    assert not storage.exists("files/aa/one")
