from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules import wording
from lsp.exams.rules.formulas import _ATTRIBUTES, formula
from lsp.exams.rules.kinds import Markup

HTML, PLAIN = Markup.HTML, Markup.PLAIN

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="media:a.png" onload="alert(1)">',
    "<svg onload=alert(1)><p><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<p>\\(\\text{<script>alert(1)</script>}\\)</p>",
    "<p>\\(\\text{&lt;script&gt;alert(1)&lt;/script&gt;}\\)</p>",
    "<p>\\(\\href{javascript:alert(1)}{x}\\)</p>",
    "<p>\\(\\class{x}{y} \\style{color:red}{z}\\)</p>",
    '<img src="media:a.png" alt="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">',
    # Values that would act if an attribute's end were taken for a tag's.
    '<p lang="a><img src=x onerror=alert(1)>">b</p>',
    '<p>a</p><p dir="><script>alert(1)</script>">b</p>',
    '<abbr title="<img alt=" lang="A><script>alert(1)</script>">x</abbr>',
    '<abbr title="<img src=x onerror=alert(1)>">x</abbr>',
    '<div title="</div><img src=x onerror=alert(1)>"><p>x</p></div>',
    # Addresses of every kind but the question's own pictures.
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<img src=" javascript:alert(1)">',
    '<img src="media:../../keluar">',
    '<img src="MEDIA:a.png" srcset="https://e.org/a.png 2x">',
    '<a href="&#106;avascript:alert(1)">x</a><base href="https://e.org/"><link rel=stylesheet href=x>',
    '<meta http-equiv=refresh content="0;url=https://e.org/"><object data=x></object><embed src=x>',
    "<form action=https://e.org/><button formaction=javascript:alert(1)>x</button></form>",
    # Roots of other languages, their ways back into HTML, and what mutates between the two.
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'><script>alert(1)</script></annotation></semantics></math>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'><mi>x</mi></maction></math>",
    "<math href='javascript:alert(1)'><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mglyph><style><img title='</style><img src onerror=alert(1)>'>",
    "<math><mtext><p>\\(x\\)<table><mglyph><svg><style><img src onerror=alert(1)></style></table></math>",
    "<svg><foreignObject><p><img src=x onerror=alert(1)></p></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template><xmp><img src=x onerror=alert(1)></xmp>",
    "<p id=x><!--><img src=x onerror=alert(1)>--><![CDATA[><img src=x onerror=alert(1)>]]>",
    "<select><style></select><img src=x onerror=alert(1)></style></select><plaintext><img src=x onerror=alert(1)>",
    # Formulas that begin in one place and end in another, or hold what is no formula.
    "<b>\\(\\text{</b><img src=x onerror=alert(1)>}\\)",
    "<abbr title='\\('>x</abbr>\\(y\\)<abbr title='\\)'>z</abbr>",
    "$$\\mathrm{&lt;img src=x onerror=alert(1)&gt;}$$",
    '\\(\\color{red" onload="alert(1)}{x}\\) \\(\\hspace{1em" onload="a}\\)',
    "\\(\\begin{matrix}&lt;/math&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\end{matrix}\\)",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
pieces = st.lists(
    st.sampled_from(
        [
            *HOSTILE,
            "<p>",
            "</p>",
            "<b lang=id>",
            "<table>",
            "<td>",
            "<math>",
            "<mi>x</mi>",
            "\\(",
            "\\)",
            "$$",
            "x^2",
            "&lt;",
            "<",
            ">",
            '"',
            "'",
            "teks ",
            "<li>",
            "</",
            "<!--",
            "-->",
            "\x00",
            "[[1]]",
        ]
    ),
    max_size=8,
).map("".join)


#: Every attribute a shown question may have: those kept, the site's own, and those of formulas.
ATTRIBUTES = {"class", "tabindex"} | _ATTRIBUTES | set().union(*wording.ATTRIBUTES.values())


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


def assert_harmless(page: str) -> None:
    found = Tags(page)
    assert found.tags <= wording.TAGS
    assert not {name for name, _ in found.attributes if name.startswith("on") or name == "style"}
    sources = {value for name, value in found.attributes if name in ("src", "href")}
    assert all(source.startswith("/gambar/") for source in sources)
    assert not {name for name, _ in found.attributes} - ATTRIBUTES


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_acts_gets_through(html: str) -> None:
    cleaned, _ = wording.clean(html)
    assert_harmless(wording.shown(cleaned, HTML, "/gambar/"))


@given(pieces)
def test_whatever_is_stored_is_shown_as_harmless_html(text: str) -> None:
    for markup in Markup:
        assert_harmless(wording.shown(text, markup, "/gambar/"))
        assert_harmless(wording.phrase(text, markup, "/gambar/"))


@given(pieces)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned, _ = wording.clean(text)
    assert wording.clean(cleaned)[0] == cleaned


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_acts_gets_into_a_label_or_among_plain_words(html: str) -> None:
    cleaned, _ = wording.clean(html)
    for page in (html, cleaned, f"<p>{cleaned}</p><p>{cleaned}</p>"):
        assert_harmless(wording.phrase(page, HTML, "/gambar/"))
        assert_harmless(wording.shown(page, HTML))
        assert_harmless(escape(wording.plain(page, HTML)))


