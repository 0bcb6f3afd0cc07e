from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backprop_steps.expression.quantity import LOSS, Quantity
from backprop_steps.expression.tree import Ref
from backprop_steps.pages.writing.bounded import BoundedEnvironment
from backprop_steps.pages.writing.environment import FormatEnvironment
from backprop_steps.pages.writing.formats import ENDINGS, FORMATS, GITHUB, LATEX, OUTPUTS, STANDARD, Format
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import environment, write_page
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.model import Meta
from backprop_steps.resources import templates_folder

ALL = [STANDARD, GITHUB, LATEX]
HOSTILE = r"a_b & 50% $x$ \input{/etc/passwd} <script>alert(1)</script>"


def tex(value: object) -> str:
    quantity = value.quantity if isinstance(value, Ref) else value
    return "L" if quantity == LOSS else rf"\{quantity.role}"


def written(format: Format, source: str, **context: object) -> str:
    templates = environment(format, tex)
    return templates.macros.assembled(templates.from_string(source).render(context))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "documents").mkdir()

    def put(source: str, name: str = "try"):
        (tmp_path / "documents" / f"{name}.j2").write_text(source, encoding="utf-8")
        return tmp_path

    return put


# every macro, exactly: the source, and what standard, github and latex make of it
PIECES = {
    "heading": (
        "{{ heading(1, 'One') }}{{ heading(2, 'Two') }}{{ heading(3, 'Three') }}",
        "## One\n\n### Two\n\n#### Three",
        "## One\n\n### Two\n\n#### Three",
        "\\section*{One}\n\n\\subsection*{Two}\n\n\\subsubsection*{Three}",
    ),
    "caption": (
        "{{ caption('Neuron ' ~ 1) }}",
        "**Neuron 1**",
        "**Neuron 1**",
        "\\smallskip\\noindent\\textbf{Neuron 1}",
    ),
    "prose": (
        "The loss\n   {{ loss }} is {{ math('a<|b|') }},\n{{ strong('so') }} {{ emphasis('there') }}.\n\n\nNext.",
        "The loss $L$ is $a < \\vert b\\vert$, **so** *there*.\n\nNext.",
        "The loss $`L`$ is $`a < \\vert b\\vert`$, **so** *there*.\n\nNext.",
        "The loss $L$ is $a<|b|$, \\textbf{so} \\emph{there}.\n\nNext.",
    ),
    "one row": (
        "So {{ display([('z', '= 3')]) }} holds.",
        "So\n\n$$\nz = 3\n$$\n\nholds.",
        "So\n\n```math\nz = 3\n```\n\nholds.",
        "So\n\\[\nz = 3\n\\]\n\nholds.",
    ),
    "rows": (
        "{{ display([('z', '= 1 + 2'), ('', '= 3')]) }}",
        "$$\n\\begin{aligned}\nz &= 1 + 2 \\\\\n&= 3\n\\end{aligned}\n$$",
        "```math\n\\begin{aligned}\nz &= 1 + 2 \\\\\n&= 3\n\\end{aligned}\n```",
        "\\begin{align*}\nz &= 1 + 2 \\\\\n&= 3\n\\end{align*}",
    ),
    "remarks": (
        "{{ display([(loss, '= 1', '50% more'), loss]) }}",
        "$$\n\\begin{aligned}\nL &= 1 && \\quad \\text{50\\% more} \\\\\nL\n\\end{aligned}\n$$",
        "```math\n\\begin{aligned}\nL &= 1 && \\quad \\text{50\\% more} \\\\\nL\n\\end{aligned}\n```",
        "\\begin{alignat*}{2}\nL &= 1 && \\quad \\text{50\\% more} \\\\\nL\n\\end{alignat*}",
    ),
    "result": (
        "{{ result(formula) }}{{ result('W = 3', 'New:') }}",
        "> $x_1$\n\n> **New:** $W = 3$",
        "> $`x_1`$\n\n> **New:** $`W = 3`$",
        "\\[\n\\boxed{x_1}\n\\]\n\\[\n\\text{New:}\\quad \\boxed{W = 3}\n\\]",
    ),
    "table": (
        "{{ table(['name', 'a|b'], [[loss, 0.5], [math('|x|'), '1_0']], 'lr') }}",
        "| name | a\\|b |\n|---|--:|\n| $L$ | 0.5 |\n| $\\vert x\\vert$ | 1\\_0 |",
        "| name | a\\|b |\n|---|--:|\n| $`L`$ | 0.5 |\n| $`\\vert x\\vert`$ | 1\\_0 |",
        "\\begin{center}\n\\renewcommand{\\arraystretch}{1.35}\n"
        "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{\\begin{tabular}{lr}\n\\toprule\n"
        "name & a\\textbar{}b \\\\\n\\midrule\n$L$ & 0.5 \\\\\n$|x|$ & 1\\_0 \\\\\n\\bottomrule\n\\end{tabular}}\n"
        "\\end{center}",
    ),
    "items": (
        "{{ items(['one', loss ~ ' & two']) }}{{ items(['a', 'b'], true) }}",
        "- one\n- $L$ & two\n\n1. a\n2. b",
        "- one\n- $`L`$ & two\n\n1. a\n2. b",
        "\\begin{itemize}\n\\setlength{\\itemsep}{0pt}\n\\item one\n\\item $L$ \\& two\n\\end{itemize}\n\n"
        "\\begin{enumerate}\n\\setlength{\\itemsep}{0pt}\n\\item a\n\\item b\n\\end{enumerate}",
    ),
    "circled": (
        "{{ items(['a', 'b'], 'circled') }}",
        "① a\n\n② b",
        "① a\n\n② b",
        "\\begin{enumerate}\n\\setlength{\\itemsep}{0pt}\n\\item[\\textcircled{\\footnotesize 1}] a\n"
        "\\item[\\textcircled{\\footnotesize 2}] b\n\\end{enumerate}",
    ),
    "note": (
        "{% call note('Key insight.') %}\nIt is\n{{ display(['a - y']) }}\n{% endcall %}",
        "> **Key insight.** It is\n>\n> $$\n> a - y\n> $$",
        "> **Key insight.** It is\n>\n> ```math\n> a - y\n> ```",
        "\\begin{quote}\n\\textbf{Key insight.} It is\n\\[\na - y\n\\]\n\\end{quote}",
    ),
    "rule": ("a{{ rule() }}b", "a\n\n---\n\nb", "a\n\n---\n\nb", "a\n\n\\noindent\\rule{\\linewidth}{0.4pt}\n\nb"),
    "listing": (
        "{{ [loss] | listing(' or ') }}; {{ [1, 2] | listing(' or ') }}; {{ ['a_', loss, 'c & d'] | listing(' & ') }}",
        "$L$; 1 or 2; a\\_, $L$ & c & d",
        "$`L`$; 1 or 2; a\\_, $`L`$ & c & d",
        "$L$; 1 or 2; a\\_, $L$ \\& c \\& d",
    ),
}


