"""Safe Exam Browser: its settings files, their Config Key, and the proof a request carries.

A settings file (``.seb``) is a property list. Its Config Key is a SHA-256 over the settings in a
JSON-like form ("SEB-JSON"), the same in every version and on every platform, so that the server
can compute it for a file it makes itself. A page proves that it was asked for by a browser with
these settings by SHA-256 over its address and the key, in a header or, in modern web views,
through the browser's own JavaScript interface. Source: the developer documentation of
safeexambrowser.org ("Config Key", "File Format").

It is evidence, not proof: whoever holds the settings file can compute its Config Key and send the
right header from another browser. A Browser Exam Key, which also covers the program itself, is
harder to come by, and no more.
"""

import base64
import hashlib
import hmac
import plistlib
import re
import zlib
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urldefrag

from lsp.texts import N_, Refusal

#: Largest file taken and largest file it may unpack to, in bytes; real ones have 15,000.
LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 8_000_000
#: Deepest nesting of dictionaries and lists; real ones reach 4.
DEEPEST = 32
#: The key that says which version wrote the file; it is no setting and never counts.
ORIGINATOR = "originatorVersion"

#: First four bytes of an unpacked file that is encrypted: with a certificate, with a certificate
#: and a symmetric key, with a password, with a password for configuring a client.
_ENCRYPTED = (b"pkhs", b"phsk", b"pswd", b"pwcc")
_PLAIN = b"plnd"
_GZIP = b"\x1f\x8b"
_KEY = re.compile(r"[0-9a-f]{64}")


class Proof(StrEnum):
    """What a request can prove, each with a header of its own."""

    CONFIG_KEY = "config_key"
    BROWSER_EXAM_KEY = "browser_exam_key"


#: The headers in which SEB sends the two proofs.
HEADERS = {
    Proof.CONFIG_KEY: "X-SafeExamBrowser-ConfigKeyHash",
    Proof.BROWSER_EXAM_KEY: "X-SafeExamBrowser-RequestHash",
}


class BadSettings(Refusal):
    """The file is no settings file that can be read here."""


def read_settings(content: bytes) -> dict[str, Any]:
    """The settings in a ``.seb`` file: plain XML, or unencrypted inside gzip.

    Raises BadSettings for a file that is encrypted, too large, nested too deep or no property
    list of settings. A document type with entities of its own is refused, so none is expanded.
    """
    if len(content) > LARGEST_FILE:
        raise BadSettings(N_("Berkas pengaturan SEB terlalu besar."))
    xml = _unwrapped(content)
    if not xml.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise _unreadable()
    try:
        settings = plistlib.loads(xml, fmt=plistlib.FMT_XML)
    except Exception as error:
        # plistlib raises whatever its parts raise on a broken file; each of them means this.
        raise _unreadable() from error
    if not isinstance(settings, dict) or not settings:
        raise _unreadable()
    _demand_depth(settings)
    return settings


def _unreadable() -> BadSettings:
    return BadSettings(N_("Berkas ini bukan berkas pengaturan SEB (.seb) yang bisa dibaca."))


def _unwrapped(content: bytes) -> bytes:
    """The XML inside the file's wrapping, which is gzip, a prefix and gzip again."""
    for _ in range(3):
        if content.startswith(_GZIP):
            content = _unpacked(content)
        elif content[:4] in _ENCRYPTED:
            raise BadSettings(
                N_(
                    "Berkas pengaturan SEB ini dienkripsi. Simpan ulang tanpa kata sandi dan tanpa"
                    " sertifikat, lalu unggah lagi."
                )
            )
        elif content.startswith(_PLAIN):
            content = content[len(_PLAIN) :]
        else:
            break
    return content


def _unpacked(content: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(content, LARGEST_UNPACKED)
    except zlib.error as error:
        raise _unreadable() from error
    if unpacking.unconsumed_tail:
        raise BadSettings(N_("Berkas pengaturan SEB terlalu besar."))
    return unpacked


def _demand_depth(settings: Any) -> None:
    level, depth = [settings], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _unreadable()
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]


def write_settings(settings: Mapping[str, Any]) -> bytes:
    """The settings as a plain ``.seb`` file; the same settings give the same bytes."""
    return plistlib.dumps(dict(settings), fmt=plistlib.FMT_XML, sort_keys=True)


