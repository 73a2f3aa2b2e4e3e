import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.accounts.rules.codes import (
    RECOVERY_BYTES,
    grouped,
    matching_step,
    otpauth_address,
    plain_code,
    recovery_code,
)
from tests.conftest import NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = int(NOW.timestamp()) // 30


def code_of(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_phone_may_be_one_step_early_or_late(drift):
    code = code_of(STEP + drift)
    assert matching_step(SECRET, code, now=NOW, last_step=0) == STEP + drift


@pytest.mark.parametrize("drift", [-2, 2])
def test_two_steps_are_too_many(drift):
    assert matching_step(SECRET, code_of(STEP + drift), now=NOW, last_step=0) is None


def test_a_code_works_once_and_no_older_one_after_it():
    assert matching_step(SECRET, code_of(STEP), now=NOW, last_step=STEP) is None
    assert matching_step(SECRET, code_of(STEP - 1), now=NOW, last_step=STEP) is None
    assert matching_step(SECRET, code_of(STEP + 1), now=NOW, last_step=STEP) == STEP + 1


@given(st.text(max_size=20))
def test_no_text_breaks_the_comparison(text):
    step = matching_step(SECRET, text, now=NOW, last_step=0)
    assert step is None or text in {code_of(STEP + drift) for drift in (-1, 0, 1)}


@given(st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES))
def test_a_recovery_code_survives_being_typed_carelessly(randomness):
    code = recovery_code(randomness)
    assert len(plain_code(code)) == 16
    assert plain_code(code.lower().replace("-", " ")) == plain_code(code)


def test_long_codes_are_shown_in_groups_of_four():
    assert grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_the_qr_code_names_account_and_issuer():
    address = otpauth_address(SECRET, name="sri@contoh.test", issuer="LSP Humas")
    assert address.startswith("otpauth://totp/LSP%20Humas:sri%40contoh.test?secret=" + SECRET)