@pytest.mark.parametrize("number", range(3), ids=[format.name for format in ALL])
@pytest.mark.parametrize("piece", PIECES)
def test_what_each_macro_writes(piece, number):
    source, *expected = PIECES[piece]
    assert written(ALL[number], source, loss=LOSS, formula=Formula("x_1")) == expected[number]


@pytest.mark.parametrize("format", ALL, ids=lambda format: format.name)
def test_plain_text_is_escaped_wherever_it_stands(format):
    plain = format.escape(HOSTILE)
    sources = [
        "{{ x }}",
        "{{ x ~ '' }}",
        "{{ x + '' }}",
        "{{ [x] | join }}",
        "{{ [x] | first }}",
        "{% set y %}{{ x }}{% endset %}{{ y }}",
        "{% macro m(t) %}{{ t }}{% endmacro %}{{ m(x) }}",
        "{{ m0(x) }}{% macro m0(t) %}{{ t }}{% endmacro %}",
    ]
    for source in sources[:-1]:
        assert written(format, source, x=HOSTILE) == plain
    assert written(format, "{{ loss ~ x }}", x=HOSTILE, loss=LOSS) == written(format, "{{ loss }}", loss=LOSS) + plain
    assert written(format, "{{ strong(x) + x }}", x=HOSTILE) == written(format, "{{ strong(x) }}", x=HOSTILE) + plain
    for macro in ("heading(1, x)", "caption(x)", "strong(x)", "result('a', x)", "items([x])", "table([x], [[x]])"):
        text = written(format, f"{{{{ {macro} }}}}", x=HOSTILE)
        assert plain in text
        assert HOSTILE not in text


@pytest.mark.parametrize("format", ALL, ids=lambda format: format.name)
def test_the_words_of_a_document_are_escaped_too(format):
    assert written(format, "50% of a_b & #1 is 1 < 2") == format.escape("50% of a_b & #1 is 1 < 2")


@pytest.mark.parametrize("format", ALL, ids=lambda format: format.name)
def test_a_page_has_single_blank_lines_no_trailing_space_and_one_newline_at_its_end(format, folder):
    source = "\n\n".join(f"\n  {piece[0]}  \n\t\n" for piece in PIECES.values())
    page = write_page(
        "try",
        {"loss": LOSS, "formula": Formula("x")},
        format=format,
        write=tex,
        title="T",
        meta=Meta(author="A", date="2025", course="C", license="MIT"),
        wording=Wording(own=Own(folder(source))),
    )
    assert page.endswith("\n")
    assert not page.endswith("\n\n")
    assert not page.startswith("\n")
    assert "\n\n\n" not in page
    assert not re.search(r"[ \t]\n", page)


def test_a_markdown_document(folder):
    def page(format: Format, **more: object) -> str:
        settings = {"title": HOSTILE, "meta": Meta(author="A_b", date="2025", course="C"), **more}
        return write_page("try", {}, format=format, write=tex, wording=Wording(own=Own(folder("Text.\n"))), **settings)

    assert page(STANDARD) == f"# {STANDARD.escape(HOSTILE)}\n\n*C · A\\_b · 2025*\n\nText.\n"
    assert page(STANDARD, meta=Meta()) == f"# {STANDARD.escape(HOSTILE)}\n\nText.\n"
    assert page(GITHUB, fragment=True) == "Text.\n"


