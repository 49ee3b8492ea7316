"""Closed vocabularies: the values that a coded property may have, in the service's own words."""

from __future__ import annotations

from enum import StrEnum


class Term(StrEnum):
    """A coded value, written as it stands in a delivery and in the graph."""


class Role(Term):
    """What a nominal is in one incident."""

    SUSPECT = "suspect"
    VICTIM = "victim"
    WITNESS = "witness"
    CHILD = "child"
    REPORTED = "reported"
    PARTY = "party"


ROLE_TYPES = {
    Role.SUSPECT: "SUSPECT_IN",
    Role.VICTIM: "VICTIM_IN",
    Role.WITNESS: "WITNESS_IN",
    Role.CHILD: "CHILD_IN",
    Role.REPORTED: "REPORTED",
    Role.PARTY: "PARTY_TO",
}
"""Relationship type of each role; PARTY_TO says that the source does not state what the person was."""


class RelationshipType(Term):
    """What the first person is to the second."""

    PARTNER = "partner"
    EX_PARTNER = "ex_partner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    STEP_PARENT = "step_parent"
    STEP_CHILD = "step_child"
    STEP_SIBLING = "step_sibling"
    IN_LAW = "in_law"
    PARTNERS_CHILD = "partners_child"
    OTHER_FAMILY = "other_family"
    LIVES_WITH = "lives_with"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    COLLEAGUE = "colleague"
    CARED_FOR = "cared_for"
    KNOWS = "knows"


PARTNER_TYPES = (RelationshipType.PARTNER, RelationshipType.EX_PARTNER)
"""Intimate partners, now or formerly."""

FAMILY_TYPES = (
    RelationshipType.PARENT,
    RelationshipType.CHILD,
    RelationshipType.SIBLING,
    RelationshipType.GRANDPARENT,
    RelationshipType.GRANDCHILD,
    RelationshipType.STEP_PARENT,
    RelationshipType.STEP_CHILD,
    RelationshipType.STEP_SIBLING,
    RelationshipType.IN_LAW,
    RelationshipType.PARTNERS_CHILD,
    RelationshipType.OTHER_FAMILY,
)
"""Relatives, by blood, marriage or partnership."""

DOMESTIC_TYPES = PARTNER_TYPES + FAMILY_TYPES
"""Personally connected within the meaning of the Domestic Abuse Act 2021, section 2 (domain knowledge: 11.1)."""


class Answer(Term):
    """What was answered to one item of a form; a missing answer is none of these."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont_know"
    NOT_ASKED = "not_asked"


class Level(Term):
    """What was answered to a frequency item of DARA."""

    NEVER = "never"
    OCCASIONALLY = "occasionally"
    OFTEN = "often"
    ALL_THE_TIME = "all_the_time"


NOT_DELIVERED = 0
"""The byte of an item for which no answer was delivered."""

ANSWER_BYTES: dict[str, int] = {
    Answer.NO: 1,
    Answer.YES: 2,
    Answer.DONT_KNOW: 3,
    Answer.NOT_ASKED: 4,
    Level.NEVER: 16,
    Level.OCCASIONALLY: 17,
    Level.OFTEN: 18,
    Level.ALL_THE_TIME: 19,
}
"""The byte that stands for each answer in `Assessment.answers`."""


class Grade(Term):
    """The grade that an officer gave, lowest first."""

    STANDARD = "standard"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(Term):
    """What was decided: whether two nominals are one person, that an answer is retracted, or a judgement undone."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    RETRACT = "retract"
    UNDO = "undo"


class IdentifierKind(Term):
    """What kind of object or contact detail an identifier is."""

    PHONE = "phone"
    EMAIL = "email"
    VEHICLE = "vehicle"
    OBJECT = "object"
    ACCOUNT = "account"


class MarkerKind(Term):
    """What a marker on a nominal says."""

    CUSTODY = "custody"
    BAIL = "bail"
    ORDER = "order"
    LICENCE = "licence"
    WARNING = "warning"
    HONOUR = "honour"
    MARAC = "marac"
    MAPPA = "mappa"


class AddressKind(Term):
    """What kind of place an address is."""

    HOME = "home"
    REFUGE = "refuge"
    HOSTEL = "hostel"
    CUSTODY = "custody"
    PUBLIC = "public"
    OTHER = "other"


class Sex(Term):
    """Sex as recorded."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class DatabaseKind(Term):
    """What a database may hold: invented people or real ones, never both."""

    SYNTHETIC = "synthetic"
    REAL = "real"


class Permission(Term):
    """What a role may do in the service."""

    ASK = "ask"
    NAMES = "names"
    FREE_FORM = "free_form"
    INTROSPECT = "introspect"
    AUDIT = "audit"
