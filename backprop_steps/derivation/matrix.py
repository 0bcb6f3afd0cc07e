"""The matrix view, recognised from the pattern of the indices.

`Σ_i W_ji a_i` is Wa, `δ_j a_i` is δaᵀ, `Σ_k W_kj δ_k` is Wᵀδ, the same letters throughout is ⊙. What is no such
pattern has no matrix view, and its index view is printed.
"""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import ONE, free_letters, nodes, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Chain,
    Constant,
    Expression,
    Hadamard,
    Kronecker,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    Transpose,
)

Place = Letter | None
ONES = Constant("ones")


class _NoMatrixViewError(Exception):
    """The pattern of the indices is none that a matrix formula says."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How arrays lie: units down and samples across (columns), or the other way round (rows).

    A letter in `kept` stays an index: sums over it are written with Σ, and the arrays carry it. With `apart` the
    factors of a product of matrices are the links of a chain, and a factor 1 stays behind the factor it follows, unless
    it is what an array of ones adds up. With `adds_up` the sum over all entries of an array, 1ᵀv, has a matrix view.
    """

    rows: bool = False
    kept: frozenset[Letter] = frozenset()
    apart: bool = False
    adds_up: bool = False

    def places(self, quantity: Quantity) -> tuple[Place, Place]:
        """The letters that run down and across the array."""
        if quantity.of is not None and quantity.by is not None:
            return self.places(quantity.by)
        letters = [index for index in quantity.index if isinstance(index, Letter)]
        if len(letters) == 2:
            to, source = letters
            return (source, to) if self.rows else (to, source)
        unit = letters[0] if letters else None
        sample = quantity.sample if isinstance(quantity.sample, Letter) and quantity.sample not in self.kept else None
        return (sample, unit) if self.rows else (unit, sample)


def matrix_view(node: Expression, target: Quantity, layout: Layout) -> Expression | None:
    """The formula of `target` between whole arrays; None where the index view has to serve."""
    places = layout.places(target)
    try:
        view = _array(node, places, layout)
    except _NoMatrixViewError:
        return None
    return view if free_letters(node) - layout.kept else _spread(view, places)


def _spread(number: Expression, places: tuple[Place, Place]) -> Expression:
    """A single number as every entry of an array: c 1, c 1 1ᵀ; the ones alone where it is 1."""
    row, column = places
    ones = ((ONES,) if _several(row) else ()) + ((Transpose(ONES),) if _several(column) else ())
    if not ones:
        return number
    if isinstance(number, Negative):
        return Negative(_spread(number.body, places))
    factors = ones if tidy(number) == ONE else (*_as_factors(number), *ones)
    return factors[0] if len(factors) == 1 else Product(factors)


def whole(quantity: Quantity, layout: Layout) -> Quantity:
    """The array a quantity is an element of; a kept sample letter stays on it."""
    array = quantity.array()
    if isinstance(quantity.sample, Letter) and quantity.sample in layout.kept:
        return array.at(sample=quantity.sample)
    return array


def _array(node: Expression, places: tuple[Place, Place], layout: Layout) -> Expression:
    """The node as an array whose rows and columns are counted by these two letters."""
    letters = free_letters(node) - layout.kept
    if not letters:
        if not layout.adds_up or not _sums(node, layout):
            return _scalar(node, layout)
        if isinstance(node, Negative):
            return Negative(_array(node.body, places, layout))
        return _contraction(node, places, layout)
    wanted = {place for place in places if place is not None}
    match node:
        case Negative(body):
            return Negative(_array(body, places, layout))
        case Sum(terms):
            return Sum(tuple(_term(term, places, layout) for term in terms))
        case Product((body, Number("1"))) if layout.apart:
            return Product((*_as_factors(_array(body, places, layout)), ONE))
        case Sigma() | Product():
            return _contraction(node, places, layout)
    if letters != wanted:
        raise _NoMatrixViewError
    return _elementwise(node, places, layout)


def _term(term: Expression, places: tuple[Place, Place], layout: Layout) -> Expression:
    """A term of a sum; a bias is added to every sample: b 1ᵀ. One that the units share, to every entry: b 1, b 1 1ᵀ."""
    row, column = places
    letters = free_letters(term) - layout.kept
    body = term.body if isinstance(term, Negative) else term
    if not letters and isinstance(body, Ref) and body.quantity.role in ("bias", "threshold"):
        spread = _spread(body, places)
        return Negative(spread) if isinstance(term, Negative) else spread
    sample = column if not layout.rows else row
    unit = row if not layout.rows else column
    if isinstance(body, Ref) and sample is not None and sample not in letters and letters <= {unit}:
        array = Ref(whole(body.quantity, layout))
        spread = Product((ONES, array)) if layout.rows else Product((array, Transpose(ONES)))
        return Negative(spread) if isinstance(term, Negative) else spread
    return _array(term, places, layout)


