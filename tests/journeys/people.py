"""The people of the main job as navigators: each method is something a person does on the site."""

import email
import email.policy
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "humas-peragaan-2026"
SCHEME = "praktisi-humas-pemerintah-peragaan"


class Visitor:
    """Anybody with a browser."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.context = context
        self.url = url

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def click(self, target: Locator) -> None:
        """Click, and wait until the whole page is there if the click asked for another.

        Playwright itself waits only until the page begins; who counts its fields then may see half.
        """
        target.click()
        self.page.wait_for_load_state("domcontentloaded")

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name).first)

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def choose(self, question: str, answer: str) -> None:
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).check()

    def date(self, question: str, day: int, month: int, year: int) -> None:
        group = self.page.get_by_role("group", name=question)
        for label, value in (("Tanggal", day), ("Bulan", month), ("Tahun", year)):
            group.get_by_label(label, exact=True).fill(str(value))

    def told(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sign_in(self, address: str, password: str = PASSWORD) -> None:
        self.go("/masuk")
        self.fill("E-mail, NIP, atau NI PPPK", address)
        self.fill("Kata sandi", password)
        self.press("Masuk")
        expect(self.page.get_by_role("button", name="Keluar")).to_be_visible()


class Candidate(Visitor):
    """Somebody who wants to be certified."""

    ADDRESS = "sekar.larasati@humas.example"
    NAME = "Sekar Larasati"
    SECRET = "kereta pagi ke solo"

    def register(self) -> None:
        self.go("/daftar")
        self.fill("Nama lengkap sesuai KTP", self.NAME)
        self.fill("Gelar belakang (opsional)", "S.I.Kom.")
        self.choose("Status kepegawaian", "PPPK")
        # Digits 13 and 14 of a NI PPPK are no month: 24 is right.
        self.fill("NIP atau NI PPPK (khusus ASN)", "19951114 2024 24 2 001")
        self.fill("Instansi", "Dinas Kominfo Kabupaten Wonosari Baru")
        self.page.get_by_label("Unit kerja").fill("Seksi Layanan Informasi")
        self.page.get_by_label("Jabatan").fill("Pranata Humas Ahli Pertama")
        self.fill("Nomor HP", "0812 0000 0000")
        self.fill("Alamat e-mail", self.ADDRESS)
        self.fill("Kata sandi", self.SECRET)
        self.page.get_by_label("Saya sudah membaca dan menyetujui").check()
        self.press("Daftar")

    def confirm_by_mail(self, outbox: Path) -> None:
        mail = next(iter(sorted(outbox.glob("*sekar*.eml"), reverse=True)))
        message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        link = re.search(r"https?://\S+", message.get_content())
        assert link, message.get_content()
        self.page.goto(link.group())
        self.press("Ya, konfirmasi")

    def upload(self, title: str, kind: str, file: Path) -> None:
        self.go("/portofolio/unggah")
        self.page.locator("input[type=file]").set_input_files(file)
        self.fill("Judul bukti", title)
        self.page.get_by_label("Jenis bukti").select_option(label=kind)
        self.date("Tanggal pekerjaan dibuat", 14, 8, 2026)
        self.press("Simpan dan pilih KUK")

    def claim_everything(self) -> None:
        for box in self.page.locator("main input[type=checkbox]").all():
            box.check()
        self.press("Simpan pilihan KUK")

    def apply(self) -> None:
        self.go(f"/skema/{SCHEME}")
        self.press("Ajukan permohonan")
        self.press("Mulai permohonan")
        self.follow("Permohonan (APL.01)")
        self.fill_apl01()

    def fill_apl01(self) -> None:
        self.fill_personal()
        self.press("Simpan dan Lanjutkan")
        self.press("Simpan dan Lanjutkan")
        self.choose("Tujuan asesmen", "Sertifikasi")
        self.press("Simpan dan Lanjutkan")
        self.choose("Apakah Anda perlu penyesuaian", "Tidak")
        self.press("Simpan dan Lanjutkan")
        for select in self.page.locator("main select").all():
            select.select_option(index=1)
        self.press("Simpan dan Lanjutkan")
        self.page.get_by_label("Saya menyatakan hal di atas").check()
        self.press("Tandatangani dan kirim")

    def fill_personal(self) -> None:
        self.page.get_by_label("Tempat lahir").fill("Surakarta")
        self.date("Tanggal lahir", 14, 11, 1995)
        self.choose("Jenis kelamin", "Perempuan")
        self.page.get_by_label("Kebangsaan").fill("Indonesia")
        self.page.get_by_label("Alamat rumah").fill("Jalan Melati 5, Wonosari Baru")
        self.page.get_by_label("Nomor telepon").fill("0812 0000 0000")
        self.page.get_by_label("Pendidikan terakhir").select_option(label="Sarjana (S1)")

    def open_application(self, task: str) -> None:
        self.go("/sertifikasi-saya")
        self.click(self.page.get_by_role("link", name=task).first)

    def assess_self(self) -> None:
        self.open_application("Asesmen mandiri")
        count = self.page.locator(".govuk-task-list__link").count()
        for number in range(count):
            self.click(self.page.locator(".govuk-task-list__link").nth(number))
            for radio in self.page.get_by_label("Ya, kompeten (K)").all():
                radio.check()
            self.press("Simpan")
            self.open_application("Asesmen mandiri")
        self.press("Tandatangani APL.02")

    def sign_agreement(self) -> None:
        self.open_application("Persetujuan asesmen")
        self.press("Saya setuju dan menandatangani")
        self.told("Persetujuan ditandatangani")

    def start_exam(self, token: str) -> None:
        self.go("/ujian")
        self.click(self.page.locator("main a[href*='/mulai']").first)
        self.page.get_by_label("Token ujian").fill(token)
        self.page.get_by_label("Benar: saya").check()
        self.page.get_by_label("Setuju").check()
        self.press("Mulai")
        expect(self.page.locator("#soal")).to_be_visible()

    @property
    def save_state(self) -> object:
        return self.page.locator(".lsp-save-state")


class Staff(Visitor):
    """Somebody of the LSP."""


class Administrator(Staff):
    def accept(self, name: str) -> None:
        self.go("/permohonan")
        self.follow(name)
        for radio in self.page.get_by_label("Memenuhi", exact=True).all():
            radio.check()
        self.page.get_by_role("group", name="Hasil pemeriksaan").get_by_role("radio").first.check()
        self.press("Simpan hasil pemeriksaan")
        self.told("Hasil pemeriksaan tersimpan")


class Manager(Staff):
    def assign(self, name: str, assessor: str) -> None:
        self.go("/penugasan")
        self.follow(name)
        self.page.get_by_role("group", name="Asesor").get_by_label(assessor).check()
        self.page.get_by_role("group", name="Sesi ujian").get_by_role("radio").first.check()
        self.press("Tugaskan asesor")
        self.told("Asesor ditugaskan")

    def issue(self, name: str) -> None:
        self.go("/sertifikat")
        self.press(f"Terbitkan sertifikat {name}")
        self.told(re.compile(r"Sertifikat .+ terbit\."))


class Invigilator(Staff):
    def token(self) -> str:
        self.go("/sesi-ujian")
        self.follow("Ujian tulis gelombang kedua")
        self.click(self.page.locator("a[href$='/ruang']").first)
        return self.page.locator(".lsp-stat__value").first.inner_text().strip()


class Assessor(Staff):
    def open_assessment(self, name: str) -> None:
        self.go("/asesmen")
        self.follow(name)

    def review_and_sign(self, name: str) -> None:
        self.open_assessment(name)
        self.page.get_by_label("Asesmen dapat dilanjutkan").check()
        self.press("Simpan tinjauan")
        self.told("Tinjauan APL.02 tersimpan")
        self.page.get_by_label("Verifikasi portofolio (TL)").check()
        self.page.get_by_label("Tes tulis (T)").check()
        self.press("Tandatangani AK.01")
        self.told("AK.01 ditandatangani")

    def judge_everything(self, name: str) -> None:
        self.open_assessment(name)
        self.click(self.page.locator("main a[href*='/portofolio/asesi/']").first)
        units = self.page.locator("main nav a[href*='unit=']")
        for number in range(units.count()):
            self.click(units.nth(number))
            while (open_form := self.page.locator("form:has(button[value=claim]):visible")).count():
                form = open_form.first
                for radio in form.get_by_label("Ya", exact=True).all():
                    radio.check()
                many = form.locator("button[value=evidence]")
                self.click((many if many.count() else form.locator("button[value=claim]")).first)
        self.told("Semua kaitan bukti sudah Anda nilai.")

    def mark_essays(self) -> None:
        """Mark every answer that waits; they are without names here."""
        self.go("/penilaian-ujian")
        while (pile := self.page.get_by_role("link", name="menilai")).count():
            self.click(pile.first)
            while (save := self.page.get_by_role("button", name="Simpan nilai")).count():
                for aspect in self.page.get_by_role("group").get_by_role("textbox").all():
                    aspect.fill("0,5")
                self.page.get_by_label("Alasan").first.fill("Tepat, dengan contoh yang wajar.")
                self.click(save)
                if "/sesi/" in self.page.url:
                    break
            self.go("/penilaian-ujian")

    def recommend(self, name: str) -> None:
        self.open_assessment(name)
        for group in self.page.get_by_role("group", name="Rekomendasi untuk unit ini").all():
            group.get_by_role("radio").first.check()
        for name_ in ("Portofolio", "Pertanyaan tertulis"):
            for box in self.page.get_by_label(name_, exact=True).all():
                box.check()
        self.press("Tandatangani dan rekomendasikan")
        self.told("Rekomendasi dicatat")


class Member(Staff):
    def vote_competent(self, name: str) -> None:
        self.go("/pleno")
        self.follow(name)
        self.page.get_by_label("Kompeten (K)").check()
        self.press("Berikan suara")
        self.told("Suara Anda tersimpan")
