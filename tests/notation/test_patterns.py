import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_steps.notation.macros import MACROS
from backprop_steps.notation.patterns import Pattern, canonical_tex, wrap
from backprop_steps.notation.pieces import PieceError

ROOT = Path(__file__).resolve().parents[2]
KNOWN = r"; it may have letters (\alpha), accents (\hat{y}) and fonts (\mathrm{net}), docs/symbols.md lists them"
LETTERS = "write letters, digits and the macros of docs/symbols.md"


@pytest.mark.parametrize(
    ("pattern", "fields", "tex"),
    [
        (r"W_{<to><from>}^{(<layer>)}", {"to": "1", "from": "2", "layer": "2"}, "W_{12}^{(2)}"),
        (r"W_{<to><from>}^{(<layer>)}", {"to": "10", "from": "2", "layer": "2"}, "W_{10,2}^{(2)}"),
        (r"W_{<to><from>}", {"to": "j", "from": "i+1"}, "W_{j,i+1}"),
        (r"W_{<to><from>}", {"to": r"\ell", "from": "i"}, r"W_{\ell i}"),
        ("Y_<node>", {"node": "5"}, "Y_5"),
        ("Y_<node>", {"node": "12"}, "Y_{12}"),
        ("Y_{<node>}", {"node": "5"}, "Y_{5}"),
        ("X_{<sample>,<unit>}", {"sample": "i", "unit": "k"}, "X_{i,k}"),
        ("a_{<layer>,<unit?>,<sample>}", {"layer": "1", "sample": "i"}, "a_{1,i}"),
        ("a_{<layer>,<unit?>,<sample>}", {"layer": "1"}, "a_1"),
        ("H^{(<layer?>)}_{<sample>,<unit?>}", {"sample": "i"}, "H_i"),
        ("b_{new,<unit?>}", {}, "b_{new}"),
        (r"\hat{y}_<unit?>", {}, r"\hat{y}"),
    ],
)
def test_a_pattern_spells(pattern: str, fields: dict[str, str], tex: str) -> None:
    assert Pattern.parse(pattern).spell(fields) == tex


@pytest.mark.parametrize(
    ("pattern", "tex", "fields"),
    [
        (r"W_{<to><from>}^{(<layer>)}", "W^{(2)}_{12}", {"to": "1", "from": "2", "layer": "2"}),
        (r"W_{<to><from>}^{(<layer>)}", "W^{( 2 )}_{1,12}", {"to": "1", "from": "12", "layer": "2"}),
        ("Y_{<node>}", "Y_5", {"node": "5"}),
        ("Y_<node>", "Y_{5}", {"node": "5"}),
        ("Loss_<node>", r"\mathrm{Loss}_{5}", {"node": "5"}),
        (r"\hat{y}_<unit>", r"\hat y_1", {"unit": "1"}),
        ("y_<node>'", r"y_{5}^{\prime}", {"node": "5"}),
        ("a_{<layer>,<unit?>}", "a_1", {"layer": "1"}),
        ("X_{<sample>,<unit>}", "X_i", None),
        ("Y_<node>", "y_5", None),
        ("Y_<node>", "Y_{5", None),
    ],
)
def test_a_pattern_reads_what_says_the_same(pattern: str, tex: str, fields: dict[str, str] | None) -> None:
    assert Pattern.parse(pattern).read(tex) == fields


