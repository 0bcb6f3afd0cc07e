"""One member, from how it is written to its tree: every spelling that the reader knows."""

from __future__ import annotations

import pytest
from written_text import member_text

from backprop_steps.checking.reading import read_page

WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "sigmoid", "new", "old", "total", "LeakyReLU"]


def tree(text: str, **wishes: bool) -> str:
    """The tree of the right member of `x = …` in dollars."""
    page = read_page(f"$Q = {text}$", WORDS, **wishes)
    assert len(page.chains) == 1, page.chains
    (_, member) = page.chains[0].members
    return member_text(member)


FORMULAS = {
    # fractions
    r"\frac12": "(1 / 2)",
    r"\frac1N x": "<(1 / N) x>",
    r"\dfrac{a}{b}": "(a / b)",
    r"\tfrac{1}{2}(y-a)^2": "<(1 / 2) (((+ y -a)) ^ 2)>",
    r"{a \over b}": "(a / b)",
    "a/b": "(a / b)",
    "1/2N": "(1 / <2 N>)",
    "1/2(y-a)^2": "<(1 / 2) (((+ y -a)) ^ 2)>",
    r"a/b \cdot c": "<(a / b) dot c>",
    "y/a(1-a)": "<(y / a) ((+ 1 -a))>",
    "-y/a + (1-y)/(1-a)": "(+ -(y / a) (((+ 1 -y)) / ((+ 1 -a))))",
    "1/σ(z)": "(1 / <sigma (z)>)",
    "a/b/c": "((a / b) / c)",
    "½x": "<(1 / 2) x>",
    # derivatives
    r"\frac{\partial L}{\partial w_1}": "(partial[L] / partial[w_1])",
    "∂L/∂w₁": "(partial[L] / partial[w_1])",
    "∂L/∂w · ∂z/∂w": "<(partial[L] / partial[w]) dot (partial[z] / partial[w])>",
    "dL/dw": "(d[L] / d[w])",
    "dLoss/dY_5": "(d[Loss] / d[Y_5])",
    r"\frac{dloss}{dY_5}": "(d[loss] / d[Y_5])",
    r"\frac{\mathrm{d}L}{\mathrm{d}w}": "(d[L] / d[w])",
    r"\frac{d}{dx}(1 + e^{-x})": "<(d[] / d[x]) ((+ 1 (e ^ (+ -x))))>",
    r"\frac{\partial}{\partial w}(z)": "<(partial[] / partial[w]) (z)>",
    r"\frac{\partial [\frac1N (y-\hat y)^2]}{\partial w_2}": (
        "(partial[[<(1 / N) (((+ y -hat:y)) ^ 2)>]] / partial[w_2])"
    ),
    r"\frac{\partial \sigma(z)}{\partial z}": "(partial[<sigma (z)>] / partial[z])",
    r"-\frac{\partial L}{\partial w}": "(+ -(partial[L] / partial[w]))",
    "a ∂L/∂w": "<a (partial[L] / partial[w])>",
    "dσ(z)/dz": "(d[<sigma (z)>] / d[z])",
    "d/dx (x)": "<(d[] / d[x]) (x)>",
    r"\partial_{w}L": "(partial[L] / partial[w])",
    r"\nabla_{W} L": "(nabla[L] / nabla[W])",
    r"\frac{\partial^2 L}{\partial w^2}": "(partial2[L] / partial[w^2])",
    "dx": "<d x>",  # no differential without a fraction line
    # products
    r"-\frac{1}{2}.2.(Ob_5 - Y_5)": "(+ -<(1 / 2) . 2 . ((+ Ob_5 -Y_5))>)",
    "-Err_5.Y_3": "(+ -<Err_5 . Y_3>)",
    r"\eta Y_4 . Err_5": "<eta Y_4 . Err_5>",
    "wx": "<w x>",
    "0.4 × 2·3*4 ∗ 5": "<0.4 times 2 dot 3 star 4 star 5>",
    "0.4 x 0.5": "<0.4 times 0.5>",
    r"a \odot b": "<a hadamard b>",
    "a ⊙ b ∘ c": "<a hadamard b hadamard c>",
    r"2 \cdot -3": "<2 dot (+ -3)>",
    "-a·b": "(+ -<a dot b>)",
    "3 - -2": "(+ 3 2)",
    # brackets
    r"\{(a - b).c\}": "{<((+ a -b)) . c>}",
    r"\left[ a + b \right]": "[(+ a b)]",
    r"\Bigl(a\Bigr)": "(a)",
    "|x - 1|": "|(+ x -1)|",
    r"\|y-a\|^2": "(||(+ y -a)|| ^ 2)",
    "|a||b|": "<|a| |b|>",
    r"\max(0, z)": "<max (0, z)>",
    "g(·)": "<g ()>",
    # letters and what hangs on them
    "w1": "w_1",
    "w₁": "w_1",
    "w_1": "w_1",
    "w_{1}": "w_1",
    "w[0]": "w_[ 0 ]",
    "W^{(2)}_{k,1}": "W_k , 1^( 2 )",
    "W_{k,1}^{(2)}": "W_k , 1^( 2 )",
    "W_{new,11}^{(2)}": "W_new , 11^( 2 )",
    "Z⁽¹⁾₁": "Z_1^( 1 )",
    "W^{[l]}": "W^[ l ]",
    "w_1^+": "w_1^+",
    "w^{*}": "w^*",
    "w_{o_1}": "w_o 1",
    "w_{ij}": "w_ij",
    "b_{L-1}": "b_L - 1",
    r"w_{\text{new}}": "w_new",
    "x_1^2": "x_1^2",
    "a^{-1}": "a^- 1",
    "y_5'": "y'_5",
    "y'_5": "y'_5",
    r"f^{\prime}(x)": "<f' (x)>",
    "f′(x)": "<f' (x)>",
    "y''": "y''",
    "(W x)'": "(<W x>)'",
    "(W x)_i": "(<W x>)_i",
    r"\hat{y}_1": "hat:y_1",
    r"\hat y": "hat:y",
    "ŷ": "hat:y",
    "x̄": "bar:x",
    r"\bar{x}": "bar:x",
    r"\tilde w": "tilde:w",
    r"\hat{y_i}": "hat:y_i",
    r"\mathbf{W}^{(1)}\mathbf{x}": "<W^( 1 ) x>",
    r"\boldsymbol{\delta}": "delta",
    r"\mathcal{L}": "L",
    r"b\mathbf{1}^T": "<b T[1]>",
    "𝑤·𝜎": "<w dot sigma>",
    "α": "alpha",
    r"\alpha": "alpha",
    "alpha": "alpha",
    "Δw": "<Delta w>",
    # functions
    r"\operatorname{R e L U}(z)": "<ReLU (z)>",
    r"\text{Relu}\{z\}": "<Relu {z}>",
    r"\text{Relu}'(z)": "<Relu' (z)>",
    r"\mathrm{ReLU}(1.1)": "<ReLU (1.1)>",
    r"\sigma'(z)": "<sigma' (z)>",
    r"\ln a": "<ln a>",
    r"\exp(-z)": "<exp ((+ -z))>",
    "S(x)": "<S (x)>",
    # powers, roots, transposes
    "e^{-x}": "(e ^ (+ -x))",
    "e⁻ᶻ": "(e ^ (+ -z))",
    "1/(1+e^(-0.755))": "(1 / ((+ 1 (e ^ ((+ -0.755))))))",
    "(y - a)^2": "(((+ y -a)) ^ 2)",
    r"\sqrt{x}": "sqrt[x]",
    r"\sqrt2": "sqrt[2]",
    "√x": "sqrt[x]",
    "x^T y": "<T[x] y>",
    r"W^\top": "T[W]",
    "Wᵀδ": "<T[W] delta>",
    "W^{(2)T}": "T[W^( 2 )]",
    "W⁽²⁾ᵀ": "T[W^( 2 )]",
    "(W^{(2)})^T": "T[(W^( 2 ))]",
    # numbers
    "0.20": "0.20",
    ".5": "0.5",
    r"2.1 \times 10^{-5}": "2.1e-5",
    "2.1·10⁻⁵": "2.1e-5",
    "2.1e-5": "2.1e-5",
    "0 . 5": "0.5",
    "10^{-3}": "(10 ^ (+ -3))",
    # matrices
    r"\begin{bmatrix} 1 & -2 \\ -3 & 4 \end{bmatrix}": "M[1 (+ -2); (+ -3) 4]",
    r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}_{2 \times 1}": "M[1; 2]",
    r"\left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]": "M[1 2; 3 4]",
    r"\sigma\left( \begin{bmatrix} 1 \\ 2 \end{bmatrix} \right)": "<sigma (M[1; 2])>",
    r"[0.40 \ 0.45]": "M[0.40 0.45]",
    "[-0.0568 -0.0460]": "M[(+ -0.0568) (+ -0.0460)]",
    "[0.5 - 0.2]": "[(+ 0.5 -0.2)]",
    "[[1, 2], [3, 4]]": "M[1 2; 3 4]",
    "[[1], [2]]": "M[1; 2]",
    r"[1 \\ -2]": "M[1; (+ -2)]",
    "(1, 2)^T": "T[(1, 2)]",
    r"\begin{cases} 1 & z > 0 \\ 0 & \text{otherwise} \end{cases}": "cases[1 if z > 0; 0 if -]",
    r"\begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{if } z \le 0 \end{cases}": "cases[1 if z > 0; 0 if z <= 0]",
    # sums
    r"\sum_{i=1}^{N} (a - y)": "sum[i 1 N : ((+ a -y))]",
    r"\frac1N \sum_i y_i \ln a_i + 1": "(+ <(1 / N) sum[i - - : <y_i ln a_i>]> 1)",
    r"\sum_{i,j} x_{ij}": "sum[i,j - - : x_ij]",
    r"\sum y": "sum[ - - : y]",
    # what is to be found, what is left out
    "?": "?",
    "___": "?",
    r"\ldots": "?",
    r"\boxed{}": "?",
    r"x_1 + \dots + x_n": "(+ x_1 ... x_n)",
    # what is only there for the eye
    r"\boxed{0.5}": "0.5",
    r"\underbrace{(a - y)}_{\text{error}} x": "<((+ a -y)) x>",
    r"{\color{red} 0.5}": "0.5",
    r"\textcolor{red}{0.5}": "0.5",
    r"\displaystyle a\,\;\!b~c\quad": "<a b c>",
    r"1 \tag{3}": "1",
    r"\cancel{2} \cdot \frac{1}{\cancel{2}} x": "<2 dot (1 / 2) x>",
}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_read(text: str) -> None:
    assert tree(text) == FORMULAS[text]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("(a + b", "a bracket is not closed"),
        (r"\frac{1}", "the formula ends too early"),
        (r"a \pm b", r"'\\pm' is not read"),
        ("a ) b", "a bracket is closed here that was not opened, or too early"),
        (r"\foo{a}", r"'\\foo' is not read"),
        (r"\text{error of the output}", "words in the formula: 'error of the output'"),
        ("(" * 61 + "x" + ")" * 61, "nested too deeply; the bound is 60 levels"),
        ("+".join("x" * 3000), "a formula of 5999 signs is too long; the bound is 3000"),
    ],
)
def test_what_cannot_be_read_says_why_and_spoils_no_neighbour(text: str, trouble: str) -> None:
    page = read_page(f"$Q = {text} = 5$", WORDS)
    first, middle, last = page.chains[0].members
    assert (member_text(first), member_text(last)) == ("Q", "5")
    assert middle.node is None
    assert middle.trouble == trouble


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("dLoss", "<d Loss>"),
        ("dloss", "<d loss>"),
        ("wx", "<w x>"),
        ("netw", "<net w>"),
        ("RELU", "RELU"),
        ("deltaw", "<delta w>"),
        ("swish", "swish"),
        ("Kosten", "Kosten"),  # a name that only this page knows
    ],
)
def test_runs_of_letters_are_split_by_the_longest_known_word(run: str, expected: str) -> None:
    assert tree(run) == expected


@pytest.mark.parametrize(
    ("page", "wish", "expected"),
    [
        ("$a = 0,5 \\cdot 1,25$ $b = 0,5$", None, "<0.5 dot 1.25>"),
        ("$a = 0,5$", True, "0.5"),
        ("$a = 0{,}5$", True, "0.5"),
        ("$a = w_{1,2} x_{0,5}$ $b = 0,5$ $c = 0,25$", None, "<w_1 , 2 x_0 , 5>"),
        ("$a = f(1, 2)$ $b = 0,5$ $c = 0,25$", None, "<f (1, 2)>"),
        ("$a = f(1,2)$ $b = 0.5$", None, "<f (1, 2)>"),
    ],
)
def test_a_decimal_comma_is_read_where_the_page_has_them(page: str, wish: bool | None, expected: str) -> None:
    chain = read_page(page, WORDS, decimal_comma=wish).chains[0]
    assert member_text(chain.members[1]) == expected
