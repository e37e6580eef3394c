"""The domain: typed SQLAlchemy models, enums, state machines. Importing this package maps every table."""

from models.account import Grant, User
from models.assignment import (
    Assignment,
    AssignmentMessage,
    Certificate,
    Milestone,
    ServiceLog,
    TrainingSession,
)
from models.base import Base
from models.code_counter import CodeCounter
from models.document import Document
from models.enclave import EnclaveSite
from models.evaluation import Appraisal, Evaluation, Indicator, IndicatorClaim
from models.expert import AvailabilityWindow, Dismissal, Expert, Tie, Work
from models.index import IndexChange, IndexedExpert, IndexedNeed, IndexedPassage, OutboxEntry
from models.interest import ManagerTie, TieDismissal
from models.mode import Clause, CooperationMode
from models.need import Need, ShortlistEntry
from models.organisation import Organisation
from models.pairing import (
    Agreement,
    Delegation,
    ExchangeLeg,
    Objection,
    OfficerInvitation,
    Pairing,
    PairingMember,
    PublicNotice,
)
from models.place import Region
from models.policy import PolicyRule, RuleCheck, RuleResult, RuleWaiver
from models.privacy import ErasureRequest
from models.programme import Programme, Task
from models.record import AuditEvent, AuditHead, Mail, Notification, NotificationChoice, StateChange
from models.taxonomy import Discipline, Industry

__all__ = [
    "Agreement",
    "Appraisal",
    "Assignment",
    "AssignmentMessage",
    "AuditEvent",
    "AuditHead",
    "AvailabilityWindow",
    "Base",
    "Certificate",
    "Clause",
    "CodeCounter",
    "CooperationMode",
    "Delegation",
    "Discipline",
    "Dismissal",
    "Document",
    "EnclaveSite",
    "ErasureRequest",
    "Evaluation",
    "ExchangeLeg",
    "Expert",
    "Grant",
    "IndexChange",
    "IndexedExpert",
    "IndexedNeed",
    "IndexedPassage",
    "Indicator",
    "IndicatorClaim",
    "Industry",
    "Mail",
    "ManagerTie",
    "Milestone",
    "Need",
    "Notification",
    "NotificationChoice",
    "Objection",
    "OfficerInvitation",
    "Organisation",
    "OutboxEntry",
    "Pairing",
    "PairingMember",
    "PolicyRule",
    "Programme",
    "PublicNotice",
    "Region",
    "RuleCheck",
    "RuleResult",
    "RuleWaiver",
    "ServiceLog",
    "ShortlistEntry",
    "StateChange",
    "Task",
    "Tie",
    "TieDismissal",
    "TrainingSession",
    "User",
    "Work",
]
