"""The local derivatives: one operation by one of its inputs. SymPy takes each distinct one once; instances substitute.

The rule: to differentiate an indexed formula by `x[m]`, each occurrence `x[e]` in it gives the derivative by that
occurrence alone, with the letters of `e` no longer summed over. Sums and constant factors are passed through; what is
left is a formula in plain scalars, and that is SymPy's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from backprop_steps.derivation.constants import gathered
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import (
    children,
    quantities,
    rename,
    rename_quantity,
    replace_nodes,
    replace_refs,
)
from backprop_steps.expression.tree import (
    Apply,
    Expression,
    Kronecker,
    Negative,
    Product,
    Ref,
    Sigma,
    Sum,
    expression,
)
from backprop_steps.network.graph import Operation, letters_of
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import ERROR, A, Activation, Loss, S, X, Y

_TAUGHT_BY_OUTPUT = frozenset(
    row.name for row in ACTIVATIONS.values() if row.derivative is not None and S.quantity in quantities(row.derivative)
)
"""The functions whose derivative is taught in what comes out of them."""


@dataclass(frozen=True, slots=True)
class Link:
    """The derivative of one operation's output by one of its inputs, both with their letters.

    `raw` is what the rules give before it is tidied, `local` the taught form; for an activation `local` is its slope.
    """

    of: Quantity
    by: Quantity
    local: Expression
    raw: Expression


def links(operation: Operation, by: Quantity) -> tuple[Link, ...]:
    """The local derivatives of an operation by an array, one for each pattern of indices it occurs with.

    `by` is indexed by the letters that the result is to carry.
    """
    if operation.activation is not None and operation.activation.coupled:
        return (_softmax_link(operation, by),)
    if operation.activation is not None:
        of = operation.output.at(*by.index, sample=by.sample)
        slope: Expression = Ref(Quantity("slope", of.layer, of.index, of.sample))
        if slope_of(operation.activation) == expression(1):
            slope = expression(1)
        return (Link(of, by, slope, slope),)
    array = by.array()
    patterns = list(dict.fromkeys(q for q in quantities(operation.formula) if q.array() == array))
    found = []
    for pattern in patterns:
        raw = _derivative(operation.formula, pattern, operation)
        binding = dict(zip(letters_of(pattern), letters_of(by), strict=True))
        of = operation.output
        if any(letter != new for letter, new in binding.items()):
            raw, of = rename(raw, binding), rename_quantity(of, binding)
        local = gathered(tidy(raw)) if operation.loss is not None else _by_its_name(tidy(raw), operation)
        found.append(Link(of, by, local, raw))
    return tuple(found)


def _by_its_name(local: Expression, operation: Operation) -> Expression:
    """The derivative of a node s = sigma(v) as it is taught, s(1 - s): what the node calculates has a name."""
    formula = operation.formula
    if operation.kind != "node" or not isinstance(formula, Apply) or formula.function not in _TAUGHT_BY_OUTPUT:
        return local
    return replace_nodes(local, {formula: Ref(operation.output)})


def _softmax_link(operation: Operation, by: Quantity) -> Link:
    """da_m/dz_j = a_m (1 if m = j else 0, minus a_j): every output depends on every pre-activation."""
    letter = by.index[0]
    assert isinstance(letter, Letter)
    other = Letter(letter.axis, letter.copy + 1)
    output = operation.output
    of = output.at(other, sample=by.sample)
    here = output.at(letter, sample=by.sample)
    local = Product((Ref(of), Sum((Kronecker(other, letter), Negative(Ref(here))))))
    return Link(of, by, local, local)


def _derivative(node: Expression, by: Quantity, operation: Operation) -> Expression:
    """The derivative by one occurrence pattern, sums and constant factors passed through."""
    if by not in quantities(node):
        return expression(0)
    if node == operation.term and operation.loss is not None and operation.loss.derivative is not None:
        return _taught_loss(node, by, operation.loss)
    if not _has_inside(node, operation.term):
        return _by_sympy(node, by)
    match node:
        case Sigma(letter, body):
            inner = _derivative(body, by, operation)
            return inner if letter in letters_of(by) else Sigma(letter, inner)
        case Sum(terms):
            parts = [_derivative(term, by, operation) for term in terms if by in quantities(term)]
            return parts[0] if len(parts) == 1 else Sum(tuple(parts))
        case Negative(body):
            return Negative(_derivative(body, by, operation))
        case Product(factors):
            new = [_derivative(f, by, operation) if by in quantities(f) else f for f in factors]
            return Product(tuple(p for f in new for p in (f.factors if isinstance(f, Product) else (f,))))
    raise AssertionError(f"a sum inside {type(node).__name__} has no derivative rule")


def _has_inside(node: Expression, term: Expression | None) -> bool:
    """Whether a sum, or the term of a loss, stands below this node: then it is passed through, not handed over."""
    return isinstance(node, Sigma) or any(child == term or _has_inside(child, term) for child in children(node))


def _taught_loss(node: Expression, by: Quantity, loss: Loss) -> Expression:
    """The taught derivative of a loss's term, with this network's quantities for its letters."""
    target = next(q for q in quantities(node) if q.role == "target")
    assert loss.derivative is not None
    _prove_loss(loss)
    if ERROR.quantity not in quantities(loss.term):
        return replace_refs(loss.derivative, {Y.quantity: Ref(target), A.quantity: Ref(by)}.get)
    difference = next(iter(_differences(node)))
    taught = replace_refs(loss.derivative, {ERROR.quantity: difference}.get)
    if difference.terms[0] == Ref(by):
        return taught
    factors = taught.factors if isinstance(taught, Product) else (taught,)
    return Product((*factors, Negative(expression(1))))


def _differences(node: Expression) -> list[Sum]:
    """The differences of target and output in a loss's term."""
    if isinstance(node, Sum) and len(node.terms) == 2 and isinstance(node.terms[1], Negative):
        return [node]
    return [found for child in children(node) for found in _differences(child)]


