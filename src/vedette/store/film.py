"""Frames to a film: H.264 in an MP4 file."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vedette.errors import BriefingError

__all__ = ["film_bytes"]

ENCODER = (
    "-c:v libx264 -preset veryfast -tune stillimage -crf 21 -pix_fmt yuv420p -threads 2 "
    "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart"
)
"""A fixed number of threads, no date and no version of the program in the file: the same frames give the same bytes."""


def film_bytes(frames: Iterable[NDArray[np.uint8]], size: tuple[int, int], frames_a_second: int, title: str) -> bytes:
    """Encode frames (height, width, 3). A `BriefingError` if the encoder is not installed or fails."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        raise BriefingError(
            "a film needs an encoder, which is not installed. Install it with `pip install 'vedette[video]'`, or leave "
            "mp4 out of --format."
        ) from None
    with tempfile.TemporaryDirectory(prefix="vedette-") as home:
        path = Path(home) / "film.mp4"
        source = f"-y -f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {frames_a_second} -i - -an"
        words = [
            get_ffmpeg_exe(),
            "-v",
            "error",
            *source.split(),
            *ENCODER.split(),
            "-metadata",
            f"title={title}",
            str(path),
        ]
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=said) as encoder:  # noqa: S603 - a program of our own choice, no shell
                assert encoder.stdin is not None
                try:
                    for frame in frames:
                        encoder.stdin.write(frame.tobytes())
                    encoder.stdin.close()
                except BrokenPipeError:
                    pass  # it says itself what is wrong
            said.seek(0)
            complaint = said.read().decode(errors="replace").strip()
        if encoder.returncode:
            raise BriefingError(
                f"the film could not be encoded ({complaint[:300]}). Free some space, or leave mp4 out."
            )
        return path.read_bytes()
