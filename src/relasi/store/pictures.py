"""Pictures: whether a content is one that can be drawn, and a small version for lists.

Pillow is loaded with the first picture: no command line waits for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_MOST_PIXELS = 40_000_000
"""What a telephone takes fits; a small file that blows up to more is refused before it is unpacked."""
_SMALL = (360, 360)


def is_picture(content: IO[bytes]) -> bool:
    """Whether the whole content can be drawn. Leaves it at its start."""
    from PIL import Image

    try:
        with Image.open(content, formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return False
            picture.load()
    except Exception:  # decoders fail in as many ways as there are broken pictures
        return False
    finally:
        content.seek(0)
    return True


def make_small(whole: Path, small: Path) -> None:
    """Writes the picture anew: small, upright, and without what the camera noted, the place above all."""
    from PIL import Image, ImageOps

    with Image.open(whole, formats=_FORMATS) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail(_SMALL)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        made = small.with_name(f"{small.name}.{os.getpid()}")
        upright.convert(mode).save(made, "WEBP", quality=82, exif=b"")
    made.replace(small)
