"""Reads what a request says it is made for, by the policy of the force."""

from __future__ import annotations

import re
from enum import StrEnum

from graph.errors import NotPermitted, QuestionError


class Purpose(StrEnum):
    """What somebody may look for."""

    THREAT_ASSESSMENT = "THREAT_ASSESSMENT"
    PMP_REVIEW = "PMP_REVIEW"
    RIGHT_TO_KNOW = "RIGHT_TO_KNOW"
    SAFEGUARDING_URGENT = "SAFEGUARDING_URGENT"
    AUDIT = "AUDIT"
    DATA_QUALITY = "DATA_QUALITY"


# Written into the record of who looked and shown to the auditor: nothing but what a reference needs.
_WRITTEN = re.compile(rf"(?:{'|'.join(Purpose)})(?::[\w\-/. ]{{1,100}})?", re.ASCII)


def purpose(header: str | None, policy: str) -> str | None:
    """Return what the header X-Purpose says, `CODE` or `CODE:reference`; None if it is not given, or the policy is off.

    Raises QuestionError if it is written otherwise; NotPermitted if the policy requires it and it is not given.
    """
    if policy == "off":
        return None
    if not header:
        if policy == "required":
            raise NotPermitted("Say the purpose: this force asks for one, in the header X-Purpose: CODE[:reference].")
        return None
    if not _WRITTEN.fullmatch(header):
        raise QuestionError(
            f"X-Purpose is not usable: it should be one of {', '.join(Purpose)}, alone or with a colon and a reference "
            "of up to 100 letters, digits, spaces and - _ / . behind it."
        )
    return header
