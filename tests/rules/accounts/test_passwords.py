import pytest

from lsp.accounts.rules.passwords import COMMON, password_problem


def test_a_long_sentence_is_a_good_password():
    assert password_problem("kopi pahit di teras") is None


@pytest.mark.parametrize(
    "password", ["", "pendek", "a" * 9, "aaaaaaaaaaaa", "ababababab", "x" * 201]
)
def test_short_endless_and_monotonous_passwords_are_refused(password):
    assert password_problem(password)


@pytest.mark.parametrize("password", ["Indonesia1945", "PASSWORD123 ", "katasandi123"])
def test_what_everybody_tries_first_is_refused_however_it_is_written(password):
    assert password_problem(password)


def test_the_list_holds_only_what_the_length_rule_would_let_through_or_nearly():
    assert len(COMMON) > 80
    assert all(len(password) >= 9 for password in COMMON)


def test_ones_own_address_or_number_is_no_password():
    assert password_problem("Sri.Wahyuni@contoh.test", email="sri.wahyuni@contoh.test")
    assert password_problem("sri.wahyuni", email="sri.wahyuni@contoh.test")
    assert password_problem("199003272015032001", number="199003272015032001")
    assert password_problem("199003272015032001", number="") is None
