"""Forgotten and changed passwords."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from lsp.accounts.forms.coming_in import ForgotForm, NewPasswordForm
from lsp.accounts.forms.fields import texts
from lsp.accounts.forms.own import ChangePasswordForm
from lsp.accounts.models import Person
from lsp.accounts.services.links import Purpose, find_by_token, make_token
from lsp.accounts.services.passwords import (
    check_password,
    find_by_email,
    hash_password,
    replace_password,
    set_first_password,
)
from lsp.accounts.services.people import get_person
from lsp.accounts.views import accounts, mails
from lsp.accounts.views.registration import OFTEN, address, outbox_name
from lsp.extensions import limiter
from lsp.security import may, me, open_to_all, own_key
from lsp.web import now, parts, session, settings


def asked_address() -> str:
    """The address a link is asked for: nobody's mailbox is to be filled by strangers.

    Who forgets to fill it in is counted alone.
    """
    return request.form.get("email", "").strip().lower() or get_remote_address()


@accounts.route("/lupa-kata-sandi", methods=["GET", "POST"])
@open_to_all
@limiter.limit(OFTEN, methods=["POST"])
@limiter.limit("4/hour", methods=["POST"], key_func=lambda: f"reset {asked_address()}")
def forgot_password() -> ResponseReturnValue:
    """Ask for a link. The answer is the same whether the address is known or not."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot_password.html", form=form)
    given = texts(form)
    with parts().open_session(reads=True) as reading:
        person = find_by_email(reading, given["email"])
    if person is not None:
        token = make_token(settings().secret_key, Purpose.SET_PASSWORD, person, now=now())
        mails.send(
            "reset_password",
            to=person.email,
            language=person.language,
            name=person.full_name,
            link=address("accounts.set_password", token=token),
        )
    return redirect(url_for("accounts.reset_sent"))


@accounts.get("/lupa-kata-sandi/terkirim")
@open_to_all
def reset_sent() -> str:
    """Where the mail went."""
    return render_template("accounts/mail_sent.html", outbox=outbox_name(), purpose="reset")


@accounts.route("/kata-sandi/<string:token>", methods=["GET", "POST"])
@open_to_all
@limiter.limit(OFTEN, methods=["POST"])
def set_password(token: str) -> ResponseReturnValue:
    """Choose a password by a mailed link, which dies with its use."""
    with parts().open_session(reads=True) as reading:
        person = find_by_token(
            reading, settings().secret_key, Purpose.SET_PASSWORD, token, now=now()
        )
    if person is None:
        return render_template("accounts/link_over.html", purpose="reset"), 410
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/set_password.html", form=form, person=person)
    password_hash = hash_password(texts(form)["password"])
    person = find_by_token(session, settings().secret_key, Purpose.SET_PASSWORD, token, now=now())
    if person is None:  # used in another window while we hashed
        return render_template("accounts/link_over.html", purpose="reset"), 410
    set_first_password(session, person, password_hash=password_hash, now=now())
    session.commit()
    _tell_owner(person)
    flash(_("Kata sandi tersimpan. Silakan masuk."), "success")
    return redirect(url_for("accounts.sign_in"))


@accounts.route("/akun/kata-sandi", methods=["GET", "POST"])
@may("account.own")
@limiter.limit("30/minute", methods=["POST"], key_func=own_key)
def change_password() -> ResponseReturnValue:
    """Change the password; the other sessions end."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/change_password.html", form=form)
    person = get_person(session, me().person_id)
    given, old_hash = texts(form), person.password_hash
    session.rollback()  # hashing takes its time: hold no lock meanwhile
    if not check_password(old_hash, given["current"]).fits:
        form.refuse(_("Kata sandi sekarang tidak cocok"), form.current)
        return render_template("accounts/change_password.html", form=form)
    password_hash = hash_password(given["password"])
    person = get_person(session, me().person_id)
    replace_password(session, person, password_hash=password_hash, now=now(), keep=me().token)
    session.commit()
    _tell_owner(person)
    flash(_("Kata sandi diganti. Sesi di peramban lain sudah berakhir."), "success")
    return redirect(url_for("accounts.profile"))


def _tell_owner(person: Person) -> None:
    """Whoever did not change it themself should know at once."""
    mails.send(
        "password_changed",
        to=person.email,
        language=person.language,
        name=person.full_name,
        at=now(),
        forgot=address("accounts.forgot_password"),
    )