def config_key(settings: Mapping[str, Any]) -> str:
    """The Config Key of these settings: SHA-256 of their SEB-JSON, in lower-case hex."""
    counting = {name: value for name, value in settings.items() if name != ORIGINATOR}
    return hashlib.sha256(seb_json(counting).encode()).hexdigest()


def seb_json(value: Any) -> str:
    """A value in SEB's JSON-like form: nothing is escaped, not even a backslash, no white space.

    Names are sorted without regard to case (of two that differ in nothing else, the lower case
    first), empty dictionaries are left out, data is Base64, dates are ISO 8601 in UTC, and reals
    have at most 15 significant digits.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            pairs = (
                f'"{name}":{seb_json(inner)}'
                for name, inner in sorted(value.items(), key=_by_name)
                if inner != {}
            )
            return "{" + ",".join(pairs) + "}"
        case list() | tuple():
            return "[" + ",".join(map(seb_json, value)) + "]"
        case int():
            return str(value)
        case float():
            return format(value, ".15g")
        case bytes():
            return f'"{base64.b64encode(value).decode()}"'
        case datetime():
            return f'"{value.replace(tzinfo=None).isoformat()}+00:00"'
        case _:
            return f'"{value}"'


def _by_name(pair: tuple[str, Any]) -> tuple[str, str]:
    return pair[0].casefold(), pair[0].swapcase()


def is_key(text: str) -> bool:
    """Whether this can be a Config Key or Browser Exam Key: 64 hexadecimal digits, lower case."""
    return _KEY.fullmatch(text) is not None


def request_hash(address: str, key: str) -> str:
    """What a browser with this key sends for an absolute address; a fragment never counts."""
    return hashlib.sha256((urldefrag(address).url + key).encode()).hexdigest()


def proves(sent: str, addresses: Collection[str], keys: Collection[str]) -> bool:
    """Whether what was sent is right for one of the keys at one of the page's addresses.

    Every pair is compared, each in constant time, so that the time taken tells nothing.
    """
    given = sent.strip().lower().encode()
    found = False
    for address in addresses:
        for key in keys:
            found |= hmac.compare_digest(given, request_hash(address, key).encode())
    return found


def make_settings(
    *, start_url: str, quit_url: str, host: str, uploads: bool, quit_password: str = ""
) -> dict[str, Any]:
    """Settings for an exam on this server: it opens at the start, leads nowhere else, and ends.

    Names and values as in SEB's documentation of its setting keys. With a ``quit_password``, which
    is kept as a hash alone, the browser can be left early by whoever knows it; without one only
    by the page at ``quit_url``. Downloads stay possible because a candidate without a network
    saves the answer file; ``uploads`` says whether a question asks for a file.
    """
    settings: dict[str, Any] = {
        "sebConfigPurpose": 0,
        "startURL": start_url,
        "quitURL": quit_url,
        "quitURLConfirm": True,
        "sendBrowserExamKey": True,
        # 3 prefers the modern web view, whose pages prove themselves by JavaScript.
        "browserWindowWebView": 3,
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [
            {"action": 1, "active": True, "expression": f"{host}/*", "regex": False}
        ],
        "allowQuit": bool(quit_password),
        "ignoreExitKeys": True,
        "allowPreferencesWindow": False,
        "browserWindowAllowReload": True,
        "newBrowserWindowAllowReload": True,
        "showReloadButton": True,
        "showTime": True,
        "showInputLanguage": True,
        "enableZoomPage": True,
        "enableZoomText": True,
        "allowDownUploads": True,
        "allowDownloads": True,
        "allowUploads": uploads,
        "allowSpellCheck": False,
        "allowDictionaryLookup": False,
        "allowDictation": False,
        "allowSiri": False,
        "allowVirtualMachine": False,
        "allowScreenSharing": False,
        "allowSwitchToApplications": False,
        "enablePrivateClipboard": True,
        "enablePrintScreen": False,
        "allowDeveloperConsole": False,
        "downloadAndOpenSebConfig": False,
        "examSessionReconfigureAllow": False,
        # Nobody starts an exam signed in as who sat here before.
        "examSessionClearCookiesOnStart": True,
        "examSessionClearCookiesOnEnd": True,
    }
    if quit_password:
        settings["hashedQuitPassword"] = hashlib.sha256(quit_password.encode()).hexdigest()
    return settings
