"""Enclaves (人才飞地): sites of western employers in eastern cities, with a number of places."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.organisation import Organisation
from models.place import Region


class EnclaveSite(Timestamped, Base):
    """One site. `places` is how many experts may work there at the same time."""

    __tablename__ = "enclave_site"
    __table_args__ = (
        CheckConstraint("places BETWEEN 1 AND 1000", name="places"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.adcode"))
    address: Mapped[str] = mapped_column(String(200), default="")
    places: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region] = relationship()
