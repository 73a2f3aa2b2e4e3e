"""One-time codes of an authenticator app (RFC 6238) and the codes that replace a lost phone."""

import base64
from datetime import datetime

import pyotp
from pyotp.utils import strings_equal

STEP_SECONDS = 30
#: Steps a phone's clock may be early or late.
DRIFT = 1
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits


def matching_step(secret: str, code: str, *, now: datetime, last_step: int) -> int | None:
    """The time step whose code this is, or None.

    Only steps after ``last_step`` count, so that a code works once.
    """
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > last_step and strings_equal(totp.generate_otp(step), code):
            return step
    return None


def otpauth_address(secret: str, *, name: str, issuer: str) -> str:
    """What the QR code tells an authenticator app."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def plain_code(text: str) -> str:
    """A code as typed, without spaces and hyphens, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def recovery_code(randomness: bytes) -> str:
    """A recovery code of 80 random bits as base32 in groups of four: ``ABCD-EFGH-…``."""
    return grouped(base64.b32encode(randomness).decode(), "-")


def grouped(text: str, joint: str = " ") -> str:
    """A long code in groups of four, easier to copy by eye."""
    return joint.join(text[at : at + 4] for at in range(0, len(text), 4))
