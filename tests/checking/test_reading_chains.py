"""Where chains begin, go on and end; what is beside them."""

from __future__ import annotations

import pytest
from written_text import chain_text, member_text

from backprop_steps.checking.reading import read_page

WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "sigmoid", "new", "old", "total"]


def chains(text: str) -> list[str]:
    return [chain_text(chain) for chain in read_page(text, WORDS).chains]


PAGES = {
    # the ways of marking a formula
    "$a = b$": ["a = b"],
    "$$a = b$$": ["a = b"],
    r"\(a = b\) and \[c = d\]": ["a = b", "c = d"],
    "```math\na = b\n```": ["a = b"],
    "so $`a = b`$ holds": ["a = b"],
    "`a = b`": ["a = b"],
    "\\begin{equation}\na = b\n\\end{equation}": ["a = b"],
    "a = b": ["a = b"],
    r"\frac{a}{b} = c": [r"\frac{a}{b} = c"],
    "costs \\$5 and $a = b$": ["a = b"],
    "a stray $ here\n\n$a = b$": ["a = b"],
    # rows
    "$$\\begin{aligned} a &= b \\\\ &= c \\\\ &\\approx 0.5 \\end{aligned}$$": ["a = b = c ~ 0.5"],
    "$$\\begin{aligned} a &= \\\\ b &= c \\end{aligned}$$": ["a = b = c"],
    "$$a = b \\\\ c = d$$": ["a = b", "c = d"],
    "\\begin{align*}\na &= (x + y) \\\\[4pt]\n &\\quad \\times 1 = 0.2\n\\end{align*}": [
        "a = (x + y) \\\\[4pt] &\\quad \\times 1 = 0.2"
    ],
    "$$\\begin{aligned} a &= \\{b \\\\ &\\quad + c\\} \\\\ &= d \\end{aligned}$$": [r"a = \{b \\ &\quad + c\} = d"],
    "$$\\begin{aligned} a &= 1 & b &= 2 \\\\ c &= 3 \\end{aligned}$$": ["a = 1", "b = 2", "c = 3"],
    "$$\\begin{array}{rcl} a & = & b \\\\ & = & c \\end{array}$$": ["a = b = c"],
    "$$\\left\\{ \\begin{array}{l} a = 1 \\\\ b = 2 \\end{array} \\right.$$": ["a = 1", "b = 2"],
    # over lines and displays
    "∂L/∂z = ∂L/∂a\n      = a − y\n      = 0.5": ["∂L/∂z = ∂L/∂a = a − y = 0.5"],
    "$$a = b$$\n$$= c$$": ["a = b = c"],
    "$$a = b$$\n\nwhich gives\n\n$$= c$$": ["a = b = c"],
    "$$a =$$\n$$b$$": ["a = b"],
    "$$a = b$$\n**Neuron 2**\n$$= c$$": ["a = b", "= c"],
    # several on a line
    r"$a = 1, \quad b = 2 \qquad c = 3$": ["a = 1", "b = 2", "c = 3"],
    "$a = 1$ , $b = 2$; $c = 3$": ["a = 1", "b = 2", "c = 3"],
    "a = 1 so b = 2, c = 3": ["a = 1", "b = 2", "c = 3"],
    r"$a = 1 \text{ and } b = 2$": ["a = 1", "b = 2"],
    "a = b + c   so   d = e": ["a = b + c", "d = e"],
    "$a$ = $b$ · $c$": ["a = b$ · $c"],
    # relations
    r"$a := b \approx c \equiv d \doteq e$": ["a := b ~ c = d ~ e"],
    "a += b": ["a += b"],
    r"$w \leftarrow w - g = 0.3$": ["w -> w - g = 0.3"],
    "w ← w − η·g": ["w -> w − η·g"],
    r"$a = 1 \implies b = 2$": ["a = 1", "b = 2"],
    r"$\therefore a = 1$": ["a = 1"],
    r"$a \stackrel{?}{=} b$": ["a = b"],
    r"$\hat{y} = \sigma(z) = 0.5571 \leftarrow a^{(2)}$": [r"\hat{y} = \sigma(z) = 0.5571 -> a^{(2)}"],
    "$0.9 > 0$": [],
    r"$$a = 0.9 > 0$$": ["a = 0.9 > 0"],
    "$$a = b \\quad (1)$$": ["a = b"],
    "a = b      (3)": ["a = b"],
    r"$(i)\ a = 1$": ["a = 1"],
    r"$\text{(ii)}\; a = 1$": ["a = 1"],
    "(iii) a = 1 ✓": ["a = 1"],
    r"✗ a = 0.5 ✓ $b = 2 \checkmark$": ["a = 0.5", "b = 2"],
    # several on a line, in plain text
    "a = 1 , b = 2": ["a = 1", "b = 2"],
    "a = 1 and b = 2": ["a = 1", "b = 2"],
    "z_1 = 0.5  a_1 = σ(z_1) = 0.62": ["z_1 = 0.5", "a_1 = σ(z_1) = 0.62"],
    "a  =  b  =  c": ["a = b = c"],
    "x, y, z, w = 3, -4, 2, -1": ["x = 3", "y = -4", "z = 2", "w = -1"],
    "```python\nx, y = 3, f(1, 2)\n```": ["x = 3", "y = f(1, 2)"],
    "a, b = f(1, 2)": ["b = f(1, 2)"],
    "① a = 1\n②b = 2\n- [x] c = 3": ["a = 1", "b = 2", "c = 3"],
    "z=0.3775→a=0.5933": ["z = 0.3775", "a = 0.5933"],
    "a = b → = c": ["a = b = c"],
    # no claims
    r"$\delta x^T = g \in \mathbb{R}^{2\times 3}$": [r"\delta x^T = g in \mathbb{R}^{2\times 3}"],
    r"$\delta x^T = g \in S$": [r"\delta x^T = g"],
    r"$$a_i = b_i, \quad i \in \{1, \dots, N\}, \; j \in \{1, 2\}$$": ["a_i = b_i"],
    r"$a_i = b_i$, $i = 1, \dots, N$": ["a_i = b_i"],
    "a_i = b_i for i = 1..N": ["a_i = b_i"],
    "a_i = b_i, for i = 1, 2": ["a_i = b_i"],
    "~~$a = 7$~~ $b = 1$": ["b = 1"],
    r"$\cancel{a = 7}$ $b = 1$": ["b = 1"],
    r"\sout{so $a_{1} = 7$ \st{and $c = 8$}} $b = 1$": ["b = 1"],
    "\\sout{not closed\n\n$b = 1$}": ["b = 1"],
    "<del>a = 7</del> b = 1": ["b = 1"],
    "<!-- a = 7 --> b = 1": ["b = 1"],
    "nodes 1,2 -> 3,4 -> 5,6": [],
    "Derivatives for w₁, w₂ and b": [],
    "The loss is small and a is large.": [],
    "\\documentclass{article}\n\\newcommand{\\x}{a = 7}\n\\begin{document}\n$b = 1$ % c = 3\n\\end{document}\nd = 4": [
        "b = 1"
    ],
    # lists, tables, emphasis, HTML
    "1) a = 1\n2) b = 2\n- c = 3\n• d = 4\n(a) e = 5\n* f = 6": ["a = 1", "b = 2", "c = 3", "d = 4", "e = 5", "f = 6"],
    "| x | y |\n|---|---|\n| $a = 1$ | b = 2 |": ["a = 1", "b = 2"],
    "|a| + |b| = |c|": ["|a| + |b| = |c|"],
    "**Neuron 1:** a = 1": ["a = 1"],
    "w<sub>13</sub> = 0.4 &times; 2": ["w<sub>13</sub> = 0.4 &times; 2"],
    # programs
    "```python\n# a = 7\nfor i in x:\ndot = w[0]*x[0] + w[1]*x[1]  # c = 3\n```": ["dot = w[0]*x[0] + w[1]*x[1]"],
    # words around a formula in plain text
    "The loss L = 0.5(y - a)^2 = 0.3 is small, and a is 0.5.": ["L = 0.5(y - a)^2 = 0.3"],
    "So dE/dout = -(target - out) = 0.74": ["dE/dout = -(target - out) = 0.74"],
    "Die Summe ist z = w1*x1 + b = 0.5.": ["z = w1*x1 + b = 0.5"],
    "w := w − η ∂L/∂w    (η = 0.1)\n  = 0.48": ["η = 0.1", "w := w − η ∂L/∂w = 0.48"],
    "(∂L/∂w = 0.5)": ["∂L/∂w = 0.5"],
}


