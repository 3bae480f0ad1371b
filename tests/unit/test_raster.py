"""Pictures in fewer bytes keep every pixel."""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from PIL import Image

from notebuild.raster import slim_picture

HEAD = "data:image/png;base64,"


def png(picture, **options):
    file = BytesIO()
    picture.save(file, "PNG", **options)
    return HEAD + b64encode(file.getvalue()).decode()


def heat_map(mode="RGBA"):
    """As matplotlib writes one: few colours, each on many pixels."""
    cells = Image.effect_noise((12, 3), 90).convert("RGBA")
    cells.putpixel((1, 1), (9, 200, 30, 0))
    return cells.resize((240, 60), Image.Resampling.NEAREST).convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P"])
def test_the_same_pixels_in_fewer_bytes(mode):
    picture = heat_map(mode)
    before = png(picture)
    after = slim_picture(before)
    kind, _, data = after.partition(";base64,")
    with Image.open(BytesIO(b64decode(data))) as found:
        assert found.convert("RGBA").tobytes() == picture.convert("RGBA").tobytes()
    assert kind == "data:image/webp" and len(after) < len(before)


def test_what_webp_cannot_hold_or_would_not_shorten_stays():
    for address in (
        png(Image.new("I;16", (64, 64), 40_000)),  # sixteen bits a pixel
        png(Image.new("L", (300, 60)), save_all=True,
            append_images=[Image.new("L", (300, 60), 255)]),
        HEAD + "bm8gcGljdHVyZQ==", HEAD + "a", "data:image/jpeg;base64,AAAA", "",
    ):
        assert slim_picture(address) == address
