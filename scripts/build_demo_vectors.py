"""Encodes the demo's texts once, so that no first start has to: writes seed_data/demo/vectors.npz.

Run it after a change of the demo's texts or of the built-in encoder: `python -m scripts.build_demo_vectors`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from flask_security import hash_password
from sqlalchemy import select

from matcher.encoders.cache import content_key
from matcher.encoders.carried import write_carried
from matcher.tasks import clauses_of
from matcher.text import need_text
from models import IndexedNeed, IndexedPassage, Need, Task
from models.database import writing
from web.app import create_app
from web.extensions import db
from web.matching import matching
from web.migrations import upgrade
from web.services.demo import load_demo
from web.services.index_tasks import task_value
from web.services.indexing import ask_for_missing, drain
from web.services.reference import load_reference
from web.services.values import need_value
from web.settings import ServiceSettings

SEED = Path(__file__).parents[1] / "seed_data"


def main() -> None:
    """Loads the demo into a database of its own, indexes it, and writes what was encoded."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(ServiceSettings(var_dir=Path(folder), database_url=""))
        with app.app_context():
            upgrade(db.engine)
            with writing():
                load_reference(db.session, SEED)
                load_demo(db.session, SEED, hashed=hash_password, var_dir=Path(folder))
                db.session.commit()
            encoder = matching().engine.encoder
            with writing():
                ask_for_missing(db.session, encoder.fingerprint)
                db.session.commit()
            drain(db.session, matching().engine, with_phrases=False)
            vectors = {
                content_key(encoder.fingerprint, "passage", text): np.frombuffer(vector, np.float16)
                for text, vector in db.session.execute(select(IndexedPassage.text, IndexedPassage.vector))
            }
            for need, vector in db.session.execute(
                select(Need, IndexedNeed.vector).join(IndexedNeed, IndexedNeed.need_id == Need.id)
            ):
                key = content_key(encoder.fingerprint, "query", need_text(need_value(need)))
                vectors[key] = np.frombuffer(vector, np.float16)
            clauses = [
                clause.text for task in db.session.scalars(select(Task)) for clause in clauses_of(task_value(task))
            ]
            for clause, row in zip(clauses, encoder.passages(clauses), strict=True):
                vectors[content_key(encoder.fingerprint, "passage", clause)] = row.astype(np.float16)
            write_carried(SEED / "demo" / "vectors.npz", encoder.fingerprint, vectors)
    print(f"{len(vectors)} vectors")


if __name__ == "__main__":
    main()
