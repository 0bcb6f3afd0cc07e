"""Something of a product is missing, or stands there too often."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import (
    about_arrays,
    everywhere,
    numeric,
    product_like,
    stripped,
    without,
)
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Axis, Index, Letter, Quantity
from backprop_steps.expression.tidy import whole
from backprop_steps.expression.transform import ONE, nodes, quantities, quantity_letters, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Expression,
    Hadamard,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)
from backprop_steps.operations.base import S, X

TWO = Number("2")
HALF = Quotient(ONE, TWO)


@cause("missing_activation_derivative", "method")
def missing_activation_derivative(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The derivative of the activation is left out of the chain: sigma'(z), a(1 - a), 1 - a^2, its number; or the
    function stands where its derivative belongs, sigma(z) for sigma'(z).
    """

    def left_out(node: Expression) -> Iterator[Expression]:
        if not isinstance(node, Product | Hadamard):
            return
        for places in _slopes(node.factors, setting):
            if len(places) < len(node.factors):
                yield product_like(node, without(node.factors, *places))

    def undone(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Apply) and node.primes:
            yield Apply(node.function, node.arguments, node.primes - 1)

    yield from everywhere(right, left_out)
    yield from everywhere(right, undone)


def _slopes(factors: tuple[Expression, ...], setting: Setting) -> Iterator[tuple[int, ...]]:
    """The places in a product that together are the derivative of an activation."""
    inner = [stripped(factor) for factor in factors]
    for place, factor in enumerate(inner):
        if _is_slope(factor, setting):
            yield (place,)
        elif isinstance(factor, Sum) and len(factor.terms) == 2:
            one, other = factor.terms
            if one != ONE or not isinstance(other, Negative):
                continue
            if isinstance(other.body, Power):
                yield (place,)
            for beside, signal in enumerate(inner):
                if beside != place and signal == stripped(other.body):
                    yield (beside, place)
        elif isinstance(factor, Product | Hadamard):
            for places in _slopes(factor.factors, setting):
                if len(places) == len(factor.factors):
                    yield (place,)


def _is_slope(factor: Expression, setting: Setting) -> bool:
    if isinstance(factor, Apply):
        return factor.primes > 0
    if isinstance(factor, Ref):
        quantity = factor.quantity
        if quantity.of is not None and quantity.by is not None:
            return quantity.of.role == "activation" and quantity.by.role == "pre_activation"
        return quantity.role == "slope"
    if isinstance(factor, Number):
        return any(quantity.role == "slope" for quantity in setting.standing_for(factor))
    return isinstance(factor, Cases)


@cause("missing_factor", "method")
def missing_factor(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A factor is left out: a signal, an error, the learning rate, a weight; the 2, the 1/N or the 1/2 of a constant;
    the square of a difference.
    """

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Product | Hadamard):
            for place, factor in enumerate(node.factors):
                left = product_like(node, without(node.factors, place))
                # the sign of a factor stays when the factor goes, where it is that of the whole
                yield Negative(left) if isinstance(factor, Negative) and not place else left
        elif isinstance(node, Quotient):
            if (whole(node.numerator) or 0) > 1:
                yield Quotient(ONE, node.denominator)
            if node.numerator != ONE and (isinstance(node.denominator, Number) or _is_count(node.denominator)):
                yield node.numerator
        elif isinstance(node, Power):
            exponent = whole(node.exponent)
            if exponent == 2 and not numeric(node):
                yield node.base

    if not isinstance(right, Number):
        yield from everywhere(right, changes)


def _is_count(node: Expression) -> bool:
    """Whether a denominator counts samples: N, 2N."""
    return any(quantity.role == "samples" for quantity in quantities(node))


@cause("extra_factor", "method")
def extra_factor(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A factor too many: an input beside the gradient of a bias, the parameter itself in its own gradient, a factor
    twice, the derivative of the activation where it has gone already, a 2, a 1/2, a 1/N, the learning rate in a
    gradient.
    """
    if isinstance(right, Number):
        return
    found = list(_extra(right, setting))

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Product | Hadamard):
            for place, factor in enumerate(node.factors):
                if not isinstance(factor, Sum) and whole(factor) is None:
                    yield type(node)((*node.factors[: place + 1], factor, *node.factors[place + 1 :]))

    for extra in found:
        yield from _multiplied(right, extra, setting)
    yield from everywhere(right, changes)


