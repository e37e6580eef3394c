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
    """What an outbox entry, a state change, an audit event or a document is about."""

    EXPERT = "expert"
    NEED = "need"
    ORGANISATION = "organisation"
    USER = "user"
    GRANT = "grant"
    INDEX = "index"
    PAIRING = "pairing"
    ASSIGNMENT = "assignment"
    SERVICE_LOG = "service_log"
    INDICATOR = "indicator"
    RULE = "rule"
    DOCUMENT = "document"
    CERTIFICATE = "certificate"
    AUDIT = "audit"


class PairingState(StrEnum):
    """States of a pairing (DOMAIN 4)."""

    INVITED = "invited"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONSENTED = "consented"
    REFUSED = "refused"
    APPROVED = "approved"
    REJECTED = "rejected"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class AssignmentState(StrEnum):
    """States of an assignment (DOMAIN 4)."""

    PLANNED = "planned"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    EVALUATED = "evaluated"
    TERMINATED = "terminated"


class LogState(StrEnum):
    """States of one day of service."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class ClaimState(StrEnum):
    """States of a claimed outcome: the expert claims, the host confirms, the manager confirms."""

    CLAIMED = "claimed"
    HOST_CONFIRMED = "host_confirmed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class NoticeState(StrEnum):
    """States of a public notice (公示)."""

    OPEN = "open"
    CLOSED = "closed"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


class Severity(StrEnum):
    """What a failed rule does: it blocks, it may be waived with a written reason, or it warns."""

    BLOCK = "block"
    WAIVABLE = "waivable"
    WARN = "warn"


class RuleState(StrEnum):
    """A version of a rule is edited as a draft, holds once published, and is retired by the next one."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class RuleKind(StrEnum):
    """The few kinds of rules; a new rule is new data of one of them."""

    MINIMUM_TITLE = "minimum_title"
    MINIMUM_DEGREE = "minimum_degree"
    AGE_CAP = "age_cap"
    TERM_CAP = "term_cap"
    RENEWAL_CAP = "renewal_cap"
    MINIMUM_DAYS = "minimum_days"
    DAY_BUDGET = "day_budget"
    REQUIRED_CONSENT = "required_consent"
    PUBLIC_NOTICE = "public_notice"
    REQUIRED_CLAUSES = "required_clauses"
    REQUIRED_DOCUMENTS = "required_documents"
    NO_TIE = "no_tie"
    ENCLAVE_SITE = "enclave_site"
    MENTOR = "mentor"
    ALTITUDE_CLEARANCE = "altitude_clearance"
    COOLING_OFF = "cooling_off"
    CONCURRENT_CAP = "concurrent_cap"
    DATE_OVERLAP = "date_overlap"
    RECIPROCAL_LEGS = "reciprocal_legs"
    EXCLUDED_KIND = "excluded_kind"


class Outcome(StrEnum):
    """What a rule found: it is met, it is not, a fact is missing, or it does not concern this pairing."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_CONCERNED = "not_concerned"


class DocumentKind(StrEnum):
    """What an uploaded or generated file is."""

    AGREEMENT_DRAFT = "agreement_draft"
    AGREEMENT_SIGNED = "agreement_signed"
    CONSENT_LETTER = "consent_letter"
    ALTITUDE_CLEARANCE = "altitude_clearance"
    NOTICE_RECORD = "notice_record"
    QUALIFICATION = "qualification"
    SERVICE_EVIDENCE = "service_evidence"
    OUTCOME_EVIDENCE = "outcome_evidence"
    TRAINING_RECORD = "training_record"
    OTHER = "other"


class Direction(StrEnum):
    """Which way a person goes."""

    WEST = "west"
    EAST = "east"


class Side(StrEnum):
    """The sides of a pairing that appraise each other."""

    EXPERT = "expert"
    EMPLOYER = "employer"
    INSTITUTION = "institution"
    MANAGER = "manager"


class Grade(StrEnum):
    """绩效等次."""

    EXCELLENT = "优秀"
    GOOD = "良好"
    PASS = "合格"  # noqa: S105 - no password
    FAIL = "不合格"


class Topic(StrEnum):
    """What a notice is about; people choose by topic how they are told."""

    ANSWER = "answer"
    PROGRESS = "progress"
    LOGS = "logs"
    MESSAGE = "message"
    REMINDER = "reminder"
    NEEDS = "needs"


class Delivery(StrEnum):
    """How somebody is told of a topic by mail."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


class MailState(StrEnum):
    """A mail waits, is being handed over, was handed over, or nobody knows (the process died in between)."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
