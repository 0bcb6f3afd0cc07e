"""A tree of signs in one line, for tests: `Loss`, `(/ 1 2)`, `(+ a -b)`, `(* W [.] x)`."""

from __future__ import annotations

from backprop_steps.checking.reading.written import (
    Blank,
    Cases,
    Chain,
    Comparison,
    Differential,
    Dots,
    Fraction,
    Group,
    Indexed,
    Matrix,
    Member,
    Numeral,
    Power,
    Primed,
    Product,
    Root,
    Sigma,
    Sum,
    Symbol,
    Transposed,
    Written,
)

_ENDS = {"(": ")", "[": "]", "{": "}", "|": "|", "||": "||"}


def spelled(node: Written | None) -> str:
    """The whole tree; what hangs on a letter follows it: marks before a colon, `_` sub, `^` sup."""
    match node:
        case None:
            return "-"
        case Numeral(text=text):
            return text
        case Symbol():
            return _symbol(node)
        case Sum(terms=terms):
            return "(+ " + " ".join(("-" if sign < 0 else "") + spelled(term) for sign, term in terms) + ")"
        case Product(factors=factors, operators=operators):
            parts = [spelled(factors[0])]
            for operator, factor in zip(operators, factors[1:], strict=True):
                parts += ([operator] if operator else []) + [spelled(factor)]
            return "<" + " ".join(parts) + ">"
        case Fraction(numerator=above, denominator=below):
            return f"({spelled(above)} / {spelled(below)})"
        case Differential(body=body, letter=letter, order=order):
            return f"{letter}{order if order > 1 else ''}[{'' if body is None else spelled(body)}]"
        case Power(base=base, exponent=exponent):
            return f"({spelled(base)} ^ {spelled(exponent)})"
        case Root(body=body):
            return f"sqrt[{spelled(body)}]"
        case Primed(body=body, count=count):
            return spelled(body) + "'" * count
        case Transposed(body=body):
            return f"T[{spelled(body)}]"
        case Indexed(body=body, sub=sub):
            return f"{spelled(body)}_{' '.join(sub)}"
        case Group(items=items, kind=kind):
            return kind + ", ".join(map(spelled, items)) + _ENDS[kind]
        case Matrix(rows=rows):
            return "M[" + "; ".join(" ".join(map(spelled, row)) for row in rows) + "]"
        case Cases(pieces=pieces):
            return "cases[" + "; ".join(f"{spelled(value)} if {spelled(when)}" for value, when in pieces) + "]"
        case Comparison(left=left, relation=relation, right=right):
            return f"{spelled(left)} {relation} {spelled(right)}"
        case Sigma(letters=letters, lower=lower, upper=upper, body=body, apart=apart):
            below = ",".join(letters) + "".join(f"!={one}" for one in apart)
            return f"sum[{below} {spelled(lower)} {spelled(upper)} : {spelled(body)}]"
        case Blank():
            return "?"
        case Dots():
            return "..."
    raise AssertionError(node)


def _symbol(symbol: Symbol) -> str:
    text = "".join(f"{mark}:" for mark in symbol.marks) + symbol.base + "'" * symbol.primes
    if symbol.sub:
        text += "_" + " ".join(symbol.sub)
    if symbol.sup:
        text += "^" + " ".join(symbol.sup)
    return text


def member_text(member: Member) -> str:
    """A member, or what is the trouble with it."""
    return spelled(member.node) if member.node is not None else f"!{member.trouble}"


def chain_text(chain: Chain) -> str:
    """A chain as it is written, with single spaces: `a = b ~ c`; a headless one begins with its relation."""
    members = [" ".join(member.text.split()) for member in chain.members]
    relations = list(chain.relations)
    text = f"{relations.pop(0)} " if chain.headless else ""
    for member, relation in zip(members, [*relations, ""], strict=True):
        text += f"{member} {relation} " if relation else member
    return text


def walk(node: Written) -> list[Written]:
    """The node and all below it."""
    found: list[Written] = []
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif isinstance(one, Written):
            found.append(one)
            waiting += [getattr(one, name) for name in one.__dataclass_fields__ if name != "span"]
    return found
