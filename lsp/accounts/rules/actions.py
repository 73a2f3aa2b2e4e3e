"""What the audit trail calls the things people do, for people who read it."""

from lsp.texts import N_

#: Action → words. An action without words is shown by its code.
ACTION_NAMES = {
    "person.registered": N_("Mendaftar"),
    "person.created": N_("Akun dibuat"),
    "person.confirmed": N_("Alamat e-mail dikonfirmasi"),
    "person.signed_in": N_("Masuk"),
    "person.locked": N_("Masuk dijeda karena percobaan salah"),
    "person.unlocked": N_("Jeda masuk diakhiri"),
    "person.password_changed": N_("Kata sandi diganti"),
    "person.profile_changed": N_("Data diri diubah"),
    "role.granted": N_("Peran diberikan"),
    "role.withdrawn": N_("Peran dicabut"),
    "session.revoked": N_("Sesi masuk diakhiri"),
    "totp.confirmed": N_("Kode sekali pakai diaktifkan"),
    "totp.reset": N_("Kode sekali pakai dihapus"),
    "recovery_codes.renewed": N_("Kode pemulihan dibuat ulang"),
}