@pytest.mark.parametrize("text", PAGES)
def test_the_chains_of_a_page(text: str) -> None:
    assert chains(text) == PAGES[text]


@pytest.mark.parametrize(
    ("text", "words", "after", "headless"),
    [
        ("neuron 1 → $0.1 + 0.2 = 0.3$", "neuron 1", "", False),
        ("neuron 2 → $= 0.1 + 0.2 = 0.3$", "neuron 2", "", True),
        ("- Derivative of the loss → $a = b$", "Derivative of the loss", "", False),
        ("Derivative of Loss → ∂L/∂a = a − y", "Derivative of Loss", "", False),
        ("Step 1: a = b", "Step 1", "", False),
        ("error at the output = 0.5 - 0.3 = 0.2", "error at the output", "", True),
        ("Derivatives for w₁, w₂ and b\n\na = b", "Derivatives for w₁, w₂ and b", "", False),
        ("## Forward\n\n$$a = b$$", "Forward", "", False),
        ("Neuron 1\n\nthen a = b", "Neuron 1", "", False),
        ("\\textbf{Neuron 1}\n\\[ a = b \\]", "Neuron 1", "", False),
        ("$\\sigma'(z) = b$ ← derivative of the sigmoid", "", "derivative of the sigmoid", False),
        (r"$$a = b \quad (\text{shape: } 1 \times 2)$$", "", "(shape: 1 × 2)", False),
        (r"$$\begin{aligned} a &= b && \quad \text{chain rule} \\ &= c \end{aligned}$$", "", "chain rule", False),
        ("$$a = b \\\\*\n&\\quad \\text{(sum rule)} \\\\*[2pt] = c$$", "", "(sum rule)", False),
    ],
)
def test_words_beside_a_chain(text: str, words: str, after: str, headless: bool) -> None:
    (chain,) = read_page(text, WORDS).chains
    assert (chain.words, chain.headless) == (words, headless)
    assert chain.after.replace(" ", "").replace("\\", "") == after.replace(" ", "").replace("\\", "")
    assert len(chain.relations) == len(chain.members) - 1 + headless


