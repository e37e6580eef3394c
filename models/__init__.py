"""The domain: typed SQLAlchemy models, enums, state machines. Importing this package maps every table."""

from models.account import Grant, User
from models.base import Base
from models.code_counter import CodeCounter
from models.expert import AvailabilityWindow, Dismissal, Expert, Tie, Work
from models.index import IndexChange, IndexedExpert, IndexedNeed, IndexedPassage, OutboxEntry
from models.need import Need, ShortlistEntry
from models.organisation import Organisation
from models.place import Region
from models.programme import Programme, Task
from models.record import AuditEvent, Notification, StateChange
from models.taxonomy import Discipline, Industry

__all__ = [
    "AuditEvent",
    "AvailabilityWindow",
    "Base",
    "CodeCounter",
    "Discipline",
    "Dismissal",
    "Expert",
    "Grant",
    "IndexChange",
    "IndexedExpert",
    "IndexedNeed",
    "IndexedPassage",
    "Industry",
    "Need",
    "Notification",
    "Organisation",
    "OutboxEntry",
    "Programme",
    "Region",
    "ShortlistEntry",
    "StateChange",
    "Task",
    "Tie",
    "User",
    "Work",
]
