"""From a name to an encoder. The model itself is loaded when the first text must be encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.config import BUILTIN, UNADAPTED
from matcher.encoders.adapter_file import adapter_checksum
from matcher.encoders.cache import VectorCache
from matcher.encoders.encoder import Encoder
from matcher.encoders.phrases import PhraseEncoder, SmallPhraseEncoder
from matcher.encoders.remembering import Vectors
from matcher.errors import EncoderUnavailableError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CONFIG = "modules.json"


def open_encoder(name: str, cache: VectorCache | None = None) -> Encoder:
    """The encoder of that name: `builtin`, `e5-use`, a folder, or a sentence-transformers name.

    Raises EncoderUnavailableError for an empty name, or for a folder that holds no model; a name that cannot be
    reached raises it on the first text. Nothing falls back to another encoder.
    """
    if name in (BUILTIN, UNADAPTED):
        mark = f"{name}-1-{adapter_checksum()}" if name == BUILTIN else f"{name}-1"
        return Encoder(fingerprint=mark, load=_builtin_loader(adapted=name == BUILTIN), cache=cache)
    folder = Path(name).expanduser()
    if name and folder.is_dir():  # an empty name would be the working folder
        return Encoder(fingerprint=_folder_fingerprint(folder), load=_loader(str(folder)), cache=cache)
    if not name.strip() or name.startswith(("/", ".", "~")):
        raise EncoderUnavailableError(f"no encoder at {name!r}: the folder does not exist")
    return Encoder(fingerprint=f"hub-{name}", load=_loader(name), cache=cache)


def phrase_encoder(name: str, encoder: Encoder, cache: VectorCache | None = None) -> PhraseEncoder:
    """What compares phrases for the explanations: the smaller built-in encoder alone (ten times as fast on phrases,
    and good across languages), or the encoder itself when it is not a built-in one. Through the cache either way.
    """

    def encode(phrases: list[str], /, *, keep: bool = True) -> Vectors:
        return encoder.passages(phrases, keep=keep)

    return SmallPhraseEncoder(cache) if name in (BUILTIN, UNADAPTED) else encode


def ranker_profile_name(name: str) -> str:
    """Which of the learned ranker profiles goes with an encoder: `builtin` or, for any other, `generic`."""
    return BUILTIN if name == BUILTIN else "generic"


def _builtin_loader(*, adapted: bool) -> Callable[[], SentenceTransformer]:
    def load() -> SentenceTransformer:
        from matcher.encoders.builtin import build

        return build(adapted=adapted)

    return load


def _loader(name: str) -> Callable[[], SentenceTransformer]:
    def load() -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(name)
        except Exception as error:  # whatever a model's own code raises is the reason it cannot be used
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EncoderUnavailableError(
                f"the encoder {name!r} cannot be loaded ({reason}); give the built-in one ({BUILTIN}), a folder that "
                "holds a sentence-transformers model, or a model name that this machine can reach"
            ) from error

    return load


def _folder_fingerprint(folder: Path) -> str:
    """Names a model folder by its files' names, sizes and times, and the content of its small files."""
    if not (folder / _CONFIG).is_file() and not (folder / "config.json").is_file():
        raise EncoderUnavailableError(f"{folder} holds no sentence-transformers model (no {_CONFIG}, no config.json)")
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        stat = path.stat()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{stat.st_size}\0".encode())
        digest.update(path.read_bytes() if stat.st_size < 1 << 20 else str(stat.st_mtime_ns).encode())
    return f"folder-{digest.hexdigest()[:16]}"
