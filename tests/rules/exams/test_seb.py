import gzip
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules import seb
from lsp.exams.rules.seb import BadSettings

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"'
    ' "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">'
)
#: Where the settings files of others are, if they are at hand.
CONFORMANCE = Path(os.environ.get("LSP_CONFORMANCE", "../shared/data"))
PAGE = "https://lsp.example/ujian/1/mulai"
KEY = hashlib.sha256(b"pengaturan").hexdigest()


def plist(inside: str) -> bytes:
    return f"{HEAD}<dict>{inside}</dict></plist>".encode()


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            "<key>date</key><date>1940-10-09T22:13:56Z</date>",
            '{"date":"1940-10-09T22:13:56+00:00"}',
        ),
        ("<key>data</key><data>YmxhaGJsYWg=</data>", '{"data":"YmxhaGJsYWg="}'),
        ("<key>text</key><string>hello wörld</string>", '{"text":"hello wörld"}'),
        ("<key>text</key><string>ws:\\\\localhost</string>", '{"text":"ws:\\\\localhost"}'),
        ("<key>text</key><string>http://a/b?c=1&amp;d</string>", '{"text":"http://a/b?c=1&d"}'),
        ("<key>b</key><true/><key>a</key><array/>", '{"a":[],"b":true}'),
        ("<key>b</key><false/><key>a</key><dict/>", '{"b":false}'),
        ("<key>n</key><integer>-3</integer>", '{"n":-3}'),
        ("<key>n</key><real>1.0</real><key>m</key><real>0.1</real>", '{"m":0.1,"n":1}'),
        (
            "<key>testKey</key><string>1</string><key>allowWLAN</key><string>2</string>"
            "<key>allowWlan</key><string>3</string>",
            '{"allowWlan":"3","allowWLAN":"2","testKey":"1"}',
        ),
        (
            "<key>l</key><array><dict><key>b</key><true/><key>A</key><true/></dict></array>",
            '{"l":[{"A":true,"b":true}]}',
        ),
    ],
)
def test_settings_become_seb_json(inside: str, expected: str) -> None:
    assert seb.seb_json(seb.read_settings(plist(inside))) == expected


def test_the_config_key_is_known_for_a_file_of_safe_exam_browser_itself() -> None:
    file = CONFORMANCE / "items/seb/unencrypted_mac_001.seb"
    if not file.exists():
        pytest.skip("the files of others are not here; LSP_CONFORMANCE names their folder")
    settings = seb.read_settings(file.read_bytes())
    expected = "4fa9af8ec8759eb7c680752ef4ee5eaf1a860628608fccae2715d519849f9292"
    assert seb.config_key(settings) == expected


def test_who_wrote_the_file_does_not_count() -> None:
    settings = {"startURL": PAGE, "allowQuit": False}
    key = seb.config_key(settings)
    assert key == hashlib.sha256(f'{{"allowQuit":false,"startURL":"{PAGE}"}}'.encode()).hexdigest()
    assert seb.config_key({**settings, "originatorVersion": "SEB_OSX_3.6"}) == key
    assert seb.config_key({**settings, "allowQuit": True}) != key


@pytest.mark.parametrize(
    "wrap",
    [
        lambda xml: xml,
        gzip.compress,
        lambda xml: gzip.compress(b"plnd" + gzip.compress(xml)),
        lambda xml: b"\xef\xbb\xbf" + xml,
    ],
)
def test_a_plain_file_is_read_in_every_wrapping(wrap) -> None:
    assert seb.read_settings(wrap(plist("<key>a</key><true/>"))) == {"a": True}


@pytest.mark.parametrize("prefix", [b"pswd", b"pkhs", b"phsk", b"pwcc"])
def test_an_encrypted_file_is_refused_with_what_to_do(prefix: bytes) -> None:
    with pytest.raises(BadSettings, match="dienkripsi"):
        seb.read_settings(gzip.compress(prefix + b"\x00" * 64))


ENTITIES = '<!DOCTYPE plist [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"bukan plist",
        b"bplist00" + b"\x00" * 40,
        gzip.compress(b"x")[:-9],
        plist("")[:-20],
        plist(""),
        plist("<key>a</key>"),
        plist("<key>a</key><integer>tiga</integer>"),
        plist("<key>a</key><integer>" + "9" * 5000 + "</integer>"),
        f"<?xml version='1.0'?>{ENTITIES}<plist><dict><key>a</key><string>&b;</string></dict>"
        "</plist>".encode(),
        plist("<key>a</key>" + "<array>" * 100 + "</array>" * 100),
        (HEAD + "<array><true/></array></plist>").encode(),
        b"x" * (seb.LARGEST_FILE + 1),
        gzip.compress(b" " * (seb.LARGEST_UNPACKED + 1)),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadSettings):
        seb.read_settings(content)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    for file in (content, plist("<key>a</key><true/>")[:-8] + content, b"\x1f\x8b" + content):
        try:
            seb.read_settings(file)
        except BadSettings:
            continue


@given(
    st.dictionaries(
        st.text("abcXYZ_09", min_size=1),
        st.recursive(
            st.booleans()
            | st.integers(-(2**31), 2**31)
            | st.text("abc/<&>\\ é")
            | st.binary(max_size=9)
            | st.datetimes().map(lambda at: at.replace(microsecond=0)),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner),
            max_leaves=8,
        ),
        min_size=1,
    )
)
def test_what_is_written_is_read_again_with_the_same_key(settings: dict) -> None:
    read = seb.read_settings(seb.write_settings(settings))
    assert seb.config_key(read) == seb.config_key(settings)


def test_a_request_proves_itself_by_address_and_key() -> None:
    sent = seb.request_hash(PAGE, KEY)
    assert sent == hashlib.sha256((PAGE + KEY).encode()).hexdigest()
    assert seb.request_hash(PAGE + "#soal", KEY) == sent
    assert seb.proves(sent.upper(), ["https://other.example/", PAGE], ["0" * 64, KEY])
    assert not seb.proves(sent, [PAGE + "?x=1"], [KEY])
    assert not seb.proves(sent, [PAGE], ["0" * 64])
    assert not seb.proves("", [PAGE], [KEY])
    assert not seb.proves("héx", [PAGE], [KEY])
    assert not seb.proves(sent, [PAGE], [])


def test_a_key_is_64_digits_in_lower_case() -> None:
    assert seb.is_key(KEY)
    assert not seb.is_key(KEY.upper())
    assert not seb.is_key(KEY[:-1])
    assert not seb.is_key(KEY + "\n")


def test_settings_made_here_keep_no_password_and_lead_nowhere_else() -> None:
    settings = seb.make_settings(
        start_url=PAGE, quit_url=PAGE + "/usai", host="lsp.example", uploads=False
    )
    assert (settings["startURL"], settings["allowQuit"]) == (PAGE, False)
    assert [rule["expression"] for rule in settings["URLFilterRules"]] == ["lsp.example/*"]
    assert "hashedQuitPassword" not in settings
    locked = seb.make_settings(
        start_url=PAGE, quit_url=PAGE, host="lsp.example", uploads=True, quit_password="rahasia"
    )
    assert locked["hashedQuitPassword"] == hashlib.sha256(b"rahasia").hexdigest()
    assert "rahasia" not in seb.write_settings(locked).decode()
    assert seb.config_key(locked) != seb.config_key(settings)
