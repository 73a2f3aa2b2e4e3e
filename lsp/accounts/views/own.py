"""One's own account: data and sessions."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.accounts.forms.fields import texts
from lsp.accounts.forms.own import ProfileForm
from lsp.accounts.models import Employment
from lsp.accounts.rules.browsers import describe_browser
from lsp.accounts.services.people import Profile, change_profile, get_person, numbers_of
from lsp.accounts.services.sessions import end_sessions, open_sessions, revoke_session
from lsp.accounts.views import accounts
from lsp.pages import refusal_text
from lsp.roles import ROLE_NAMES
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, parts, session


@accounts.get("/akun")
@may("account.own")
def profile() -> str:
    """What we know of the person, numbers masked."""
    person = get_person(session, me().person_id)
    numbers = numbers_of(parts().vault, person)
    return render_template(
        "accounts/profile.html",
        person=person,
        numbers=numbers,
        warnings=numbers.warnings(),
        role_names=ROLE_NAMES,
    )


@accounts.route("/akun/ubah", methods=["GET", "POST"])
@may("account.own")
def edit_profile() -> ResponseReturnValue:
    """Change one's data. Doubts about a number are shown afterwards and stop nobody."""
    person = get_person(session, me().person_id)
    numbers = numbers_of(parts().vault, person)
    form = ProfileForm(obj=person, nip="", nik="")
    form.stored_employment, form.has_nip = person.employment, bool(numbers.nip)
    if form.validate_on_submit():
        given = texts(form)
        changed = Profile(
            full_name=given["full_name"],
            title_before=given["title_before"],
            title_after=given["title_after"],
            language=given["language"],
            employment=Employment(given["employment"]),
            nip=given["nip"],
            nik=given["nik"],
            phone=given["phone"],
            institution=given["institution"],
            work_unit=given["work_unit"],
            position=given["position"],
        )
        try:
            change_profile(session, person, changed, vault=parts().vault, now=now())
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal_text(refusal), form.nip if "NIP" in refusal.text else form.nik)
        else:
            cookie["language"] = changed.language
            session.commit()
            flash(_("Data Anda tersimpan."), "success")
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/edit_profile.html", form=form, numbers=numbers)


@accounts.get("/akun/sesi")
@may("account.own")
def sessions() -> str:
    """Every browser that is signed in to this account."""
    return render_template(
        "accounts/sessions.html",
        sessions=open_sessions(session, me().person_id, now(), token=me().token),
        describe_browser=describe_browser,
    )


@accounts.post("/akun/sesi/<uuid:session_id>/akhiri")
@may("account.own")
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of one's own sessions."""
    revoke_session(session, me().person_id, session_id, now())
    session.commit()
    flash(_("Sesi diakhiri."), "success")
    return redirect(url_for("accounts.sessions"))


@accounts.post("/akun/sesi/akhiri-lainnya")
@may("account.own")
def end_other_sessions() -> ResponseReturnValue:
    """End all sessions but this one."""
    person_id = me().person_id
    ended = end_sessions(session, person_id, actor_id=person_id, now=now(), keep=me().token)
    session.commit()
    flash(ngettext("%(num)s sesi diakhiri.", "%(num)s sesi diakhiri.", ended), "success")
    return redirect(url_for("accounts.sessions"))