def test_an_update_after_a_colon_is_no_caption() -> None:
    (chain,) = read_page(r"The update: $w \leftarrow w - \eta g$", WORDS).chains
    assert chain.relations == ("->",)


@pytest.mark.parametrize(
    ("line", "trees"),
    [
        ("dW = np.dot(dz, x.T)", ["<dot (dz, T[x])>"]),
        ("dx = W.T @ dz  # comment = 3", ["<T[W] dot dz>"]),
        ("db = np.sum(dZ, axis=1, keepdims=True) / m", ["(<sum (dZ, axis = 1, keepdims = True)> / m)"]),
        ("loss = 0.5 * (y - a)**2 = 0.3", ["<0.5 star (((+ y -a)) ^ 2)>", "0.3"]),
    ],
)
def test_a_line_that_only_a_program_has_is_code_without_a_block(line: str, trees: list[str]) -> None:
    page = read_page(line, WORDS)
    (chain,) = page.chains
    assert page.code == {0}
    assert [member_text(member) for member in chain.members[1:]] == trees


def test_code_is_marked_as_code() -> None:
    page = read_page("$a = 1$\n```python\ndw = [x[0] * d, x[1] * d]\ny = np.exp(a.T) ** 2\n```\n", WORDS)
    assert page.code == {1, 2}
    assert [member_text(chain.members[1]) for chain in page.chains] == [
        "1",
        "M[<x_[ 0 ] star d> <x_[ 1 ] star d>]",
        "<exp ((T[a]) ^ 2)>",
    ]