def test_a_gap_is_marked_in_the_text_and_nowhere_else() -> None:
    html = '<p lang="[[1]]">[[1]] <img src="media:a.png" alt="[[2]] [[[3]]">[[2]]</p>'
    cleaned, _ = wording.clean(html)
    assert cleaned == '<p>[[1]] <img src="media:a.png" alt="[2]] [3]]">[[2]]</p>'


def test_what_was_taken_out_is_named() -> None:
    html = (
        '<p onclick="a()">a</p><script>b</script><img src="https://e.org/a.png"><a href="#">c</a>'
    )
    cleaned, removed = wording.clean(html)
    assert cleaned == "<p>a</p><img>c"
    assert removed == ["onclick=", "<script>", '<img src="https://e.org/a.png">', "<a>"]


def test_ordinary_words_lose_nothing() -> None:
    html = (
        '<p>Satu <strong>dua</strong> H<sub>2</sub>O <span lang="en">press</span></p>'
        "<ul><li>tiga</li></ul><table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>"
        '<pre><code>x &lt; y</code></pre><p><img src="media:Denah 1.png" alt="Denah"></p>'
    )
    assert wording.clean(html) == (html, [])


def test_headings_become_paragraphs() -> None:
    assert wording.clean("<h2>Kasus</h2>isi")[0] == "<p>Kasus</p>isi"


def test_a_picture_leads_where_its_media_are_or_tells_what_it_shows() -> None:
    html = '<p><img src="media:Denah 1.png" alt="Denah &quot;A&quot;"></p>'
    shown = wording.shown(html, HTML, "3/gambar/")
    assert 'src="3/gambar/Denah%201.png" alt="Denah &quot;A&quot;"' in shown
    assert (
        wording.shown(html, HTML) == '<p class="govuk-body"><span>[Denah &quot;A&quot;]</span></p>'
    )
    assert wording.plain(html, HTML) == '[Denah "A"]'
    assert wording.pictures(html * 2) == ["Denah 1.png"]


@pytest.mark.parametrize("name", ["../a.png", "a/b.png", "", ".htaccess", "a" * 151])
def test_a_name_that_leads_elsewhere_is_no_picture(name: str) -> None:
    assert "src" not in wording.clean(f'<img src="media:{name}">')[0]


@given(st.text(max_size=300))
def test_any_file_gets_a_name_that_a_stem_can_use(name: str) -> None:
    safe = wording.media_name(name)
    assert wording.pictures(wording.clean(f'<img src="media:{safe}">')[0]) == [safe]


@pytest.mark.parametrize("markup", Markup)
def test_formulas_become_mathml(markup: Markup) -> None:
    shown = wording.shown("Hitung \\(\\frac{1}{2}\\) lalu $$x^2$$ dan \\[y\\].", markup)
    assert shown.count("<math") == 3
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in shown
    assert shown.count('display="block"') == 2


def test_plain_text_is_escaped_and_parted() -> None:
    assert wording.shown("a < b\nc\n\nd", PLAIN) == (
        '<p class="govuk-body">a &lt; b<br>c</p><p class="govuk-body">d</p>'
    )
    assert wording.phrase("a < b", PLAIN) == "a &lt; b"


@pytest.mark.parametrize("latex", ["x^2^3", "\\def\\x{\\x\\x}\\x", "x" * 1001, "{" * 100])
def test_a_formula_that_cannot_be_read_stays_as_it_was_written(latex: str) -> None:
    assert wording.shown(f"\\({latex}\\)", PLAIN) == f'<p class="govuk-body">\\({latex}\\)</p>'


def test_money_and_code_are_no_formulas() -> None:
    assert "<math" not in wording.shown("Rp$$ dan \\( tanpa akhir", PLAIN)
    assert "<math" not in wording.shown("<pre>\\(x\\)</pre>", HTML)


@given(st.text(alphabet="\\{}^_&$ abxfrctle[]()<>~#%'\"12", max_size=80))
def test_no_latex_makes_anything_but_mathml(latex: str) -> None:
    drawn = formula(latex, is_block=False)
    assert drawn is None or Tags(drawn).tags <= wording.MATH_TAGS


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 40_000,
        "<" * 200_000,
        "<!--" * 50_000,
        '<p a="' * 30_000,
        "\\(" * 100_000,
        "$" * 199_999,
    ],
)
def test_endless_html_is_taken_as_text(html: str) -> None:
    cleaned, _ = wording.clean(html)
    assert_harmless(wording.shown(cleaned, HTML))


def test_labels_hold_no_paragraphs() -> None:
    assert wording.phrase("<p>a</p><p>b <em>c</em></p>", HTML) == "a<br>b <em>c</em>"


def test_plain_words_keep_the_lines_of_a_page() -> None:
    html = "<p>a &amp; b</p><ul><li>c</li><li>d</li></ul>"
    assert wording.plain(html, HTML) == "a & b\nc\nd"
    assert wording.plain("<p>", PLAIN) == "<p>"