@pytest.mark.parametrize(
    ("wrapper", "pattern", "result"),
    [
        ("<base>_{new,<sub>}^<sup>", "W_{<to><from>}^{(<layer>)}", "W_{new,<to><from>}^{(<layer>)}"),
        ("<base>_{new,<sub>}^<sup>", "L", "L_{new}"),
        ("<base>_<sub>^{<sup><pluses>}", "w_<number>", "w_<number>^<pluses>"),
        ("<base>_<sub>^{<sup>,new}", "Y_<node>^{(<sample>)}", "Y_<node>^{(<sample>),new}"),
        ("<base>_<sub>^{<sup>,new}", "y_<node>'", r"y_<node>^{\prime new}"),
    ],
)
def test_a_wrap_puts_the_parts_of_a_pattern_in_their_places(wrapper: str, pattern: str, result: str) -> None:
    assert wrap(wrapper, pattern) == result


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("W_{<to>", "a { without its }"),
        ("W}", "a } without its {"),
        ("W_", "nothing stands after _"),
        ("W_<unti>", "unknown placeholder <unti>; did you mean 'unit'?"),
        (" ", "an empty pattern"),
        ("a" * 400, "a symbol of 400 characters is too long; the bound is 300"),
        ("{}", "nothing is to be seen of it; write a letter"),
        (r"\,", "nothing is to be seen of it; write a letter"),
        (r"\input{secret}", rf"\input is no macro that a symbol may have{KNOWN}"),
        (r"\frac{a}{b}", rf"\frac is no macro that a symbol may have{KNOWN}"),
        (r"\begin{x}", rf"\begin is no macro that a symbol may have{KNOWN}"),
        (r"\left(", rf"\left is no macro that a symbol may have{KNOWN}"),
        ("a \\\\ b", rf"\\ is no macro that a symbol may have{KNOWN}"),
        (r"\alhpa", r"\alhpa is no macro that a symbol may have; did you mean '\\alpha'?"),
        (r"\operatorname{R}", r"\operatorname is no macro that a symbol may have; did you mean \mathrm?"),
        *((f"a {sign} b", f"{sign!r} cannot stand in a symbol; {LETTERS}") for sign in "$%#&`@\n\x7f"),
        ("a~b", r"'~' cannot stand in a symbol; did you mean \,?"),
        ("|a|", r"'|' cannot stand in a symbol; did you mean \vert?"),
        ("γ", r"'γ' cannot stand in a symbol; write \gamma"),
        ("Α", "'Α' cannot stand in a symbol; write the Latin letter that looks like it"),
        ("ü", f"'ü' cannot stand in a symbol; {LETTERS}"),
        ("_a", "nothing stands before _"),
        ("'", "nothing stands before the prime"),
        ("a_b_c", "two subscripts stand one after the other; put both into one, _{...}"),
        ("a^b_c^d", "two superscripts stand one after the other; put both into one, ^{...}"),
        ("a_{b_c_d}", "two subscripts stand one after the other; put both into one, _{...}"),
        ("a^2'", "a prime stands after a superscript; write the prime first"),
        (r"\hat", r"\hat needs braces after it, \hat{y}"),
        (r"\mathrm", r"\mathrm needs braces after it, \mathrm{net}"),
        (r"\hat<name>", r"\hat needs braces after it, \hat{y}"),
        (r"\hat_y", r"\hat needs braces after it, \hat{y}"),
        (r"\text net", r"\text needs braces after it, \text{net}"),
        (r"\hat{}", r"nothing stands in the braces of \hat; write \hat{y}"),
        (r"\text{a_b}", r"_ cannot stand among words; put it behind the braces of \text{...}"),
        (r"\text{a \alpha}", r"\alpha cannot stand among words; write the words alone in \text{...}"),
        (r"a_\hat{y}", r"\hat after _ needs braces around it, _{\hat{...}}"),
    ],
)
def test_what_is_no_pattern_is_refused_with_a_reason(pattern: str, message: str) -> None:
    with pytest.raises(PieceError) as caught:
        Pattern.parse(pattern)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "symbol",
    [
        "a'^2",
        r"\hat y",
        r"\hat\alpha",
        r"\mathbf{\hat{w}}_2",
        r"\text{net out}^{(1)}",
        r"\alpha2",
        "a_{b_c}",
        "x_2'",
        ":=",
    ],
)
def test_what_every_renderer_takes_is_a_symbol(symbol: str) -> None:
    assert Pattern.parse(symbol).spell({}) == symbol


def test_the_macros_are_published() -> None:
    text = (ROOT / "docs" / "symbols.md").read_text(encoding="utf-8")
    examples = {r"\hat{y}", r"\mathrm{net}", r"\text{net out}"}
    assert set(re.findall(r"`(\\[^`]+)`", text)) - examples == MACROS


@given(st.text(alphabet=r"\{}_^'<>()ab1, fracht", max_size=40))
def test_canonical_tex_is_stable_whatever_is_read(tex: str) -> None:
    plain = canonical_tex(tex)
    if plain is not None:
        assert canonical_tex(plain) == plain
    assert Pattern.parse("W_{<to><from>}").read(tex) is None or "W" in tex
