"""What Typst calls the signs, accents and fonts of a formula: by name where it is settled, else the sign itself."""

from __future__ import annotations

_GREEK = (
    "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_FUNCTIONS = "exp ln log sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan arg det dim max min sup inf lim"

SIGNS: dict[str, str] = {name: name for name in f"{_GREEK} {_FUNCTIONS}".split()} | {
    # TeX's plain forms of these letters are Typst's alternatives, and the other way round
    "epsilon": "epsilon.alt", "varepsilon": "epsilon", "phi": "phi.alt", "varphi": "phi", "vartheta": "theta.alt",
    "varkappa": "kappa.alt", "varpi": "pi.alt", "varrho": "rho.alt", "varsigma": "sigma.alt",
    "ell": "ell", "hbar": "ℏ", "imath": "dotless.i", "jmath": "dotless.j", "aleph": "aleph", "Re": "Re", "Im": "Im",
    "wp": "℘", "partial": "partial", "nabla": "nabla", "infty": "infinity", "prime": "prime", "emptyset": "emptyset",
    "cdot": "dot.op", "times": "times", "pm": "plus.minus", "mp": "minus.plus", "star": "⋆", "ast": "∗", "circ": "∘",
    "bullet": "∙", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "dagger": "†", "ddagger": "‡", "top": "⊤", "bot": "⊥",
    "perp": "⟂", "parallel": "∥", "sharp": "♯", "flat": "♭", "natural": "♮", "sum": "sum", "prod": "product",
    "leftarrow": "arrow.l", "gets": "arrow.l", "rightarrow": "arrow.r", "to": "arrow.r", "Rightarrow": "arrow.r.double",
    "approx": "approx", "in": "in", "ne": "eq.not", "neq": "eq.not", "le": "lt.eq", "leq": "lt.eq", "ge": "gt.eq",
    "geq": "gt.eq", "mid": 'class("relation", bar.v)', "vert": 'class("normal", bar.v)',
    "Vert": 'class("normal", bar.v.double)', "lvert": 'class("opening", bar.v)', "rvert": 'class("closing", bar.v)',
    "lVert": 'class("opening", bar.v.double)', "rVert": 'class("closing", bar.v.double)',
    "langle": r"\⟨", "rangle": r"\⟩", "ldots": "dots.h", "dots": "dots.h", "cdots": "dots.c", "vdots": "dots.v",
    "ddots": "dots.down", "quad": "quad", "qquad": "wide", ",": "thin", ":": "med", ";": "thick", "!": "#h(-0.1667em)",
    " ": "space", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "displaystyle": "", "limits": "",
}  # fmt: skip
"""By the name of the macro, without its backslash."""

CHARACTERS: dict[str, str] = {one: one for one in "+-=<>*?.[]()"} | {
    "(": r"\(", ")": r"\)", "[": r"\[", "]": r"\]", ",": r"\,", ";": r"\;", ":": r"\:", "/": "slash", "!": r"\!",
    "|": 'class("normal", bar.v)', "~": "space.nobreak", "&": "&",
}  # fmt: skip
"""By the character; letters and digits stand for themselves."""

ACCENTS: dict[str, str] = {
    "hat": "hat", "bar": "macron", "tilde": "tilde", "vec": "arrow", "dot": "dot", "ddot": "dot.double",
    "acute": "acute", "grave": "grave", "breve": "breve", "check": "caron", "mathring": "circle", "widehat": "hat",
    "widetilde": "tilde", "overline": "overline", "underline": "underline", "overrightarrow": "arrow",
    "overleftarrow": "arrow.l",
}  # fmt: skip
"""What is put over or under an argument."""

FONTS: dict[str, tuple[str, ...]] = {
    "mathrm": ("upright",), "mathbf": ("bold", "upright"), "mathit": ("italic",), "mathsf": ("sans",),
    "mathtt": ("mono",), "mathcal": ("cal",), "mathfrak": ("frak",), "mathbb": ("bb",), "mathnormal": ("italic",),
    "operatorname": ("upright",),
}  # fmt: skip
"""The hands a letter is set in, from the inside."""

WORDS: dict[str, str] = {"text": "", "textrm": "upright", "textbf": "bold", "textit": "italic"}
"""What is put around words; nothing for words in the hand of the text."""
