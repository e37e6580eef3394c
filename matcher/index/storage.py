"""An index saved whole or not at all, and loaded only when every byte of it is right."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matcher.errors import IndexDamagedError, IndexForeignError
from matcher.index.exact import ExactVectors
from matcher.index.faiss_index import FaissIndex
from matcher.index.library import faiss
from matcher.index.manifest import FILE_NAME, REBUILD, Manifest, read_manifest, require_maker
from matcher.index.quantised import QuantisedVectors

_OURS = ("vectors-*.faiss", "manifest-*.new")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def save(index: FaissIndex, folder: Path, *, encoder: str, extra: Mapping[str, str] = _NOTHING) -> None:
    """Saves the index, with the name of the encoder that made its vectors and anything in `extra`.

    The manifest is replaced last and at once: whoever loads meanwhile, or after a crash at any point, gets the old
    index or the new one. One process at a time saves into a folder; a second waits. Raises OSError when writing fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        with suppress(IndexDamagedError, IndexForeignError):
            _delete_all_but(folder, read_manifest(folder).file)
        manifest = _written(index, folder, encoder, extra)
        draft = folder / f"manifest-{secrets.token_hex(8)}.new"
        draft.write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        _sync(draft)
        draft.replace(folder / FILE_NAME)
        _sync(folder)
        _delete_all_but(folder, manifest.file)


def load(folder: Path, *, encoder: str, dim: int | None = None) -> FaissIndex:
    """The index saved in `folder` by `encoder`, with vectors of `dim` numbers (any when None), ready to be changed.

    A quantised index stays in its file, memory-mapped and shared with other processes, until it is first changed.
    Raises IndexForeignError (another encoder, dim, version or FAISS) and IndexDamagedError (nothing there, or not as it
    was saved); each says what to do.
    """
    while True:
        manifest = read_manifest(folder)
        require_maker(manifest, folder, encoder=encoder, dim=dim)
        try:
            return _opened(folder / manifest.file, manifest)
        except (IndexDamagedError, IndexForeignError):
            # Another process may have saved, and deleted this file, since the manifest was read.
            if read_manifest(folder).file == manifest.file:
                raise


def _written(index: FaissIndex, folder: Path, encoder: str, extra: Mapping[str, str]) -> Manifest:
    path = folder / f"vectors-{secrets.token_hex(8)}.faiss"
    try:
        faiss.write_index(index.store.index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path} cannot be written: {error}") from error
    _sync(path)
    return Manifest(
        encoder=encoder,
        dim=index.dim,
        count=len(index),
        kind=index.kind,
        exact_limit=index.exact_limit,
        nprobe=index.nprobe,
        seed=index.seed,
        file=path.name,
        bytes=path.stat().st_size,
        sha256=_checksum(path),
        extra=dict(extra),
    )


def _opened(path: Path, manifest: Manifest) -> FaissIndex:
    _require_bytes(path, manifest)
    store = _store(path, manifest)
    found = (int(store.index.d), int(store.index.ntotal))
    if found != (manifest.dim, manifest.count):
        expected = f"{manifest.count} vectors of {manifest.dim} dimensions"
        raise IndexDamagedError(f"{path} holds {found[1]} vectors of {found[0]} dimensions, not {expected}; {REBUILD}")
    return FaissIndex.restored(store, exact_limit=manifest.exact_limit, nprobe=manifest.nprobe, seed=manifest.seed)


def _require_bytes(path: Path, manifest: Manifest) -> None:
    try:
        size = path.stat().st_size
        if size != manifest.bytes:
            raise IndexDamagedError(f"{path} has {size} bytes, not {manifest.bytes} as saved; {REBUILD}")
        if _checksum(path) != manifest.sha256:
            raise IndexDamagedError(f"{path} is not as it was saved (its checksum differs); {REBUILD}")
    except FileNotFoundError:
        raise IndexDamagedError(f"{path}, which {FILE_NAME} names, is missing; {REBUILD}") from None


def _store(path: Path, manifest: Manifest) -> ExactVectors | QuantisedVectors:
    try:
        if manifest.kind == "exact":
            return ExactVectors(_of_type(faiss.IndexIDMap2, faiss.read_index(str(path)), path))
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        inverted = _of_type(faiss.IndexIVFScalarQuantizer, index, path)
        return QuantisedVectors(inverted, nprobe=manifest.nprobe, is_mapped=True)
    except RuntimeError as error:
        raise IndexForeignError(f"this FAISS ({faiss.__version__}) cannot read {path}: {error}; {REBUILD}") from error


def _of_type(kind: type, index: Any, path: Path) -> Any:
    if not isinstance(index, kind):
        raise IndexDamagedError(f"{path} holds another kind of index than {FILE_NAME} says; {REBUILD}")
    return index


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Waits until a file, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keeps other savers out; without it one might delete the file that another is about to name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _delete_all_but(folder: Path, kept: str) -> None:
    for pattern in _OURS:
        for path in folder.glob(pattern):
            if path.name != kept:
                path.unlink(missing_ok=True)
