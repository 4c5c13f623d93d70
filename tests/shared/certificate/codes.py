"""What a phone would read from a page."""

import subprocess

import zxingcpp

#: Of an A4 page; a poor scanner's.
DPI = 110


def scanned(pdf: bytes, dpi: int = DPI) -> list[zxingcpp.Barcode]:
    """The QR codes on the first page."""
    command = ["pdftoppm", "-gray", "-r", str(dpi), "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    _, size, _, pixels = drawn.split(b"\n", 3)
    width, height = map(int, size.split())
    picture = memoryview(pixels).cast("B", (height, width))
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])))


def link_on(pdf: bytes, dpi: int = DPI) -> str:
    """What the only QR code says."""
    [found] = scanned(pdf, dpi)
    return str(found.text)
