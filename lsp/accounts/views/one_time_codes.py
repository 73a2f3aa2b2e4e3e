"""Tying a phone to one's account, and recovery codes."""

import base64
from io import BytesIO

import pyotp
import qrcode
from cryptography.fernet import InvalidToken
from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from qrcode.image.svg import SvgPathFillImage

from lsp.accounts.forms.fields import texts
from lsp.accounts.forms.own import PasswordForm, ReplaceTotpForm, SetUpTotpForm
from lsp.accounts.rules.codes import grouped, otpauth_address
from lsp.accounts.services import totp
from lsp.accounts.services.passwords import check_password
from lsp.accounts.services.people import get_person
from lsp.accounts.views import accounts
from lsp.extensions import limiter
from lsp.pages import refusal_text
from lsp.security import may, me, own_key
from lsp.texts import Refusal
from lsp.web import now, parts, session, settings


@accounts.route("/akun/kode-sekali-pakai", methods=["GET", "POST"])
@may("account.own")
@limiter.limit("30/minute", methods=["POST"], key_func=own_key)
def set_up_totp() -> ResponseReturnValue:
    """Show a secret to the phone and take its first code; then show the recovery codes once."""
    person = get_person(session, me().person_id)
    is_replacement = person.totp_confirmed_at is not None
    form = ReplaceTotpForm() if is_replacement else SetUpTotpForm()
    secret = _offered_secret()
    given = texts(form)
    if form.validate_on_submit():
        if is_replacement and not check_password(person.password_hash, given["current"]).fits:
            form.refuse(_("Kata sandi sekarang tidak cocok"), form.current)
        else:
            try:
                codes = totp.confirm_totp(
                    session,
                    person,
                    vault=parts().vault,
                    secret=secret,
                    code=given["code"],
                    token=me().token,
                    now=now(),
                )
            except Refusal as refusal:
                form.refuse(refusal_text(refusal), form.code)
            else:
                cookie.pop("offered_totp", None)
                session.commit()
                return render_template("accounts/recovery_codes.html", codes=codes, is_first=True)
    # Telling the issuer too keeps accounts apart in an app that holds several.
    address = otpauth_address(secret, name=person.email, issuer=settings().lsp_name or "LSP")
    return render_template(
        "accounts/set_up_totp.html",
        form=form,
        person=person,
        picture=_qr_picture(address),
        secret=grouped(secret),
        must=me().is_staff and settings().staff_totp_required,
        codes_left=totp.count_recovery_codes(session, person.id) if is_replacement else 0,
    )


@accounts.route("/akun/kode-pemulihan", methods=["GET", "POST"])
@may("account.own")
@limiter.limit("30/minute", methods=["POST"], key_func=own_key)
def renew_recovery_codes() -> ResponseReturnValue:
    """New recovery codes in the place of all old ones, after the password."""
    person = get_person(session, me().person_id)
    if person.totp_confirmed_at is None:
        return redirect(url_for("accounts.set_up_totp"))
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/renew_recovery_codes.html", form=form)
    if not check_password(person.password_hash, texts(form)["current"]).fits:
        form.refuse(_("Kata sandi sekarang tidak cocok"), form.current)
        return render_template("accounts/renew_recovery_codes.html", form=form)
    codes = totp.renew_recovery_codes(session, person, now=now())
    session.commit()
    flash(_("Kode pemulihan yang lama tidak berlaku lagi."), "success")
    return render_template("accounts/recovery_codes.html", codes=codes, is_first=False)


def _offered_secret() -> str:
    """The secret this browser was shown; it waits encrypted in the cookie for the first code."""
    vault = parts().vault
    try:
        return vault.reveal(cookie["offered_totp"])
    except (KeyError, InvalidToken):
        secret = pyotp.random_base32()
        cookie["offered_totp"] = vault.hide(secret)
        return secret


def _qr_picture(text: str) -> str:
    """A QR code as an address of data, which the Content-Security-Policy allows for pictures."""
    buffer = BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, box_size=12, border=3).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
