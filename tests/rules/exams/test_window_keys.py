"""A window key opens what it was made for, read back as it was written, and nothing else."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.answer_files import file_key
from lsp.exams.rules.window_keys import BadKey, WindowKey, read_key, write_key

SECRET = "a secret for tests"
ATTEMPT = uuid.UUID(int=7)
KEY = WindowKey("ab" * 32, 3, "id")

keys = st.builds(
    WindowKey,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.integers(1, 2**31),
    st.sampled_from(["id", "en"]),
)


@given(keys, st.uuids())
def test_a_key_is_read_as_it_was_written(key, attempt_id):
    assert read_key(SECRET, attempt_id, write_key(SECRET, attempt_id, key)) == key


@given(keys, st.uuids())
def test_a_key_of_another_sitting_or_installation_is_none(key, attempt_id):
    written = write_key(SECRET, ATTEMPT, key)
    for secret, asked in ((SECRET, attempt_id), (SECRET + "!", ATTEMPT)):
        if (secret, asked) != (SECRET, ATTEMPT):
            with pytest.raises(BadKey):
                read_key(secret, asked, written)


@given(st.data())
def test_a_key_with_one_character_changed_is_none(data):
    written = write_key(SECRET, ATTEMPT, KEY)
    place = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.characters().filter(lambda c: c != written[place]))
    with pytest.raises(BadKey):
        read_key(SECRET, ATTEMPT, written[:place] + other + written[place + 1 :])


@given(st.text())
def test_any_other_text_is_no_key(text):
    with pytest.raises(BadKey):
        read_key(SECRET, ATTEMPT, text)


def test_the_key_that_signs_answer_files_opens_no_window():
    said = f"{KEY.token_hash}.{KEY.window}.{KEY.language}"
    with pytest.raises(BadKey):
        read_key(SECRET, ATTEMPT, f"{said}.{file_key(SECRET, ATTEMPT, KEY.window)}")
