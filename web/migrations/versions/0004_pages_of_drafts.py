"""Which open page a draft was begun and last saved on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns one by one and an index: SQLite would make the table anew for a constraint, and lose what hangs on its rows.
    op.add_column("need", sa.Column("begun_on", sa.String(36), nullable=True))
    op.add_column("need", sa.Column("saved_on", sa.String(36), nullable=True))
    op.add_column("need", sa.Column("saved_turn", sa.Integer(), nullable=True))
    op.add_column("need", sa.Column("saved_version", sa.Integer(), nullable=True))
    op.create_index("ix_need_begun_on", "need", ["posted_by_id", "begun_on"], unique=True)