def _several(place: Place) -> bool:
    return place is not None and place.axis.size != 1


def _scalar(node: Expression, layout: Layout) -> Expression:
    if _sums(node, layout):
        raise _NoMatrixViewError
    return replace_refs(node, lambda quantity: Ref(whole(quantity, layout)))


def _sums(node: Expression, layout: Layout) -> bool:
    """Whether a sum runs over the entries of an array, for which there is only the index view."""
    return any(isinstance(one, Sigma) and one.letter not in layout.kept for one in nodes(node))


def _elementwise(node: Expression, places: tuple[Place, Place], layout: Layout) -> Expression:
    """A formula that does the same to every entry: functions, quotients, powers, differences."""
    match node:
        case Ref(quantity):
            if layout.places(quantity) == places:
                return Ref(whole(quantity, layout))
            if layout.places(quantity) == (places[1], places[0]):
                return Transpose(Ref(whole(quantity, layout)))
            raise _NoMatrixViewError
        case Number():
            return node
        case Apply(function, arguments, primes):
            return Apply(function, tuple(_array(argument, places, layout) for argument in arguments), primes)
        case Quotient(one, two) if not free_letters(two) - layout.kept:
            return Quotient(_array(one, places, layout), _scalar(two, layout))
        case Power(base, exponent):
            if free_letters(exponent):
                raise _NoMatrixViewError
            return Power(_array(base, places, layout), exponent)
    raise _NoMatrixViewError


def _contraction(node: Expression, places: tuple[Place, Place], layout: Layout) -> Expression:
    """A product, with or without sums: constants in front, then the arrays in the order that multiplies."""
    bound: list[Letter] = []
    kept: list[Letter] = []
    factors: list[Expression] = []
    constants: list[Expression] = []

    def collect(part: Expression) -> None:
        if isinstance(part, Sigma):
            (kept if part.letter in layout.kept else bound).append(part.letter)
            collect(part.body)
        elif isinstance(part, Product):
            for factor in part.factors:
                collect(factor)
        elif free_letters(part) - layout.kept:
            if isinstance(part, Negative) and not isinstance(part.body, Sum):
                constants.append(Negative(Number("1")))
                collect(part.body)
            elif isinstance(part, Negative):
                constants.append(Negative(Number("1")))
                factors.append(part.body)
            elif isinstance(part, Kronecker):
                raise _NoMatrixViewError
            else:
                factors.append(part)
        elif free_letters(part):
            factors.append(part)
        elif part == ONE and layout.apart and factors:
            factors[-1] = Product((factors[-1], ONE))
        else:
            constants.append(part)

    collect(node)
    negative = sum(1 for c in constants if c == Negative(Number("1"))) % 2 == 1
    front = [_scalar(c, layout) for c in constants if c not in (Number("1"), Negative(Number("1")))]
    body = _multiply(factors, frozenset(bound), places, layout)
    inner: tuple[Expression, ...] = body.factors if isinstance(body, Product) else (body,)
    for letter in reversed(kept):
        inner = (Sigma(letter, inner[0] if len(inner) == 1 else Product(inner)),)
    all_factors = (*front, *inner)
    product = all_factors[0] if len(all_factors) == 1 else Product(all_factors)
    if isinstance(body, Chain) and not kept:
        first = (*front, *_as_factors(body.factors[0]))
        product = Chain((first[0] if len(first) == 1 else Product(first), *body.factors[1:]))
    return Negative(product) if negative else product


def _multiply(
    factors: list[Expression], bound: frozenset[Letter], places: tuple[Place, Place], layout: Layout
) -> Expression:
    """The product of array factors, the bound letters summed over, as an array with these places."""
    wanted = frozenset(place for place in places if place is not None)
    own = {id(f): free_letters(f) - layout.kept for f in factors}
    scalars = [f for f in factors if not own[id(f)]]
    together = [f for f in factors if own[id(f)] == wanted and wanted]
    rest = [f for f in factors if f not in together and f not in scalars]
    parts = [_operand(f, places, layout) for f in together]
    if bound - frozenset(letter for f in rest for letter in own[id(f)]):
        raise _NoMatrixViewError
    if rest:
        parts.insert(0 if _before(rest, together, factors) else len(parts), _chain(rest, bound, places, layout))
    if not parts:
        raise _NoMatrixViewError
    body = parts[0] if len(parts) == 1 else Hadamard(tuple(parts))
    if scalars:
        inner = body.factors if isinstance(body, Product) else (body,)
        return Product((*[_scalar(f, layout) for f in scalars], *inner))
    return body


