"""What a password must be: long, and not one of those everybody tries first."""

from lsp.texts import N_

SHORTEST, LONGEST = 10, 200

#: Passwords of ten characters and more from the top of public lists, and their Indonesian kin.
_COMMON_TEXT = """
1234567890 12345678910 0123456789 0987654321 9876543210 1234512345 1111111111 0000000000
1122334455 123123123123 123456789a a123456789 1q2w3e4r5t 1qaz2wsx3edc 1q2w3e4r5t6y q1w2e3r4t5
qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 qwerty1234567 asdfghjkl; asdfghjkl123
zxcvbnm123 qazwsxedc123 abcdefghij abcd123456 abc1234567 abc123456789 password123 password1234
password12 password12345 password123456 passw0rd123 p@ssw0rd123 p@ssword123 mypassword
iloveyou123 iloveyou12 sunshine123 princess123 letmein123 welcome123 welcome1234 administrator
admin12345 admin123456 adminadmin superadmin superman123 football123 basketball changeme123
katasandi123 katasandi1 katasandiku rahasia123 rahasia1234 rahasia12345 rahasiaku123
indonesia123 indonesia1945 indonesia17 indonesiaraya merdeka1945 merdeka123 bismillah123
bismillah1 bismillahirrahmanirrahim alhamdulillah assalamualaikum sayangku123 sayang12345
sayang123456 cintaku123 akucintakamu jakarta123 jakarta12345 bandung123 surabaya123 humas12345
humas123456 pranatahumas pranatahumas1 pegawai123 asn1234567 pnspnspns1 garuda12345 pancasila123
anjing12345 kucing12345 doraemon123 persib1933
"""
COMMON = frozenset(_COMMON_TEXT.split())


def password_problem(password: str, *, email: str = "", number: str = "") -> str | None:
    """What to do about a password that will not do; None when it will."""
    lowered = password.strip().lower()
    if len(password) < SHORTEST:
        return N_("Pakai paling sedikit 10 karakter untuk kata sandi")
    if len(password) > LONGEST:
        return N_("Pakai paling banyak 200 karakter untuk kata sandi")
    if lowered in COMMON or len(set(lowered)) < 4:
        return N_("Kata sandi ini mudah ditebak. Pakai beberapa kata yang hanya Anda yang tahu")
    if lowered and lowered in (email.lower(), email.lower().partition("@")[0], number):
        return N_("Jangan memakai e-mail atau NIP sebagai kata sandi")
    return None