def test_a_latex_document_and_its_fragment(folder):
    def page(**more: object) -> str:
        settings = {"title": HOSTILE, "meta": Meta(author="A_b"), **more}
        return write_page("try", {}, format=LATEX, write=tex, wording=Wording(own=Own(folder("Text.\n"))), **settings)

    whole = page()
    assert whole.startswith("\\documentclass")
    assert f"{{\\LARGE\\bfseries {LATEX.escape(HOSTILE)}\\par}}\n\\medskip\nA\\_b\n" in whole
    assert whole.endswith("\\end{center}\n\nText.\n\n\\end{document}\n")
    needs, body = page(fragment=True).split("\n", 1)
    assert body == "Text.\n"
    packages = re.search(r"\\usepackage\{(.*)\}", needs)[1].split(",")
    assert needs.startswith("% ")
    assert all(re.search(rf"\\usepackage.*\b{name}\b", whole) for name in packages)


def test_a_long_latex_table_goes_on_over_the_page():
    table = written(LATEX, "{{ table(['n', 'text'], rows, 'rp') }}", rows=[[n, "x"] for n in range(40)])
    assert table.count("\\begin{longtable}{rp{0.6\\linewidth}}") == table.count("\\end{longtable}") == 1
    assert "resizebox" not in table
    assert table.count("\\\\\n") == 41


@pytest.mark.parametrize("format", [STANDARD, GITHUB], ids=lambda format: format.name)
def test_the_rules_of_markdown_math(format):
    text = written(format, "\n\n".join(piece[0] for piece in PIECES.values()), loss=LOSS, formula=Formula("x"))
    assert "{align" not in text.replace("{aligned}", "")
    assert "\\boxed" not in text
    assert "\\tag" not in text
    assert not re.search(r"^=+$", text, re.MULTILINE)
    for line in text.splitlines():
        if line.startswith("|"):
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert cells == 3
        if re.match(r"(- |\d+\. )", line):
            assert "$$" not in line
            assert "```" not in line


def test_githubs_own_math():
    text = written(GITHUB, "\n\n".join(piece[0] for piece in PIECES.values()), loss=LOSS, formula=Formula("x"))
    assert "$$" not in text
    outside = re.sub(r"```math\n.*?```", "", text, flags=re.DOTALL)
    assert outside.count("$`") == outside.count("`$") == outside.count("$") // 2


@pytest.mark.parametrize(
    "source",
    [
        "{{ items([display(['x'])]) }}",
        "{{ heading(1, heading(2, 'x')) }}",
        "{{ heading(4, 'x') }}",
        "{{ display([]) }}",
        "{{ table(['a', 'b'], [['1']]) }}",
        "{{ table(['a'], [['1']], 'x') }}",
    ],
)
def test_what_cannot_be_written_is_an_error_of_the_template(source):
    for format in ALL:
        with pytest.raises(TemplateError):
            written(format, source)


def test_what_is_not_there_is_an_error():
    with pytest.raises(UndefinedError):
        written(STANDARD, "{{ nothing }}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ math.__globals__ }}",
        "{{ heading.__func__.__globals__ }}",
        "{{ q.__class__ }}",
        "{{ values.append(1) }}",
    ],
)
def test_templates_that_are_not_shipped_run_in_a_sandbox(source):
    templates = FormatEnvironment(STANDARD, tex, DictLoader({}))
    with pytest.raises((SecurityError, UndefinedError)):
        templates.from_string(source + "{{ x }}").render(q=Quantity("loss"), values=[], x="")


def test_a_folder_of_the_users_own_is_in_the_sandbox():
    own = environment(STANDARD, tex, Wording(own=Own(templates_folder())))
    assert isinstance(own, BoundedEnvironment)
    assert type(own).getattr is ImmutableSandboxedEnvironment.getattr
    with pytest.raises((SecurityError, UndefinedError)):
        own.from_string("{{ math.__globals__ }}").render()


def test_a_folder_of_the_users_comes_before_the_shipped_templates(folder):
    place = folder("{{ heading(1, 'Aufgabe') }} Mein Text.", "own")
    page = write_page("own", {}, format=STANDARD, write=tex, title="T", meta=Meta(), wording=Wording(own=Own(place)))
    assert page == "# T\n\n## Aufgabe\n\nMein Text.\n"


def test_control_characters_cannot_fence_a_block():
    text = "\x02heading\x1f# forged\x03"
    assert written(STANDARD, "a {{ x }}", x=text) == "a heading# forged"


def test_a_template_may_be_compiled_once_for_each_format():
    loader = DictLoader({"documents/x.j2": "50%"})
    assert [FormatEnvironment(f, tex, loader).get_template("documents/x.j2").render() for f in ALL] == [
        "50%",
        "50%",
        r"50\%",
    ]


def test_the_tables_of_formats_agree():
    assert {to for to, _ in FORMATS} | {"json", "pdf"} == set(OUTPUTS)
    assert set(ENDINGS.values()) == set(OUTPUTS)