def _before(rest: list[Expression], together: list[Expression], factors: list[Expression]) -> bool:
    return not together or factors.index(rest[0]) < factors.index(together[0])


def _chain(
    factors: list[Expression], bound: frozenset[Letter], places: tuple[Place, Place], layout: Layout
) -> Expression:
    """Two groups of factors that share one summed letter (or none: an outer product), multiplied as matrices."""
    row, column = places
    own = {id(f): free_letters(f) - layout.kept for f in factors}
    # without a unit of its own, 1ᵀv, the units that are added up are those at the end of the path
    own_unit = any(place is not None and place.axis.kind == "unit" for place in places)
    first = "unit" if (row, column) == (None, None) and not layout.rows else "sample"
    ordered = sorted(bound, key=lambda x: (x.axis.kind != first, -x.axis.layer if own_unit else x.axis.layer))
    links: list[Place] = [None, *ordered]
    one_sided: list[tuple[Letter, list[Expression], bool]] = []
    for link in links:
        left, right = _split(factors, own, row, column, link)
        if left and right:
            left_bound = frozenset(x for x in bound - {link} if any(x in own[id(f)] for f in left))
            one = _multiply(left, left_bound, (row, link), layout)
            two = _multiply(right, bound - {link} - left_bound, (link, column), layout)
            return _linked(one, two, layout)
        if link is not None and (left or right) and (row is None or column is None):
            one_sided.append((link, left or right, bool(left)))
    for link, side, is_left in one_sided:
        # nothing stands on the other side: the rows, or the columns, are added up
        if is_left and (row, column) != (None, None):
            return _linked(_added_up(_multiply(side, bound - {link}, (row, link), layout)), ONES, layout)
        return _linked(Transpose(ONES), _added_up(_multiply(side, bound - {link}, (link, column), layout)), layout)
    raise _NoMatrixViewError


def _split(
    factors: list[Expression],
    own: dict[int, frozenset[Letter]],
    row: Place,
    column: Place,
    link: Place,
) -> tuple[list[Expression], list[Expression]]:
    """The factors that hang together with the row's letter when the linking letter is cut, and the others."""
    if row is None:
        # nothing runs down: what carries the column's letter is the right side, all else the left
        right, _ = _connected(factors, own, {column}, link)
        return [f for f in factors if f not in right], right
    left, reach = _connected(factors, own, {row}, link)
    if column is not None and column in reach:
        return [], []
    return left, [f for f in factors if f not in left]


def _connected(
    factors: list[Expression], own: dict[int, frozenset[Letter]], start: set[Place], link: Place
) -> tuple[list[Expression], set[Letter]]:
    reach: set[Letter] = {place for place in start if place is not None}
    found: list[Expression] = []
    grown = True
    while grown:
        grown = False
        for factor in factors:
            if factor not in found and (own[id(factor)] - {link}) & reach:
                found.append(factor)
                reach |= {letter for letter in own[id(factor)] if letter != link}
                grown = True
    return found, reach


def _operand(factor: Expression, places: tuple[Place, Place], layout: Layout) -> Expression:
    return _array(factor, places, layout)


def _linked(one: Expression, two: Expression, layout: Layout) -> Product:
    """Two matrices multiplied: one product, or where the factors are kept apart, one link after the other."""
    if not layout.apart:
        return Product((*_as_factors(one), *_as_factors(two)))
    return Chain(tuple(link for part in (one, two) for link in (part.factors if isinstance(part, Chain) else (part,))))


def _added_up(node: Expression) -> Expression:
    """What stands before an array of ones, without the 1 that it stands for."""
    if isinstance(node, Hadamard):
        return Hadamard((*node.factors[:-1], _added_up(node.factors[-1])))
    factors = _as_factors(node)
    if len(factors) > 1 and factors[-1] == ONE:
        return factors[0] if len(factors) == 2 else type(node)(factors[:-1])  # type: ignore[call-arg]
    return node


def _as_factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Product) else (node,)
