"""Our own sentences in the packaged data, marked here so that they have their English.

The standards' own words stay in their language. A test holds this list to the files beside it.
"""

from lsp.texts import N_

TEXTS = (
    # standards.yaml
    N_("Dalam praktik digantikan dua standar sesudahnya"),
    N_("Dipakai skema LSP"),
    N_("Dipakai saat ini"),
    N_("Baru judulnya yang diketahui"),
    N_(
        "Ditetapkan 29 Februari 2008. Bunyi pencabutannya belum kami lihat. Unit mana yang "
        "termasuk Sertifikat III, IV, V, dan VI juga belum diketahui."
    ),
    N_("Pembukaan keputusan sesudahnya menyebutnya bernomor 269."),
    N_("Sertifikat bulan Desember 2025 memuat kode unitnya."),
    N_("Dimuat dalam Berita Negara 2015 No. 490. Isinya belum kami lihat."),
    # units.csv
    N_("Halaman skema publik sebuah lembaga pelatihan"),
    N_(
        "Contoh sertifikat publik sebuah LSP universitas (klaster Melaksanakan Komunikasi "
        "dengan Pemangku Kepentingan)"
    ),
    # unit-details.yaml
    N_("Elemen dan KUK lengkap. Panduan penilaian terpotong setelah butir 2.1."),
    N_(
        "Elemen dan KUK lengkap. Batasan variabel terpotong setelah butir 2; panduan penilaian "
        "belum ada."
    ),
    N_(
        "Elemen dan KUK lengkap. Nomor kodenya hilang dalam salinan yang dibaca, jadi unit ini "
        "masih rancangan."
    ),
    N_("Elemen dan KUK lengkap. Batasan variabel terpotong."),
    N_(
        "Belum lengkap: baru dua KUK elemen 4 yang terbaca, dan elemen 5 (Menyampaikan "
        "Presentasi) terpotong."
    ),
    # schemes.yaml
    N_("Disusun untuk memperagakan sistem ini; bukan skema terdaftar BNSP"),
    N_(
        "Tiga tahun adalah masa berlaku lazim sertifikat kompetensi BNSP; pekerjaan humas dan "
        "salurannya berubah dalam kurun itu."
    ),
    N_("Surat keterangan bekerja di unit humas sekurangnya satu tahun"),
    N_("Pindaian kartu pegawai atau surat tugas"),
    N_("Daftar riwayat hidup"),
)
