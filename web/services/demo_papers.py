"""Files of the demo: a page of Chinese text as a small PDF, marked as invented."""

from __future__ import annotations

import io

MARK = "演示文件：人员和单位均为虚构 · Demo: every person and organisation is invented"
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 [500] 34 [500] 66 [500]] "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 6 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)
"""A font that readers of PDF files bring along, so that the file need not hold it."""


def paper(title: str, *lines: str) -> io.BytesIO:
    """One page with a title and lines; the same texts give the same bytes."""
    texts = [(18, title), *((11, line) for line in lines), (9, MARK)]
    drawn, height = [], 770
    for size, text in texts:
        written = text.encode("utf-16-be").hex().encode()
        drawn.append(b"BT /F1 %d Tf 60 %d Td <%s> Tj ET" % (size, height, written))
        height -= size + 13
    stream = b"\n".join(drawn)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>",
        *_FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    return io.BytesIO(_file(objects))


def _file(objects: tuple[bytes, ...]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
