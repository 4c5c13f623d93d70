"""The size of a picture is told by its header, whatever follows; what tells none is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.raster import pixels
from tests.pictures import JPEG, PROGRESSIVE, png


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(7, 9), (7, 9)),
        (png(300, 1), (300, 1)),
        (JPEG, (5, 3)),
        (PROGRESSIVE, (5, 3)),
        (JPEG.replace(b"\xff\xc0", b"\xff\xff\xff\xc0"), (5, 3)),
    ],
)
def test_the_size_is_that_of_the_picture(content: bytes, size: tuple[int, int]) -> None:
    assert pixels(content) == size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a\x02\0\x02\0",
        png()[:20],
        png(0, 5),
        JPEG[:30],
        JPEG[:2],
        JPEG.replace(b"\xff\xc0", b"\xff\xc4"),
        JPEG.replace(b"\xff\xc0", b"\xff\xda"),
    ],
)
def test_what_tells_no_size_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"picture|size"):
        pixels(content)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\xff\xd8", JPEG[:20], png()[:14]]))
def test_any_bytes_are_a_size_or_refused(content: bytes, beginning: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert min(pixels(beginning + content)) > 0
