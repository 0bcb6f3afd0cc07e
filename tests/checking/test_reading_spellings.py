"""Lines as students write them, and the trees of all their chains."""

from __future__ import annotations

import pytest
from written_text import member_text, walk

from backprop_steps.checking.reading import read_page
from backprop_steps.checking.reading.written import Chain, Differential, Fraction

WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "sigmoid", "new", "total", "output"]


def told(chain: Chain) -> str:
    """Members and the relations between them; one before the first where the head is missing."""
    relations = ["", *chain.relations] if not chain.headless else list(chain.relations)
    parts = []
    for relation, member in zip(relations, chain.members, strict=True):
        assert member.trouble is None, (member.text, member.trouble)
        parts += [relation, member_text(member)]
    return " ".join(part for part in parts if part)


SCRIPTS = {
    # in TeX a script is one sign
    "$Z_kW^{(2)}_{k,1} = 1$": ["<Z_k W_k , 1^( 2 )> = 1"],
    "$O_j = a_iw_j$": ["O_j = <a_i w_j>"],
    r"$\partial_wL = W^Tx$": ["(partial[L] / partial[w]) = <T[W] x>"],
    "$w_oldx = W_new$": ["<w_old x> = W_new"],
    r"$g^{[1]'}(z) = f^{(2)\prime}$": ["<g'^[ 1 ] (z)> = f'^( 2 )"],
    # but for what can only be meant otherwise
    "$w_ij = net_h1$": ["w_ij = net_h 1"],
    "$w_12 = a^10$": ["w_12 = a^10"],
    # in plain text it is what stands side by side
    "w12 = a_12 + a_iw": ["w_12 = (+ a_12 a_iw)"],
    "x = a_iw_j": ["x = <a_i w_j>"],
    "∂E_total/∂w_5 = (out_o1 − target_o1) · out_h1": [
        "(partial[E_total] / partial[w_5]) = <((+ out_o 1 -target_o 1)) dot out_h 1>"
    ],
    "z = W^Tx": ["z = <T[W] x>"],
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_how_far_a_script_without_braces_reaches(text: str) -> None:
    assert [told(chain) for chain in read_page(text, WORDS).chains] == SCRIPTS[text]


PD = r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}" + "\n"
MACROS = {
    PD + r"$\pd{L}{b^{(2)}} = \pd L w$": ["(partial[L] / partial[b^( 2 )]) = (partial[L] / partial[w])"],
    r"$\def\d#1{\frac{dL}{d#1}} \d w = 3$": ["(d[L] / d[w]) = 3"],
    r"\DeclareMathOperator{\relu}{ReLU} $a = \relu(z)$": ["a = <ReLU (z)>"],
    r"\newcommand\W[1][1]{W^{(#1)}} $z = \W x + \W[2] y$": ["z = (+ <W^( 1 ) x> <W^( 2 ) y>)"],
    r"\newcommand{\ix}{ij} $w_{\ix} = w_\ix$": ["w_ij = w_ij"],
    r"\newcommand{\vek}[1]{\begin{pmatrix}#1\end{pmatrix}} $z = \vek{1\\2}$": ["z = M[1; 2]"],
    r"\newcommand{\half}{\tfrac12}\newcommand{\mse}[1]{\half (#1)^2} $L = \mse{y-a}$": [
        "L = <(1 / 2) (((+ y -a)) ^ 2)>"
    ],
}


@pytest.mark.parametrize("text", MACROS)
def test_the_commands_of_the_page_are_put_in(text: str) -> None:
    page = read_page(text, WORDS)
    assert [told(chain) for chain in page.chains] == MACROS[text]
    for chain in page.chains:
        for member in chain.members:
            for node in walk(member.node):
                assert member.span.start <= node.span.start < node.span.end <= member.span.end


def test_what_is_out_of_an_argument_stands_where_it_was_written() -> None:
    text = PD + r"$x = \pd{L}{w_{12}}$"
    node = read_page(text, WORDS).chains[0].members[1].node
    assert isinstance(node, Fraction)
    assert isinstance(node.denominator, Differential)
    assert node.denominator.body is not None
    span = node.denominator.body.span
    assert text[span.start : span.end] == "w_{12}"