@cache
def _prove_loss(loss: Loss) -> None:
    by = ERROR if ERROR.quantity in quantities(loss.term) else A
    assert loss.derivative is not None
    if not _proved(loss.term, by.quantity, loss.derivative):
        raise AssertionError(f"the taught derivative of {loss.name} is not its derivative")


def slope_of(activation: Activation) -> Expression | None:
    """The derivative of an activation in X and S, as it is taught where it is; None for a bare name.

    Of a formula of one's own it is what its lemma ends with, so that a sheet has one form of it; where there is no such
    lemma, what SymPy finds. SymPy proves the taught form, and that of the lemma, to be the derivative.
    """
    if activation.formula is None:
        return None
    return _slope(activation)


def slope_at(activation: Activation, output: Quantity, z: Quantity) -> Expression | None:
    """The derivative of an activation where it makes `output` of `z`, in those two; None for a bare name."""
    form = slope_of(activation)
    return None if form is None else replace_refs(form, {S.quantity: Ref(output), X.quantity: Ref(z)}.get)


@cache
def _slope(activation: Activation) -> Expression:
    formula = activation.formula
    assert formula is not None
    if activation.derivative is None:
        return _as_worked(activation.function, formula) or _found(formula)
    taught = replace_refs(activation.derivative, lambda q: formula if q == S.quantity else None)
    if not _proved(formula, X.quantity, taught):
        raise AssertionError(f"the taught derivative of {activation.name} is not its derivative")
    return activation.derivative


def _found(formula: Expression) -> Expression:
    from backprop_steps.expression.symbolic import differentiate

    return differentiate(formula, X.quantity)


def _as_worked(name: str, formula: Expression) -> Expression | None:
    """What a derivative ends with when it is worked line by line; None where a rule is missing, or a case is told."""
    from backprop_steps.derivation.lemmas import derivative_lemma

    try:
        lemma = derivative_lemma(name, formula)
    except ValueError:
        return None
    if any(part.conditions for part in lemma.parts) or not _proved(formula, X.quantity, lemma.result):
        return None
    return lemma.result


def _proved(formula: Expression, by: Quantity, taught: Expression) -> bool:
    """Whether SymPy proves a taught form to be the derivative."""
    from backprop_steps.expression.rational import proves_derivative

    if proves_derivative(formula, by, taught):
        return True
    from backprop_steps.expression.symbolic import differentiate, equal

    return equal(differentiate(formula, by), taught)


def _by_sympy(node: Expression, by: Quantity) -> Expression:
    """SymPy's derivative of a scalar formula, taken once for each shape of formula."""
    order = list(dict.fromkeys(quantities(node)))
    letters = {quantity: Ref(Quantity("variable", name=f"p{k}")) for k, quantity in enumerate(order)}
    back = {letter.quantity: Ref(quantity) for quantity, letter in letters.items()}
    general = replace_refs(node, letters.get)
    return replace_refs(_general(general, letters[by].quantity), back.get)


@cache
def _general(node: Expression, by: Quantity) -> Expression:
    from backprop_steps.expression.symbolic import differentiate

    return differentiate(node, by)
