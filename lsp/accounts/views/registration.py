"""Registering and confirming the address."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from lsp.accounts.forms.coming_in import RegisterForm
from lsp.accounts.forms.fields import texts
from lsp.accounts.models import Employment, Person
from lsp.accounts.services.links import Purpose, find_by_token, make_token, owner_of
from lsp.accounts.services.registration import Application, Registered, confirm_address, register
from lsp.accounts.views import accounts, mails
from lsp.extensions import limiter
from lsp.pages import refusal_text
from lsp.security import open_to_all
from lsp.settings import DEVELOPMENT
from lsp.texts import Refusal
from lsp.web import now, parts, session, settings

#: Limit of an address, where no person is known yet. Everybody in a room shares one, and three
#: hundred may register together; it only keeps the hashing of passwords from filling a processor.
OFTEN = "600/minute"


@accounts.route("/daftar", methods=["GET", "POST"], endpoint="register")
@open_to_all
@limiter.limit(OFTEN, methods=["POST"])
def register_candidate() -> ResponseReturnValue:
    """Register as a candidate. The answer is the same whether the address is taken or not."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("accounts/register.html", form=form)
    given = texts(form)
    application = Application(
        email=given["email"],
        password=given["password"],
        full_name=given["full_name"],
        title_before=given["title_before"],
        title_after=given["title_after"],
        employment=Employment(given["employment"]),
        nip=given["nip"],
        phone=given["phone"],
        institution=given["institution"],
        work_unit=given["work_unit"],
        position=given["position"],
        language=str(get_locale() or "id"),
    )
    try:
        registered = register(session, application, vault=parts().vault, now=now())
    except Refusal as refusal:
        form.refuse(refusal_text(refusal))
        return render_template("accounts/register.html", form=form)
    session.commit()
    _answer_by_mail(registered, application)
    return redirect(url_for("accounts.registered"))


@accounts.get("/daftar/terkirim")
@open_to_all
def registered() -> str:
    """Where the mail went."""
    return render_template("accounts/mail_sent.html", outbox=outbox_name(), purpose="confirm")


@accounts.route("/konfirmasi/<string:token>", methods=["GET", "POST"])
@open_to_all
@limiter.limit(OFTEN, methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """A button that confirms: mail scanners open links, but press no buttons."""
    person = find_by_token(session, settings().secret_key, Purpose.CONFIRM, token, now=now())
    if person is None:
        return render_template("accounts/link_over.html", purpose="confirm"), 410
    if request.method == "GET" and person.email_confirmed_at is None:
        return render_template("accounts/confirm.html", person=person)
    confirm_address(session, person, now=now())
    session.commit()
    flash(_("Alamat e-mail sudah dikonfirmasi. Silakan masuk."), "success")
    return redirect(url_for("accounts.sign_in"))


@accounts.post("/konfirmasi/kirim-ulang")
@open_to_all
@limiter.limit(OFTEN)
@limiter.limit("4/hour", key_func=lambda: f"resend {_token_owner()}")
def resend_confirmation() -> ResponseReturnValue:
    """Send the confirmation mail again, to whoever gave the right password a moment ago."""
    token = request.form.get("token", "")
    person = find_by_token(session, settings().secret_key, Purpose.RESEND, token, now=now())
    if person is None:
        return render_template("accounts/link_over.html", purpose="confirm"), 410
    send_confirmation(person)
    return redirect(url_for("accounts.registered"))


def _token_owner() -> str:
    return owner_of(settings().secret_key, Purpose.RESEND, request.form.get("token", ""))


def send_confirmation(person: Person) -> None:
    """Mail the link that confirms the address."""
    token = make_token(settings().secret_key, Purpose.CONFIRM, person, now=now())
    mails.send(
        "confirm_address",
        to=person.email,
        language=person.language,
        name=person.full_name,
        link=address("accounts.confirm", token=token),
    )


def address(endpoint: str, **values: Any) -> str:
    """An address for a mail, by the name the public knows us by."""
    return settings().base_url.rstrip("/") + url_for(endpoint, **values)


def outbox_name() -> str:
    """The folder where mails lie in development; empty where they are really sent."""
    if settings().smtp or settings().environment != DEVELOPMENT:
        return ""
    outbox = settings().outbox
    return f"{outbox.parent.name}/{outbox.name}"


def _answer_by_mail(registered: Registered, application: Application) -> None:
    person = registered.person
    if person is not None and registered.is_new:
        send_confirmation(person)
    elif person is not None:
        mails.send(
            "address_taken",
            to=person.email,
            language=person.language,
            name=person.full_name,
            sign_in=address("accounts.sign_in"),
            forgot=address("accounts.forgot_password"),
        )
    else:
        mails.send("nip_taken", to=application.email, language=application.language)
