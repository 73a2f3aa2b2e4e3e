"""The arithmetic of certificates: status, expiry, numbers, check codes."""

from enum import StrEnum


class StatusKind(StrEnum):
    """What happened to a certificate. Expiry is not among them: the date tells it."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
