"""What a file that somebody attaches really is, by its first bytes; its name and declared type prove nothing."""

import os
from typing import IO, BinaryIO, cast

from werkzeug.datastructures import FileStorage

from mdt.cases.operations.materials import AddMaterial
from mdt.cases.terms import MaterialKind
from mdt.kernel import runtime
from mdt.kernel.errors import Invalid, TooLarge, Unsupported
from mdt.kernel.files import Stored
from mdt.kernel.hub import off_loop
from mdt.kernel.i18n import N_

LIMIT = 32 << 20
"""Bytes of one report or photograph."""

HEIC_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc")


def media_type_of(head: bytes) -> str:
    """`application/pdf`, `image/jpeg` or `image/png`. Raises Unsupported, with the way on for photographs of
    iPhones."""
    if head[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Unsupported(
            "material.heic",
            N_("这是 iPhone 的 HEIC 照片，无法显示。请在“设置 › 相机 › 格式”选“兼容性最佳”后重拍，或转成 JPEG。"),
        )
    raise Unsupported("material.unsupported", N_("只接受 PDF、JPEG、PNG 文件；影像文件（DICOM）请在“影像”处上传。"))


def keep(source: IO[bytes], size: int) -> tuple[Stored, str]:
    """Put an attached file into the store; its media type beside it. Raises Unsupported, TooLarge, Invalid, Full."""
    if size > LIMIT:
        raise TooLarge("material.too_large", N_("文件超过 32 MB，请压缩或分页上传。"))
    head = source.read(2048)
    if not head:
        raise Invalid(fields={"file": [N_("文件是空的。")]})
    media_type = media_type_of(head)
    source.seek(0)
    return off_loop(lambda: runtime.files().put_stream(cast(BinaryIO, source))), media_type


def material_change(file: FileStorage, kind: MaterialKind, via: str) -> AddMaterial:
    """Store what was sent; its row comes with the operation."""
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    stored, media_type = keep(file.stream, size)
    name = (file.filename or "").replace("\x00", "").rsplit("/", 1)[-1][-200:] or "photo"
    return AddMaterial(kind=kind, name=name, media_type=media_type, size=stored.size, sha256=stored.sha256, via=via)
