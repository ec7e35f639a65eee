"""The transfer syntaxes we know, and what each says about the bytes (PS3.5 section 10, PS3.6 A)."""

from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True, slots=True)
class Syntax:
    """One transfer syntax: `codec` names how frames are packed ("" = native)."""

    uid: str
    name: str
    codec: str = ""
    lossy: bool = False
    is_explicit: bool = True
    is_little: bool = True
    is_deflated: bool = False

    @property
    def is_encapsulated(self) -> bool:
        """True where pixel data are a sequence of fragments."""
        return bool(self.codec)


_JPEG = "1.2.840.10008.1.2.4."

SYNTAXES = {
    syntax.uid: syntax
    for syntax in (
        Syntax(IMPLICIT_LITTLE, "Implicit VR Little Endian", is_explicit=False),
        Syntax(EXPLICIT_LITTLE, "Explicit VR Little Endian"),
        Syntax(EXPLICIT_BIG, "Explicit VR Big Endian", is_little=False),
        Syntax(DEFLATED, "Deflated Explicit VR Little Endian", is_deflated=True),
        Syntax("1.2.840.10008.1.2.5", "RLE Lossless", "rle"),
        Syntax(_JPEG + "50", "JPEG Baseline", "jpeg", lossy=True),
        Syntax(_JPEG + "51", "JPEG Extended", "jpeg", lossy=True),
        Syntax(_JPEG + "52", "JPEG Extended (3, 5)", "jpeg", lossy=True),
        Syntax(_JPEG + "53", "JPEG Spectral Selection", "jpeg", lossy=True),
        Syntax(_JPEG + "54", "JPEG Spectral Selection (7, 9)", "jpeg", lossy=True),
        Syntax(_JPEG + "55", "JPEG Full Progression", "jpeg", lossy=True),
        Syntax(_JPEG + "56", "JPEG Full Progression (11, 13)", "jpeg", lossy=True),
        Syntax(_JPEG + "57", "JPEG Lossless", "jpeg-lossless"),
        Syntax(_JPEG + "70", "JPEG Lossless SV1", "jpeg-lossless"),
        Syntax(_JPEG + "80", "JPEG-LS Lossless", "jpeg-ls"),
        Syntax(_JPEG + "81", "JPEG-LS Near-lossless", "jpeg-ls", lossy=True),
        Syntax(_JPEG + "90", "JPEG 2000 Lossless", "jpeg2000"),
        Syntax(_JPEG + "91", "JPEG 2000", "jpeg2000", lossy=True),
        Syntax(_JPEG + "92", "JPEG 2000 Part 2 Lossless", "jpeg2000"),
        Syntax(_JPEG + "93", "JPEG 2000 Part 2", "jpeg2000", lossy=True),
        Syntax(_JPEG + "100", "MPEG2 Main Level", "video", lossy=True),
        Syntax(_JPEG + "101", "MPEG2 High Level", "video", lossy=True),
        Syntax(_JPEG + "102", "MPEG-4 AVC 4.1", "video", lossy=True),
        Syntax(_JPEG + "103", "MPEG-4 AVC 4.1 BD", "video", lossy=True),
        Syntax(_JPEG + "104", "MPEG-4 AVC 4.2 2D", "video", lossy=True),
        Syntax(_JPEG + "105", "MPEG-4 AVC 4.2 3D", "video", lossy=True),
        Syntax(_JPEG + "106", "MPEG-4 AVC 4.2 Stereo", "video", lossy=True),
        Syntax(_JPEG + "107", "HEVC Main", "video", lossy=True),
        Syntax(_JPEG + "108", "HEVC Main 10", "video", lossy=True),
        Syntax(_JPEG + "110", "JPEG XL Lossless", "jpeg-xl"),
        Syntax(_JPEG + "111", "JPEG XL JPEG Recompression", "jpeg-xl", lossy=True),
        Syntax(_JPEG + "112", "JPEG XL", "jpeg-xl", lossy=True),
        Syntax(_JPEG + "201", "HTJ2K Lossless", "htj2k"),
        Syntax(_JPEG + "202", "HTJ2K Lossless RPCL", "htj2k"),
        Syntax(_JPEG + "203", "HTJ2K", "htj2k", lossy=True),
    )
}
