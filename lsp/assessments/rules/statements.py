"""What people sign, word for word. A change of a sentence needs a new version beside the old."""

from lsp.texts import N_

#: Version of the sentences below; stands in the signed content.
VERSION = "2026-1"

#: FR.APL.01: what the applicant declares on submitting.
APPLICATION = (
    N_("Data dan berkas yang saya berikan benar dan milik saya."),
    N_("Saya sudah membaca syarat dan tahapan sertifikasi skema ini."),
    N_(
        "Saya setuju data pribadi saya dipakai LSP untuk proses sertifikasi ini dan pelaporannya,"
        " dan hanya dibuka kepada petugas yang memerlukannya."
    ),
)

#: FR.APL.02: what the candidate declares on signing.
SELF_ASSESSMENT = (N_("Jawaban asesmen mandiri ini saya buat sendiri dengan jujur."),)

#: FR.AK.01: what both agree to, and what the assessor promises (lsp-process.md section 5).
AGREEMENT = (
    N_("Asesi sudah mendapat penjelasan tentang hak dan prosedur banding."),
    N_(
        "Asesi setuju diases dengan bukti, waktu, dan tempat yang tertulis pada persetujuan ini."
        " Informasi yang dikumpulkan hanya dipakai untuk pengembangan profesional dan hanya"
        " dapat dibuka oleh orang tertentu."
    ),
    N_(
        "Asesor tidak akan membuka hasil asesmen atau informasi asesi kepada pihak yang tidak"
        " berwenang."
    ),
)

#: FR.AK.02: what the signature under the record says.
RECOMMENDATION = (N_("Rekaman asesmen kompetensi ini sudah dibaca dan dibahas bersama."),)

#: Kinds of evidence on AK.01, with the letter of the form: L langsung, TL tidak langsung, T tambahan.
EVIDENCE_KINDS = {
    "verifikasi_portofolio": N_("Verifikasi portofolio (TL)"),
    "observasi_langsung": N_("Observasi langsung (L)"),
    "tes_tulis": N_("Tes tulis (T)"),
    "tes_lisan": N_("Tes lisan (T)"),
    "wawancara": N_("Wawancara (T)"),
    "reviu_produk": N_("Reviu produk"),
    "kegiatan_terstruktur": N_("Kegiatan terstruktur"),
}

#: What a unit's K or BK can rest on, as columns of AK.02.
BASES = {
    "portofolio": N_("Portofolio"),
    "tertulis": N_("Pertanyaan tertulis"),
    "observasi": N_("Observasi"),
    "lisan": N_("Pertanyaan lisan"),
    "pihak_ketiga": N_("Pihak ketiga atau wawancara"),
    "proyek": N_("Proyek"),
}
