"""The closed choices of the domain. Values are the glossary's codes; their names for people live with the pages."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who uses the service."""

    EMPLOYER = "employer"
    EXPERT = "expert"
    INSTITUTION = "institution"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class GrantState(StrEnum):
    """Whether a role counts yet."""

    PENDING = "pending"
    ACTIVE = "active"
    REVOKED = "revoked"


class Mode(StrEnum):
    """Forms of flexible talent (DOMAIN: modes)."""

    DUAL_APPOINTMENT = "dual_appointment"
    TALENT_ENCLAVE = "talent_enclave"
    TECHNOLOGY_DEPUTY = "technology_deputy"
    SERVICE_MISSION = "service_mission"
    EXTENSION_EXCHANGE = "extension_exchange"
    TRAINING = "training"
    APPRENTICESHIP = "apprenticeship"
    JOINT_RESEARCH = "joint_research"
    REMOTE_CONSULTING = "remote_consulting"


class OrganisationKind(StrEnum):
    """属性 of an organisation."""

    GOVERNMENT = "government"
    EXTENSION_STATION = "extension_station"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    FARM = "farm"
    COOPERATIVE = "cooperative"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    PARK = "park"


class Verification(StrEnum):
    """Whether a manager has verified an organisation."""

    PENDING = "pending"
    VERIFIED = "verified"
    RETURNED = "returned"


class NeedState(StrEnum):
    """States of a need (DOMAIN 4)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    FILLED = "filled"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Place(StrEnum):
    """Where the work is done."""

    ONSITE = "onsite"
    REMOTE = "remote"
    EITHER = "either"


class ExpertKind(StrEnum):
    """Supply side: an expert, or a graduate for apprenticeships."""

    EXPERT = "expert"
    GRADUATE = "graduate"


class ExpertState(StrEnum):
    """Whether a profile can be found."""

    DRAFT = "draft"
    PUBLIC = "public"
    HIDDEN = "hidden"


class Gender(StrEnum):
    """性别, optional."""

    FEMALE = "female"
    MALE = "male"


class WorkKind(StrEnum):
    """Kinds of evidence of expertise."""

    PAPER = "paper"
    PATENT = "patent"
    PROJECT = "project"
    AWARD = "award"
    STANDARD = "standard"
    VARIETY = "variety"
    SOFTWARE = "software"
    BOOK = "book"


class TieKind(StrEnum):
    """Declared interests (利益关系)."""

    EQUITY = "equity"
    FOUNDER = "founder"
    SUPERVISION = "supervision"
    KINSHIP = "kinship"
    SHARED_PATENT = "shared_patent"
    EMPLOYMENT = "employment"


class DismissalReason(StrEnum):
    """Why a need is not for an expert."""

    FIELD = "field"
    TIME = "time"
    PLACE = "place"
    MODE = "mode"
    CONFLICT = "conflict"
    OTHER = "other"


class TitleRank(StrEnum):
    """Ranks of professional titles as a wish states them."""

    ANY = ""
    JUNIOR = "初级"
    MIDDLE = "中级"
    VICE_SENIOR = "副高"
    SENIOR = "正高"


class Degree(StrEnum):
    """Degrees, as a wish and as a profile state them."""

    NONE = ""
    COLLEGE = "专科"
    BACHELOR = "本科"
    MASTER = "硕士"
    DOCTOR = "博士"


class Subject(StrEnum):
    """What an outbox entry, a state change or an audit event is about."""

    EXPERT = "expert"
    NEED = "need"
    ORGANISATION = "organisation"
    USER = "user"
    GRANT = "grant"
    INDEX = "index"