def _multiplied(node: Expression, extra: Expression, setting: Setting) -> Iterator[Expression]:
    """The formula with one factor more, where a hand would put it: in the step of an update, within a sum."""
    if isinstance(node, Sum) and setting.updates:
        first, *step = node.terms
        if len(step) == 1:
            for new in _multiplied(step[0], extra, setting):
                yield Sum((first, new))
    elif isinstance(node, Negative):
        for new in _multiplied(node.body, extra, setting):
            yield Negative(new)
    elif isinstance(node, Sigma):
        for new in _multiplied(node.body, extra, setting):
            yield Sigma(node.letter, new)
    elif isinstance(node, Product) and isinstance(node.factors[-1], Sigma):
        for new in _multiplied(node.factors[-1], extra, setting):
            yield Product((*node.factors[:-1], new))
    else:
        factors = node.factors if isinstance(node, Product) else (node,)
        constant = isinstance(extra, Quotient) or whole(extra) is not None or extra == Ref(LEARNING_RATE)
        yield Product((extra, *factors) if constant else (*factors, extra))


def _extra(right: Expression, setting: Setting) -> Iterator[Expression]:
    subject = setting.subject
    if subject is None or not (setting.about_slopes or setting.updates or subject.role == "loss"):
        return
    about = subject.by if subject.by is not None else subject
    inside = numeric(right)
    wanted = [*_signals(about, right, setting), *_taught_slope(about, right, setting), *_itself(subject)]
    for extra in wanted:
        put = replace_refs(extra, setting.numbers.get) if inside else extra
        if not inside or not any(isinstance(part, Ref) for part in nodes(put)):
            yield put
    yield TWO
    yield HALF
    if setting.graph.samples != 1:
        count = setting.graph.samples
        yield Quotient(ONE, Number(str(count)) if inside and isinstance(count, int) else Ref(SAMPLES))
    if setting.about_slopes and not inside:
        yield Ref(LEARNING_RATE)


def _signals(about: Quantity, right: Expression, setting: Setting) -> Iterator[Expression]:
    """What goes into the layer: the factor of a weight's gradient, in that of a bias too many."""
    if about.role not in ("bias", "threshold", "pre_activation", "delta"):
        return
    layer, sample, own = about.layer - 1, _sample(about, right), about.index
    size = setting.size(layer)
    if not own and (about.role not in ("bias", "threshold") or about_arrays(right)):
        return  # a whole array: what goes in is an array too, and would not fit
    index: list[Index] = [Letter(Axis("unit", layer, size))] if own and isinstance(own[0], Letter) else []
    if not index and isinstance(size, int):
        index = list(range(1, min(size, 2) + 1))
    if own and isinstance(own[0], Letter):
        index.append(own[0])  # the letter that is there already
    for unit in index:
        yield Ref(Quantity("activation" if layer else "input", layer, (unit,), sample))


def _itself(subject: Quantity) -> Iterator[Expression]:
    """The parameter that a gradient is by: b for the derivative of wx + b by b."""
    by = subject.by
    if by is not None and by.role in ("weight", "bias", "threshold") and (by.index or by.role != "weight"):
        yield Ref(by)


def _taught_slope(about: Quantity, right: Expression, setting: Setting) -> Iterator[Expression]:
    """The activation's derivative in the form that is taught, a(1 - a), of the unit that the chain is about."""
    if not about.index or about.role not in ("pre_activation", "delta", "bias", "weight", "activation"):
        return
    operation = setting.graph.producer(Quantity("activation", about.layer))
    if operation is None or operation.activation is None or operation.activation.derivative is None:
        return
    form = operation.activation.derivative
    if not operation.activation.coupled and X.quantity not in quantities(form) and S.quantity in quantities(form):
        sample = _sample(about, right)
        if sample is not None or not setting.graph.batch:
            output = Ref(Quantity("activation", about.layer, about.index[:1], sample))
            yield replace_refs(form, {S.quantity: output}.get)


def _sample(about: Quantity, right: Expression) -> Index | None:
    """The sample that is spoken of: the quantity's own, or the letter over which the formula sums."""
    letters = (letter for quantity in quantities(right) for letter in quantity_letters(quantity))
    return about.sample or next((letter for letter in letters if letter.axis.kind == "sample"), None)
