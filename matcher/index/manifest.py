"""What is written beside a saved index: who made it, what it holds, and the checksum of its one data file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matcher.errors import IndexDamagedError, IndexForeignError

FILE_NAME = "manifest.json"
VERSION: Literal[1] = 1
REBUILD = "build the index again and save it there"


class _Version(BaseModel):
    version: int


class Manifest(BaseModel):
    """The fields of `manifest.json`; `exact_limit`, `nprobe` and `seed` are those of `FaissIndex`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = VERSION
    encoder: str
    dim: int = Field(ge=1)
    count: int = Field(ge=0)
    kind: Literal["exact", "ivf"]
    exact_limit: int = Field(ge=0)
    nprobe: int | None = Field(default=None, ge=1)
    seed: int
    file: str = Field(pattern=r"^vectors-[0-9a-f]+\.faiss$")
    bytes: int
    sha256: str
    extra: dict[str, str] = Field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises IndexDamagedError (none, unreadable), IndexForeignError (version)."""
    path = folder / FILE_NAME
    try:
        text = path.read_bytes()
        version = _Version.model_validate_json(text).version
        if version != VERSION:
            raise IndexForeignError(f"{path} has version {version}, this program reads version {VERSION}; {REBUILD}")
        return Manifest.model_validate_json(text)
    except FileNotFoundError:
        raise IndexDamagedError(f"no index is saved in {folder} ({FILE_NAME} is missing); {REBUILD}") from None
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, problem["loc"])) or "the file" for problem in error.errors()}))
        raise IndexDamagedError(f"{path} cannot be read (wrong: {fields}); {REBUILD}") from error


def require_maker(manifest: Manifest, folder: Path, *, encoder: str, dim: int | None) -> None:
    """Raises IndexForeignError when another encoder made the index, or its vectors have another length."""
    if manifest.encoder != encoder:
        raise IndexForeignError(
            f"the index in {folder} was made by the encoder {manifest.encoder!r}, not by {encoder!r}; "
            f"choose that encoder, or {REBUILD}"
        )
    if dim is not None and manifest.dim != dim:
        raise IndexForeignError(
            f"the index in {folder} holds vectors of {manifest.dim} dimensions, not {dim}; {REBUILD}"
        )
