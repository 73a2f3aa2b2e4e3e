"""Signing in, with a password and, where a phone is tied to the account, a code; signing out.

No limit by address here: a room full of candidates shares one. Wrong passwords are counted by
``services.guessing``, wrong codes at the person.
"""

from datetime import timedelta
from math import ceil

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from lsp.accounts.forms.coming_in import CodeForm, RecoveryCodeForm, SignInForm
from lsp.accounts.forms.fields import texts
from lsp.accounts.models import Person
from lsp.accounts.rules.lockout import is_locked
from lsp.accounts.services.guessing import Guess, account_of, network_of, waiting_time
from lsp.accounts.services.links import Purpose, find_by_token, make_token
from lsp.accounts.services.passwords import check_password
from lsp.accounts.services.sessions import revoke_token
from lsp.accounts.services.signing_in import (
    admit,
    admit_code,
    find_credentials,
    finish_sign_in,
)
from lsp.accounts.signed_in import load_signed_in
from lsp.accounts.views import accounts
from lsp.extensions import is_path_inside
from lsp.security import me, open_to_all
from lsp.web import now, parts, session, settings


@accounts.route("/masuk", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    """E-mail or NIP, and the password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    given = texts(form)
    # Hashing takes its time on purpose. We read before it and write after it, in transactions of
    # their own, so that a room full of people signing in does not hold up anybody's answers.
    with parts().open_session(reads=True) as reading:
        found = find_credentials(reading, parts().vault, given["identifier"])
        account = account_of(parts().vault, found.person_id if found else None, given["identifier"])
        guess = Guess(account, _network())
        wait = waiting_time(reading, guess, now())
    if wait:
        return _turn_back(form, wait)
    verdict = check_password(found.password_hash if found else None, given["password"])
    person = admit(session, found, verdict, guess, now=now())
    if person is None:
        wait = waiting_time(session, guess, now())
        session.commit()
        return _turn_back(form, wait)
    if person.email_confirmed_at is None:
        session.commit()
        token = make_token(settings().secret_key, Purpose.RESEND, person, now=now())
        return render_template("accounts/unconfirmed.html", token=token)
    if person.totp_confirmed_at is not None:
        token = make_token(settings().secret_key, Purpose.CODE, person, now=now())
        _clear_cookie(password_given=token)
        session.commit()
        return redirect(url_for("accounts.give_code", next=_next()))
    return _finish(person)


def _turn_back(form: SignInForm, wait: timedelta) -> ResponseReturnValue:
    """The form again, with what was typed but the password, and how long to wait."""
    if not wait:
        form.refuse(
            _(
                "E-mail atau NIP dan kata sandi tidak cocok. "
                "Sesudah lima kali salah, Anda harus menunggu sebelum mencoba lagi."
            ),
            form.identifier,
        )
        return render_template("accounts/sign_in.html", form=form)
    seconds = ceil(wait.total_seconds())
    form.refuse(
        _(
            "Terlalu banyak percobaan yang salah. Tunggu %(time)s, lalu coba lagi. "
            "Selama itu kata sandi yang benar pun belum diterima. "
            "Bila Anda sedang ujian, beri tahu pengawas.",
            time=_in_words(seconds),
        )
    )
    page = render_template("accounts/sign_in.html", form=form)
    return page, 429, {"Retry-After": str(seconds)}


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(num)s detik", "%(num)s detik", seconds)
    return ngettext("%(num)s menit", "%(num)s menit", ceil(seconds / 60))


def _network() -> str:
    return network_of(parts().vault, request.remote_addr)


@accounts.route("/masuk/kode", methods=["GET", "POST"])
@open_to_all
def give_code() -> ResponseReturnValue:
    """The code from the phone, after the right password."""
    wrong = _("Kode tidak cocok. Tunggu kode berikutnya, dan periksa jam di ponsel.")
    return _ask_code(CodeForm(), "accounts/give_code.html", wrong, is_recovery=False)


@accounts.route("/masuk/kode-pemulihan", methods=["GET", "POST"])
@open_to_all
def give_recovery_code() -> ResponseReturnValue:
    """A recovery code instead of the phone."""
    wrong = _("Kode tidak cocok atau sudah dipakai. Coba kode pemulihan yang lain.")
    return _ask_code(
        RecoveryCodeForm(), "accounts/give_recovery_code.html", wrong, is_recovery=True
    )


@accounts.post("/keluar")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """End this browser's session, here and on the server."""
    if current_user.is_authenticated:
        revoke_token(session, me().token, now())
    _clear_cookie()
    session.commit()
    return redirect(url_for("accounts.signed_out"))


@accounts.get("/sudah-keluar")
@open_to_all
def signed_out() -> ResponseReturnValue:
    """After signing out. Its script takes from a shared computer what an exam kept there."""
    return render_template("accounts/signed_out.html")


def _ask_code(
    form: CodeForm | RecoveryCodeForm, template: str, wrong: str, *, is_recovery: bool
) -> ResponseReturnValue:
    """The second step, the same for both kinds of code."""
    person = find_by_token(
        session, settings().secret_key, Purpose.CODE, cookie.get("password_given", ""), now=now()
    )
    if person is None:
        return redirect(url_for("accounts.sign_in", next=_next()))
    if not form.validate_on_submit():
        return render_template(template, form=form, next=_next())
    given = texts(form)
    admitted = admit_code(
        session,
        person.id,
        given["code"],
        vault=parts().vault,
        now=now(),
        is_recovery=is_recovery,
    )
    if admitted is not None:
        return _finish(admitted, with_code=True)
    paused = is_locked(person.locked_until, now())
    session.commit()
    if paused:
        _clear_cookie()
        flash(_("Lima kali salah. Tunggu 15 menit, lalu masuk lagi."), "warning")
        return redirect(url_for("accounts.sign_in", next=_next()))
    form.refuse(wrong, form.code)
    return render_template(template, form=form, next=_next())


def _finish(person: Person, *, with_code: bool = False) -> Response:
    """Open the session in a clean cookie, so that nothing planted before outlives signing in."""
    token = finish_sign_in(
        session,
        person,
        now=now(),
        user_agent=request.user_agent.string,
        network=_network(),
        totp_at=now() if with_code else None,
    )
    session.commit()  # whoever looks the session up may ask by another connection
    _clear_cookie()
    login_user(load_signed_in(token))
    return redirect(_next() or url_for("pages.home"))


def _clear_cookie(**keep: str) -> None:
    language = cookie.get("language")
    cookie.clear()
    if language:
        cookie["language"] = language
    cookie.update(keep)


def _next() -> str | None:
    """The page to return to, when it is one of ours."""
    wanted = request.args.get("next")
    return wanted if wanted and is_path_inside(wanted) else None