@pytest.mark.parametrize(
    "text", [r"\newcommand{\a}{\b 1}\newcommand{\b}{\a 2} $x = \a$", r"$x = \pd{L}{w}$", PD + r"$x = \pd{L}$"]
)
def test_a_command_that_cannot_be_put_in_is_not_read(text: str) -> None:
    member = read_page(text, WORDS).chains[0].members[1]
    assert member.trouble is not None
    assert member.trouble.endswith("is not read")


SPACED = {
    r"$\frac{d L o s s}{d Y_{6}} = -E r r_{6} = O b_{5} - Y$": [
        "(d[Loss] / d[Y_6]) = (+ -Err_6) = (+ Ob_5 -Y)",
    ],
    "$n e t_{h1} = o u t_{h2} w_5 + e x p(z)$": ["net_h 1 = (+ <out_h 2 w_5> <exp (z)>)"],
    "$Y = R e l u(W x) + s i g m o i d(z)$": ["Y = (+ <Relu (<W x>)> <sigmoid (z)>)"],
    r"$\frac{d Lo ss}{d Y_5} = 3$": ["(d[Loss] / d[Y_5]) = 3"],
    "d L o s s / d Y_5 = -(O b_5 - Y_5)": ["(d[Loss] / d[Y_5]) = (+ -((+ Ob_5 -Y_5)))"],
    # letters side by side
    "$e t a = a b s + m u$": ["<e t a> = (+ <a b s> <m u>)"],
    "E = −[y ln a + (1−y) ln(1−a)]": ["E = (+ -[(+ <y ln a> <((+ 1 -y)) ln ((+ 1 -a))>)])"],
    "w5+ = w5+(delta_o1 x out_h1) = 0.3 + (-0.0406x0.68)": [
        "w_5^+ = (+ w_5 (<delta_o 1 times out_h 1>)) = (+ 0.3 ((+ -<0.0406 times 0.68>)))"
    ],
    "d = w5+ x (1-a)a = 0.5x(1-0.68)0.68": ["d = <w_5^+ times ((+ 1 -a)) a> = <0.5 times ((+ 1 -0.68)) 0.68>"],
    "f(x) = 2x(1-x)": ["<f (x)> = <2 x ((+ 1 -x))>"],
    "The input x is 3 and x = 2": ["x = 2"],
    "E = Σ ½(target − output)²": ["E = sum[ - - : <(1 / 2) (((+ target -output)) ^ 2)>]"],
    "e^{-0,14} = e^(-0,14) = e^-0,14": ["(e ^ (+ -0.14)) = (e ^ ((+ -0.14))) = (e ^ (+ -0.14))"],
    "w1(neu) = w1(alt) − 0.1": ["w_1 neu = (+ w_1 alt -0.1)"],
    "net h1 = 0.3775, out o1 = 0.5": ["net_h 1 = 0.3775", "out_o 1 = 0.5"],
    r"$\left.\frac{\partial L}{\partial w}\right|_{w=0.5} = 2\,000$": ["(partial[L] / partial[w]) = 2000"],
    r"$z = \underline{\hspace{2cm}} = \boxed{\quad}$": ["z = ? = ?"],
    "h = 1/(1+np.exp(-z))": ["h = (1 / ((+ 1 <exp ((+ -z))>)))"],
    "a^{1,2} = x^{0,5} = 0,5": ["a^1 , 2 = x^0.5 = 0.5"],
    "$z = [0,5 \\; -0,25] + 0,5$": ["z = (+ M[0.5 (+ -0.25)] 0.5)"],
}


@pytest.mark.parametrize("text", SPACED)
def test_spaces_and_signs_are_taken_as_they_are_meant(text: str) -> None:
    assert [told(chain) for chain in read_page(text, WORDS).chains] == SPACED[text]
