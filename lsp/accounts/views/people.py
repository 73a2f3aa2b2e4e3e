"""Other people's accounts: for administrators, and for auditors to read."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lsp.accounts.forms.fields import texts
from lsp.accounts.forms.staff import RoleForm, StaffForm
from lsp.accounts.models import Person
from lsp.accounts.services import staff, totp
from lsp.accounts.services.guessing import paused_until
from lsp.accounts.services.links import INVITATION, Purpose, make_token
from lsp.accounts.services.people import EmailTaken, find_people, get_person, numbers_of
from lsp.accounts.services.sessions import end_sessions, open_sessions
from lsp.accounts.views import accounts, mails
from lsp.accounts.views.registration import address
from lsp.extensions import limiter
from lsp.pages import refusal_text
from lsp.roles import ROLE_NAMES, STAFF, Role
from lsp.security import may, me, own_key
from lsp.texts import N_, Refusal
from lsp.web import now, parts, session, settings


@accounts.get("/orang")
@may("people.read")
def people() -> str:
    """Everybody with an account, found by name, address or role."""
    text = "".join(c for c in request.args.get("cari", "")[:200] if c.isprintable()).strip()
    role = request.args.get("peran", "")
    found = find_people(
        session,
        text=text,
        role=Role(role) if role in list(Role) else None,
        page=request.args.get("halaman", 1, type=int),
    )
    return render_template(
        "accounts/people.html",
        found=found,
        text=text,
        role=role if role in list(Role) else "",
        role_names=ROLE_NAMES,
    )


@accounts.get("/orang/<uuid:person_id>")
@may("people.read")
def person(person_id: UUID) -> str:
    """One person's account, roles and sessions."""
    return _person_page(get_person(session, person_id))


@accounts.route("/orang/baru", methods=["GET", "POST"])
@may("people.manage")
@limiter.limit("60/minute", methods=["POST"], key_func=own_key)
def create_staff() -> ResponseReturnValue:
    """Make an account for somebody of the LSP; they choose the password themself."""
    form = StaffForm()
    if not form.validate_on_submit():
        return render_template("accounts/create_staff.html", form=form)
    given = texts(form)
    try:
        made = staff.create_staff(
            session,
            vault=parts().vault,
            email=given["email"],
            full_name=given["full_name"],
            title_before=given["title_before"],
            title_after=given["title_after"],
            institution=given["institution"],
            work_unit=given["work_unit"],
            position=given["position"],
            assessor_registration=given["assessor_registration"],
            roles=[Role(value) for value in form.roles.data or []],
            actor_id=me().person_id,
            now=now(),
        )
    except EmailTaken as refusal:
        form.refuse(refusal_text(refusal), form.email)
        return render_template("accounts/create_staff.html", form=form)
    session.commit()
    _invite(made)
    flash(_("Akun dibuat. Undangan dikirim ke %(email)s.", email=made.email), "success")
    return redirect(url_for("accounts.person", person_id=made.id))


@accounts.post("/orang/<uuid:person_id>/peran")
@may("people.manage")
def grant_role(person_id: UUID) -> ResponseReturnValue:
    """Give a role."""
    subject = get_person(session, person_id)
    form = _role_form(subject)
    if not form.validate_on_submit():
        return _person_page(subject, form)
    role = Role(texts(form)["role"])
    staff.grant_role(session, subject, role, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Peran %(role)s diberikan.", role=_(ROLE_NAMES[role])), "success")
    return _back_to(person_id)


@accounts.post("/orang/<uuid:person_id>/peran/<string:role>/cabut")
@may("people.manage")
def withdraw_role(person_id: UUID, role: str) -> ResponseReturnValue:
    """Take a role away."""
    if role not in list(Role):
        abort(404)
    subject = get_person(session, person_id)
    staff.withdraw_role(session, subject, Role(role), actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Peran %(role)s dicabut.", role=_(ROLE_NAMES[Role(role)])), "success")
    return _back_to(person_id)


@accounts.post("/orang/<uuid:person_id>/undang")
@may("people.manage")
@limiter.limit("30/minute", key_func=own_key)
def invite_again(person_id: UUID) -> ResponseReturnValue:
    """Send the invitation again to somebody who has not come in yet."""
    subject = get_person(session, person_id)
    if not _is_invited(subject):
        raise Refusal(N_("Undangan hanya untuk petugas yang belum pernah masuk."))
    _invite(subject)
    flash(_("Undangan dikirim ke %(email)s.", email=subject.email), "success")
    return _back_to(person_id)


@accounts.post("/orang/<uuid:person_id>/akhiri-sesi")
@may("people.manage")
def end_person_sessions(person_id: UUID) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    get_person(session, person_id)
    ended = end_sessions(session, person_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(ngettext("%(num)s sesi diakhiri.", "%(num)s sesi diakhiri.", ended), "success")
    return _back_to(person_id)


@accounts.post("/orang/<uuid:person_id>/akhiri-jeda")
@may("people.manage")
def end_lock_out(person_id: UUID) -> ResponseReturnValue:
    """End the pause after wrong passwords and codes."""
    subject = get_person(session, person_id)
    staff.end_lock_out(session, subject, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Jeda diakhiri; orang ini bisa mencoba masuk lagi."), "success")
    return _back_to(person_id)


@accounts.post("/orang/<uuid:person_id>/hapus-kode")
@may("people.manage")
def reset_totp(person_id: UUID) -> ResponseReturnValue:
    """Untie the phone of somebody who lost it."""
    subject = get_person(session, person_id)
    totp.reset_totp(session, subject, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Kode sekali pakai dihapus. Orang ini memasangnya lagi saat masuk."), "success")
    return _back_to(person_id)


def _person_page(subject: Person, form: RoleForm | None = None) -> str:
    return render_template(
        "accounts/person.html",
        person=subject,
        numbers=numbers_of(parts().vault, subject),
        sessions=open_sessions(session, subject.id, now()),
        paused_until=paused_until(session, subject, now()),
        is_me=subject.id == me().person_id,
        is_invited=_is_invited(subject),
        form=form or _role_form(subject),
        role_names=ROLE_NAMES,
    )


def _is_invited(subject: Person) -> bool:
    """Whether this is somebody of the LSP who has not chosen a password yet."""
    is_staff = any(grant.role in STAFF for grant in subject.roles)
    return is_staff and subject.email_confirmed_at is None


def _role_form(subject: Person) -> RoleForm:
    """The roles the person does not hold."""
    form = RoleForm()
    held = {grant.role for grant in subject.roles}
    form.role.choices = [("", _("Pilih peran"))] + [
        (role.value, _(ROLE_NAMES[role])) for role in Role if role not in held
    ]
    return form


def _invite(invited: Person) -> None:
    token = make_token(
        settings().secret_key, Purpose.SET_PASSWORD, invited, now=now(), lifetime=INVITATION
    )
    mails.send(
        "invitation",
        to=invited.email,
        language=invited.language,
        name=invited.full_name,
        link=address("accounts.set_password", token=token),
        forgot=address("accounts.forgot_password"),
    )


def _back_to(person_id: UUID) -> Response:
    return redirect(url_for("accounts.person", person_id=person_id))
