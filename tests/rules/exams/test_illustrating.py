from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.rules import illustrating, wording
from lsp.exams.rules.kinds import Markup

TAG = illustrating.picture("foto-1.png", 'Yang "tampak" <di sini>', 40, 30)


def content(text: str) -> dict:
    return {"choices": [{"id": "a", "text": text}], "unit": "<km>"}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_plain_words_with_a_picture_come_back_as_they_were_typed(text: str) -> None:
    text = " ".join(text.split()) or "x"
    stem = illustrating.with_pictures(illustrating.as_html(f"{text}\nbaris\n\nDua"), [TAG])
    kept = illustrating.in_rows(content(text), illustrating.line_as_html)
    typed = illustrating.typed(stem, kept, Markup.HTML)
    assert (typed.markup, typed.stem) == (Markup.PLAIN, f"{text}\nbaris\n\nDua")
    assert typed.content == content(text)
    assert illustrating.pictures_in(typed.pictures[0]) == {"foto-1.png": 'Yang "tampak" <di sini>'}


def test_html_that_plain_text_cannot_say_stays_html() -> None:
    for stem in ("<p><b>Tebal</b></p>", "<p>Tanpa gambar</p>", f"<p>a {TAG}</p>"):
        assert illustrating.typed(stem, {}, Markup.HTML).stem == stem
    dressed = f"<p>Tebal</p><p>{TAG}</p>"
    bold = content("<b>a</b>")
    assert illustrating.typed(dressed, bold, Markup.HTML).content == bold


def test_a_picture_in_html_takes_its_kept_name_and_its_words() -> None:
    html = '<p><img src="media:foto saya.png"> <img src="media:lain.png" alt="B"></p>'
    page = illustrating.named(html, {"foto saya.png": ("foto-1.png", "A")})
    assert illustrating.pictures_in(page) == {"foto-1.png": "A", "lain.png": "B"}
    assert illustrating.pictures_in(illustrating.without(page, {"foto-1.png"})) == {"lain.png": "B"}


def test_a_formula_nobody_can_read_is_named() -> None:
    for text, found in (
        (r"Hitung \(x^2\) dan \[\frac{1}{2}\].", ""),
        (r"Hitung \(\notacommand{\).", r"\(\notacommand{\)"),
        (r"Hitung \(\bukanperintah\).", r"\(\bukanperintah\)"),
        (r"Hitung \(x^2", r"\(x^2"),
    ):
        assert wording.unreadable(text, Markup.PLAIN) == found
        assert wording.unreadable(f"<p>{text}</p>", Markup.HTML) == found
    assert wording.unreadable(r"<p>Kode <code>\(x</code></p>", Markup.HTML) == ""
