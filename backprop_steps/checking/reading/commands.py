"""What TeX's commands are: a table, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.checking.reading.characters import GREEK_NAMES

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
FUNCTIONS = frozenset(
    "exp ln log lg max min tanh sinh cosh sigmoid sigm relu softmax sin cos tan sqrt abs arctan logistic softplus "
    "argmax step sign sgn sech swish gelu elu".split()
)
"""Functions that every page may use, in small letters; however they are written, they are words."""

_SCRIPTS_OF_WORDS = "mathrm operatorname operatorname* mathsf mathtt mathit textrm textnormal rm"
_ROMAN = frozenset(_SCRIPTS_OF_WORDS.split())
_TEXT = frozenset("text mbox textup textsf texttt textit textbf textsl hbox emph intertext shortintertext".split())
_STYLES = frozenset(
    "mathbf boldsymbol bm mathbb mathcal mathscr mathfrak pmb bf it cal mathnormal vv underline boxed fbox framebox "
    "colorbox ensuremath mathop mathbin mathrel mathord mathopen mathclose mathstrut smash bcancel cancel xcancel "
    "mathbfit displaystyle textstyle scriptstyle scriptscriptstyle tiny small large Large LARGE huge Huge normalsize "
    "footnotesize bfseries itshape rmfamily limits nolimits nonumber notag left right middle big Big bigg Bigg bigl bigr "
    "Bigl Bigr biggl biggr Biggl Biggr bigm Bigm allowbreak strut hfill hfil centering noindent par hline cline "
    "relax protect null item displaybreak nobreak break newline bigskip medskip smallskip qed qedhere "
    "selectfont maketitle newpage clearpage bigcirc".split()
)
_WITH_ARGUMENT = frozenset(
    "label tag tag* color hspace hspace* vspace vspace* phantom hphantom vphantom cline ref eqref cite footnote "
    "includegraphics setlength addtolength resizebox scalebox rowcolor multicolumn caption usepackage documentclass "
    "fontsize arraystretch sout st cancelto hfillx newcommand title author date".split()
)
_SKIP_FIRST = frozenset("textcolor overset underset stackrel colorbox".split())
_WORDS_OF_ARGUMENT = frozenset("section subsection subsubsection paragraph subparagraph chapter part".split())
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
    **dict.fromkeys(("therefore", "because", "forall", "exists"), ("STOP", "")),
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
    "#": ("BAD", "#"), "backslash": ("BAD", "\\"), "(": ("EDGE", ""), ")": ("EDGE", ""), "[": ("EDGE", ""),
    "]": ("EDGE", ""), "colon": ("COLON", ""), "lim": ("BAD", ""), "slash": ("SLASH", ""),
}  # fmt: skip

COMMANDS: Mapping[str, tuple[str, str]] = {
    **{name: ("WORD", name) for name in FUNCTIONS},
    **{name: ("SKIP", "") for name in _STYLES},
    **{name: ("SKIP_ARGUMENT", "") for name in _WITH_ARGUMENT},
    **{name: ("SKIP_ARGUMENT", "") for name in _SKIP_FIRST},
    **{name: ("TEXT", "text") for name in _TEXT},
    **{name: ("TEXT", "text") for name in _WORDS_OF_ARGUMENT},
    **{name: ("TEXT", "roman") for name in _ROMAN},
    **{name: ("OP", value) for name, value in _OPERATORS.items()},
    **{name: ("REL", value) for name, value in _RELATIONS.items() if value},
    **{name: (value, "") for name, value in _BRACKETS.items()},
    **{name: ("NAME", value) for name, value in _LETTERS.items()},
    **{name: ("GAP", str(value)) for name, value in _SPACES.items()},
    **{name: ("ACCENT", value) for name, value in _ACCENTS.items()},
    **_OTHERS,
}
"""A command's kind and value, without its backslash."""

BOLD_WRAPPERS = frozenset("mathbf boldsymbol bm mathbb bf".split())
MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array cases dcases rcases".split())
"""Environments that are a part of a formula; every other is only layout."""

ENTITIES: Mapping[str, str] = {
    "times": "×", "minus": "-", "middot": "·", "sdot": "·", "part": "∂", "nbsp": " ", "lt": "<", "gt": ">", "amp": "&",
    "asymp": "≈", "le": "≤", "ge": "≥", "ne": "≠", "rarr": "→", "larr": "←", "rArr": "⇒", "sum": "∑", "radic": "√",
    "prime": "'", "frac12": "½", "frac14": "¼", "sup2": "²", "sup3": "³", "hellip": "…", "ndash": "-", "mdash": "—",
    "divide": "/", "thinsp": " ", "emsp": " ", "ensp": " ", "quot": '"', "apos": "'", "nabla": "∇", "equiv": "=",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "phi": "φ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ",
}  # fmt: skip
