"""What TeX's commands are: a table, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.checking.reading.characters import GREEK_NAMES
from backprop_steps.checking.reading.signs import several

_OPERATORS = {
    "cdot": "dot", "bullet": "dot", "times": "times", "ast": "star", "odot": "hadamard", "circ": "hadamard",
    "otimes": "times", "star": "star", "bigodot": "hadamard",
}  # fmt: skip
_RELATIONS = {
    "approx": "~", "simeq": "~", "cong": "~", "sim": "~", "thickapprox": "~", "approxeq": "~", "doteq": "~",
    "fallingdotseq": "~", "equiv": "=", "triangleq": ":=", "coloneqq": ":=", "coloneq": ":=", "stackrel": "",
    "leftarrow": "->", "gets": "->", "rightarrow": "->", "to": "->", "longrightarrow": "->", "longleftarrow": "->",
    "mapsto": "->", "leftrightarrow": "->", "Rightarrow": "=>", "implies": "=>", "Longrightarrow": "=>", "iff": "=>",
    "Leftrightarrow": "=>", "Leftarrow": "=>", "impliedby": "=>", "hookrightarrow": "->", "longmapsto": "->",
    "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
    "ne": "!=", "neq": "!=", "ll": "<", "gg": ">", "leadsto": "->", "rightsquigarrow": "->",
}  # fmt: skip
_BRACKETS = {
    "{": "LCUR", "}": "RCUR", "lbrace": "LCUR", "rbrace": "RCUR", "lbrack": "LSQ", "rbrack": "RSQ", "lvert": "LBAR",
    "rvert": "RBAR", "lVert": "LNORM", "rVert": "RNORM", "|": "NORM", "Vert": "NORM", "vert": "BAR", "lparen": "LPAR",
    "rparen": "RPAR", "langle": "LPAR", "rangle": "RPAR", "mid": "BAR",
}  # fmt: skip
_LETTERS = {
    **{name: name for name in GREEK_NAMES},
    "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma", "varpi": "pi",
    "ell": "l", "infty": "infinity", "imath": "i", "jmath": "j", "hbar": "h", "Re": "Re",
}  # fmt: skip
FUNCTIONS = several(
    "exp ln log lg max min tanh sinh cosh sigmoid sigm relu softmax sin cos tan sqrt abs arctan logistic softplus "
    "argmax step sign sgn sech swish gelu elu"
)
"""Functions that every page may use, in small letters; however they are written, they are words."""

_ROMAN = several("mathrm operatorname operatorname* mathsf mathtt mathit textrm textnormal rm")
_TEXT = several("text mbox textup textsf texttt textit textbf textsl hbox emph intertext shortintertext")
_STYLES = several(
    "mathbf boldsymbol bm mathbb mathcal mathscr mathfrak pmb bf it cal mathnormal vv underline boxed fbox framebox "
    "ensuremath mathop mathbin mathrel mathord mathopen mathclose mathstrut smash bcancel cancel xcancel mathbfit "
    "displaystyle textstyle scriptstyle scriptscriptstyle tiny small large Large LARGE huge Huge normalsize bfseries "
    "footnotesize itshape rmfamily limits nolimits nonumber notag left right middle big Big bigg Bigg bigl bigr Bigl "
    "Bigr biggl biggr Biggl Biggr bigm Bigm allowbreak strut hfill hfil centering noindent par hline cline relax "
    "protect null item displaybreak nobreak break bigskip medskip smallskip qed qedhere selectfont maketitle newpage "
    "clearpage bigcirc"
)
_WITH_ARGUMENT = several(
    "label tag tag* color hspace hspace* vspace vspace* phantom hphantom vphantom ref eqref cite footnote rowcolor "
    "includegraphics setlength addtolength resizebox scalebox multicolumn caption usepackage documentclass fontsize "
    "sout st cancelto newcommand title author date"
)
_SKIP_FIRST = several("textcolor overset underset stackrel colorbox")
_WORDS_OF_ARGUMENT = several("section subsection subsubsection paragraph subparagraph chapter part")
_SPACES = {
    ",": 0, "!": 0, ":": 1, ";": 2, ">": 1, " ": 2, "thinspace": 0, "enspace": 2, "quad": 3, "qquad": 3, "enskip": 2,
    "medspace": 1, "thickspace": 2, "negthinspace": 0, "/": 0, "-": 0, "nobreakspace": 1, "\n": 2, "\t": 2,
}  # fmt: skip
_ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "vec": "vec", "overrightarrow": "vec", "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
    "mathring": "ring", "acute": "acute", "grave": "grave",
}  # fmt: skip
_OTHERS = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "flatfrac"), ("FRAC", "")),
    **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb", "dotsm", "dotso"), ("DOTS", "")),
    **dict.fromkeys(("square", "Box", "blacksquare"), ("BLANK", "")),
    **dict.fromkeys(("therefore", "because", "forall", "exists", "checkmark", "surd"), ("STOP", "")),
    **dict.fromkeys(("in", "propto", "notin", "subset"), ("IN", "")),
    **dict.fromkeys(("underbrace", "overbrace", "underbracket", "overbracket"), ("BRACE", "")),
    **dict.fromkeys(("newline", "cr", "tabularnewline"), ("ROW", "")),
    **dict.fromkeys(("top", "intercal", "transpose"), ("TOP", "T")),
    **dict.fromkeys(("xrightarrow", "xleftarrow"), ("XREL", "->")),
    **dict.fromkeys(("xRightarrow", "xLeftarrow"), ("XREL", "=>")),
    **dict.fromkeys(("prod", "int", "oint", "lim", "iint", "pm", "mp", "binom"), ("BAD", "")),
    "sqrt": ("SQRT", ""), "sum": ("SIGMA", ""), "over": ("OVER", ""), "partial": ("DIFF", "partial"),
    "nabla": ("NABLA", ""), "prime": ("PRIME", "1"), "div": ("SLASH", ""), "\\": ("ROW", ""), "&": ("STOP", ""),
    "_": ("UNDERSCORE", ""), "begin": ("ENV", "begin"), "end": ("ENV", "end"), "%": ("BAD", "%"), "$": ("BAD", "$"),
    "#": ("BAD", "#"), "(": ("EDGE", ""), ")": ("EDGE", ""), "[": ("EDGE", ""),
    "]": ("EDGE", ""), "colon": ("COLON", ""), "lim": ("BAD", ""), "slash": ("SLASH", ""),
}  # fmt: skip

COMMANDS: Mapping[str, tuple[str, str]] = {
    **{name: ("WORD", name) for name in FUNCTIONS},
    **dict.fromkeys(_STYLES, ("SKIP", "")),
    **dict.fromkeys(_WITH_ARGUMENT, ("SKIP_ARGUMENT", "")),
    **dict.fromkeys(_SKIP_FIRST, ("SKIP_ARGUMENT", "")),
    **dict.fromkeys(_TEXT, ("TEXT", "text")),
    **dict.fromkeys(_WORDS_OF_ARGUMENT, ("TEXT", "text")),
    **dict.fromkeys(_ROMAN, ("TEXT", "roman")),
    **{name: ("OP", value) for name, value in _OPERATORS.items()},
    **{name: ("REL", value) for name, value in _RELATIONS.items() if value},
    **{name: (value, "") for name, value in _BRACKETS.items()},
    **{name: ("NAME", value) for name, value in _LETTERS.items()},
    **{name: ("GAP", str(value)) for name, value in _SPACES.items()},
    **{name: ("ACCENT", value) for name, value in _ACCENTS.items()},
    **_OTHERS,
}
"""A command's kind and value, without its backslash."""

BOLD_WRAPPERS = several("mathbf boldsymbol bm mathbb bf")
MATRICES = several("matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array cases dcases rcases")
"""Environments that are a part of a formula; every other is only layout."""

ENTITIES: Mapping[str, str] = {
    "times": "×", "minus": "-", "middot": "·", "sdot": "·", "part": "∂", "nbsp": " ", "lt": "<", "gt": ">", "amp": "&",
    "asymp": "≈", "le": "≤", "ge": "≥", "ne": "≠", "rarr": "→", "larr": "←", "rArr": "⇒", "sum": "∑", "radic": "√",
    "prime": "'", "frac12": "½", "frac14": "¼", "sup2": "²", "sup3": "³", "hellip": "…", "ndash": "-", "mdash": "—",
    "divide": "/", "thinsp": " ", "emsp": " ", "ensp": " ", "quot": '"', "apos": "'", "nabla": "∇", "equiv": "=",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "phi": "φ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ",
}  # fmt: skip
