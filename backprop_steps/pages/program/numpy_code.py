"""A formula as a line of NumPy: between whole arrays where it has a matrix view, otherwise entry by entry.

Every array is two-dimensional and lies as the notation lays arrays out: a vector is a column, or with samples in rows a
row. What has no index is a plain number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backprop_steps.derivation.matrix import Layout, matrix_view
from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.transform import free_letters, nodes, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Expression,
    Group,
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
from backprop_steps.network.graph import letters_of
from backprop_steps.pages.program.numpy_names import indices

Dims = tuple[Letter | None, ...]
"""The letters that an array's axes are counted by, None for an axis of one entry; empty for a number."""
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_WIDTH = 80
_LETTERS = "ijkmpqrs"
_ONES = Constant("ones")
_RELATIONS: Mapping[str, str] = {"=": "=="}


@dataclass(frozen=True, slots=True)
class Variable:
    """What a quantity is called in the code. `quantity` has its letters, `dims` is what its axes are counted by."""

    name: str
    quantity: Quantity
    dims: Dims = ()


@dataclass(frozen=True, slots=True)
class _Code:
    """A piece of code: how tightly it binds, whether it is a matrix product, its shape (empty: a number)."""

    text: str
    level: int = _ATOM
    shape: tuple[int, ...] = ()
    matrix: bool = False

    def within(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


class _NoCodeError(Exception):
    """A formula in the matrix view that is no formula of NumPy's."""


class NumpyCode:
    """Writes formulas as NumPy.

    `variable` says what holds a quantity, given as it stands in a formula, `function` what a function is called.
    """

    def __init__(
        self, layout: Layout, variable: Callable[[Quantity], Variable], function: Callable[[str, int], str]
    ) -> None:
        self._layout, self._variable, self._function = layout, variable, function
        self._jacobians: dict[Quantity, Quantity] = {}

    def assigned(self, node: Expression, target: Variable) -> str:
        """The right side of an assignment to a variable."""
        if not target.dims:
            return self._number(node, {}).text
        shape = _shape(target.dims)
        view = self._view(node, target)
        if view is not None and view.shape == shape:
            return view.text
        if view is not None and not view.shape:
            return f"np.full({shape}, {view.text})"
        if not free_letters(node):
            return f"np.full({shape}, {self._number(node, {}).text})"
        if self._is_aligned(node, target.dims):
            return self._number(node, None).text
        return self._entries(node, target.dims, shape)

    def function_of(self, node: Expression, argument: Quantity, name: str) -> str:
        """What a function returns, by its formula in one variable of this name, which may be an array."""
        one = Variable(name, argument, (None, None))

        def variable(quantity: Quantity) -> Variable:
            return one if quantity == argument else self._variable(quantity)

        return NumpyCode(self._layout, variable, self._function)._number(node, None).text

    # whole arrays

    def _view(self, node: Expression, target: Variable) -> _Code | None:
        quantity = target.quantity
        subject = quantity.by if quantity.by is not None else quantity
        if self._layout.places(subject) != target.dims:
            return None
        view = matrix_view(self._with_matrices(node), subject, self._layout)
        try:
            return None if view is None else self._array(view)
        except _NoCodeError:
            return None

    def _with_matrices(self, node: Expression) -> Expression:
        """The formula with a matrix in place of each derivative of a vector by another."""

        def matrix(quantity: Quantity) -> Expression | None:
            if quantity.of is None or not is_jacobian(quantity):
                return None
            found = Quantity("weight", 0, indices(quantity), name=repr(quantity.array()))
            self._jacobians[found.array()] = quantity
            return Ref(found)

        return replace_refs(node, matrix)

    def _is_aligned(self, node: Expression, dims: Dims) -> bool:
        """Whether NumPy has to do no more than the same to all entries: every array lies as the result does."""
        covered: set[Letter | None] = {letter for letter in dims if letter is None or letter.axis.size == 1}
        for part in nodes(node):
            if isinstance(part, Sigma | Kronecker):
                return False
            if not isinstance(part, Ref):
                continue
            variable = self._variable(part.quantity)
            here = dict(zip(indices(variable.quantity), indices(part.quantity), strict=True))
            axes = tuple(letter and here[letter] for letter in variable.dims)
            if axes and (len(axes) != len(dims) or any(a not in (None, b) for a, b in zip(axes, dims, strict=True))):
                return False
            covered |= set(axes)  # type: ignore[arg-type]
        return covered >= set(dims)

    def _array(self, node: Expression) -> _Code:
        match node:
            case Number():
                return _number(node)
            case Constant(name) if name != "ones":
                return _Code(f"np.{name}")
            case Ref(quantity):
                variable = self._variable(self._jacobians.get(quantity, quantity))
                return _Code(variable.name, shape=_shape(variable.dims))
            case Negative(body):
                inner = self._array(body)
                return _Code(f"-{inner.within(_SIGN)}", _SIGN, inner.shape)
            case Group(body):
                return self._array(body)
            case Sum(terms):
                return self._added(terms, self._array)
            case Transpose(body):
                inner = self._array(body)
                return _Code(f"{inner.within(_ATOM)}.T", shape=inner.shape[::-1])
            case Hadamard(factors):
                parts = [self._array(factor) for factor in factors]
                return _Code(_times(parts), _PRODUCT, _broadcast(parts))
            case Product(factors):
                return self._multiplied(factors)
            case Quotient(top, bottom):
                parts = [self._array(top), self._array(bottom)]
                return _Code(_over(*parts), _PRODUCT, _broadcast(parts))
            case Power(base, exponent):
                if base == Constant("e"):
                    inner = self._array(exponent)
                    return _Code(f"np.exp({inner.text})", shape=inner.shape)
                parts = [self._array(base), self._array(exponent)]
                return _Code(_to_the(*parts), _POWER, _broadcast(parts))
            case Apply(function, arguments, primes):
                return self._called(function, primes, [self._array(argument) for argument in arguments])
        raise _NoCodeError

    def _multiplied(self, factors: Sequence[Expression]) -> _Code:
        """Scalars in front, then the arrays; an array of ones repeats what stands beside it, or adds it up."""
        if factors[-1] in (_ONES, Transpose(_ONES)) or factors[0] in (_ONES, Transpose(_ONES)):
            return self._with_ones(factors)
        if any(factor in (_ONES, Transpose(_ONES)) for factor in factors):
            raise _NoCodeError
        parts = [self._array(factor) for factor in factors]
        scalars = [part for part in parts if not part.shape]
        arrays = [part for part in parts if part.shape]
        if not arrays:
            return _Code(_times(parts), _PRODUCT)
        product = arrays[0]
        for part in arrays[1:]:
            product = _matrix_product(product, part)
        return _Code(_times([*scalars, product]), _PRODUCT, product.shape) if scalars else product

    def _with_ones(self, factors: Sequence[Expression]) -> _Code:
        first, last = factors[0], factors[-1]
        at_end = last in (_ONES, Transpose(_ONES))
        rest = factors[:-1] if at_end else factors[1:]
        if not rest:
            raise _NoCodeError
        inner = self._array(rest[0] if len(rest) == 1 else Product(tuple(rest)))
        repeats = isinstance(last, Transpose) if at_end else not isinstance(first, Transpose)
        if not inner.shape or repeats:
            return inner  # NumPy repeats it by itself
        axis = 1 if at_end else 0
        shape = (inner.shape[0], 1) if at_end else (1, inner.shape[1])
        return _Code(f"np.sum({inner.text}, axis={axis}, keepdims=True)", shape=shape)

    # entry by entry

    def _entries(self, node: Expression, dims: Dims, shape: tuple[int, ...]) -> str:
        names = _named(dims, node)
        text = self._number(node, names).text
        for letter, size in zip(reversed(dims[1:]), reversed(shape[1:]), strict=True):
            text = f"[{text}{_loop(letter, size, names)}]"
        loop = _loop(dims[0], shape[0], names)
        if len(text) + len(loop) > _WIDTH:
            return f"np.array([\n    {text}{chr(10) + '   ' if loop else ''}{loop}\n])"
        return f"np.array([{text}{loop}])"

    def _number(self, node: Expression, names: Mapping[Letter, str] | None) -> _Code:
        """The formula about one entry; with no names for the letters, the same about all entries at once."""

        def inner(part: Expression) -> _Code:
            return self._number(part, names)

        match node:
            case Number():
                return _number(node)
            case Constant(name) if name != "ones":
                return _Code(f"np.{name}")
            case Ref(quantity):
                return _Code(self._variable(quantity).name if names is None else self._entry(quantity, names))
            case Negative(body):
                return _Code(f"-{inner(body).within(_SIGN)}", _SIGN)
            case Group(body):
                return inner(body)
            case Sum(terms):
                return self._added(terms, inner)
            case Product(factors):
                return _Code(_times([inner(factor) for factor in factors]), _PRODUCT)
            case Quotient(top, bottom):
                return _Code(_over(inner(top), inner(bottom)), _PRODUCT)
            case Power(base, exponent):
                if base == Constant("e"):
                    return _Code(f"np.exp({inner(exponent).text})")
                return _Code(_to_the(inner(base), inner(exponent)), _POWER)
            case Apply(function, arguments, primes):
                return self._called(function, primes, [inner(argument) for argument in arguments])
            case Kronecker(left, right) if names is not None:
                return _Code(f"(1 if {_index(left, names)} == {_index(right, names)} else 0)")
            case Cases(pieces) if names is None:
                return self._where(pieces, inner)
            case Cases(pieces):
                *first, (last, _) = pieces
                code = inner(last)
                for body, condition in reversed(first):
                    assert condition is not None
                    code = _Code(f"({inner(body).text} if {self._compared(condition, inner)} else {code.text})")
                return code
            case Sigma() if names is not None:
                return self._sum_of(node, names)
        raise TypeError(f"{type(node).__name__} has no number")

    def _sum_of(self, node: Sigma, names: Mapping[Letter, str]) -> _Code:
        """A sum over all entries of an array; where its terms are none, a loop."""
        letters: list[Letter] = []
        body: Expression = node
        while isinstance(body, Sigma):
            letters.append(body.letter)
            body = body.body
        units = [letter for letter in letters if letter.axis.kind == "unit"]
        samples = [letter for letter in letters if letter.axis.kind == "sample"]
        if len(units) <= 1 and len(samples) <= 1 and free_letters(body) == set(letters):
            of = Quantity("activation", 1, tuple(units), samples[0] if samples else None)
            view = self._view(body, Variable("", of, self._layout.places(of)))
            if view is not None and view.shape == _shape(self._layout.places(of)):
                return _Code(f"np.sum({view.text})")
        inner = {**names, **_named(tuple(letters), body, names)}
        loops = "".join(f" for {inner[letter]} in range({letter.axis.size})" for letter in letters)
        return _Code(f"sum({self._number(body, inner).text}{loops})")

    def _entry(self, quantity: Quantity, names: Mapping[Letter, str]) -> str:
        variable = self._variable(quantity)
        if not variable.dims:
            return variable.name
        here = dict(zip(indices(variable.quantity), indices(quantity), strict=True))
        places = ["0" if letter is None else _index(here[letter], names) for letter in variable.dims]
        return f"{variable.name}[{', '.join(places)}]"

    # both

    def _added(self, terms: Sequence[Expression], inner: Callable[[Expression], _Code]) -> _Code:
        text = ""
        parts: list[_Code] = []
        for term in terms:
            minus = isinstance(term, Negative) and bool(text)
            part = inner(term.body if minus and isinstance(term, Negative) else term)
            parts.append(part)
            sign = (" - " if minus else " + ") if text else ""
            text += sign + part.within(_PRODUCT)
        return _Code(text, _SUM, _broadcast(parts))

    def _where(
        self, pieces: Sequence[tuple[Expression, Comparison | None]], inner: Callable[[Expression], _Code]
    ) -> _Code:
        *first, (last, _) = pieces
        code = inner(last)
        for body, condition in reversed(first):
            assert condition is not None
            value, test = inner(body), self._compared(condition, inner)
            code = _Code(f"np.where({test}, {value.text}, {code.text})", shape=_broadcast([value, code]))
        return code

    def _called(self, function: str, primes: int, arguments: Sequence[_Code]) -> _Code:
        name = self._function(function, primes)
        text = f"{name}({arguments[0].text})" if len(arguments) == 1 else arguments[0].text
        for other in arguments[1:]:  # np.maximum and np.minimum take two
            text = f"{name}({text}, {other.text})"
        return _Code(text, shape=_broadcast(arguments))

    def _compared(self, condition: Comparison, inner: Callable[[Expression], _Code]) -> str:
        relation = _RELATIONS.get(condition.relation, condition.relation)
        return f"{inner(condition.left).text} {relation} {inner(condition.right).text}"


def literal(number: Number) -> str:
    """A literal of the sheet as Python writes it."""
    text = number.text.removeprefix("+")
    return str(int(text)) if text.lstrip("-").isdigit() else str(Decimal(text)).replace("E", "e")


def _number(node: Number) -> _Code:
    text = literal(node)
    return _Code(text, _SIGN if text.startswith("-") else _ATOM)


def _times(parts: Sequence[_Code]) -> str:
    """Factors one after another; a matrix product among others, and a fraction behind others, in brackets."""
    first, *others = parts
    alone = not others
    texts = [f"({first.text})" if first.matrix and not alone else first.within(_PRODUCT)]
    texts += [f"({part.text})" if part.matrix or part.level == _SIGN else part.within(_POWER) for part in others]
    return " * ".join(texts)


def _over(top: _Code, bottom: _Code) -> str:
    return f"{f'({top.text})' if top.matrix else top.within(_PRODUCT)} / {bottom.within(_POWER)}"


def _to_the(base: _Code, exponent: _Code) -> str:
    return f"{base.within(_ATOM)} ** {exponent.within(_SIGN)}"


def _matrix_product(left: _Code, right: _Code) -> _Code:
    if left.shape[1] != right.shape[0]:
        if (1, 1) not in (left.shape, right.shape):
            raise _NoCodeError
        return _Code(_times([left, right]), _PRODUCT, _broadcast([left, right]))
    first = f"({left.text})" if left.level == _PRODUCT and not left.matrix else left.within(_PRODUCT)
    text = f"{first} @ {right.within(_POWER)}"
    return _Code(text, _PRODUCT, (left.shape[0], right.shape[1]), matrix=True)


def _broadcast(parts: Sequence[_Code]) -> tuple[int, ...]:
    """The shape that NumPy gives what is calculated entry by entry."""
    shapes = [part.shape for part in parts if part.shape]
    if not shapes:
        return ()
    found = (max(shape[0] for shape in shapes), max(shape[1] for shape in shapes))
    if any(size not in (1, whole) for shape in shapes for size, whole in zip(shape, found, strict=True)):
        raise _NoCodeError
    return found


def _shape(dims: Dims) -> tuple[int, ...]:
    return tuple(1 if letter is None else int(letter.axis.size) for letter in dims)


def _loop(letter: Letter | None, size: int, names: Mapping[Letter, str]) -> str:
    return "" if letter is None else f" for {names[letter]} in range({size})"


def is_jacobian(quantity: Quantity) -> bool:
    """Whether it is a derivative of a vector's entry by another vector's entry, in letters: that of a matrix."""
    if quantity.of is None or quantity.by is None:
        return False
    of, by = letters_of(quantity.of), letters_of(quantity.by)
    return len(of) == len(by) == 1 and of != by and len(indices(quantity)) == 2


def _index(index: Index, names: Mapping[Letter, str]) -> str:
    return names[index] if isinstance(index, Letter) else str(index - 1)


def _named(dims: Dims, node: Expression, taken: Mapping[Letter, str] | None = None) -> dict[Letter, str]:
    """A name for each of these letters and of those that are free in a formula; n counts samples."""
    names: dict[Letter, str] = {}
    used = set((taken or {}).values())
    free = sorted(free_letters(node), key=lambda letter: (letter.axis.layer, letter.copy))
    for letter in (*dims, *free):
        if letter is None or letter in names or (letter in (taken or {}) and letter not in dims):
            continue
        choices = ("n", *_LETTERS) if letter.axis.kind == "sample" else tuple(_LETTERS)
        names[letter] = next(name for name in choices if name not in used)
        used.add(names[letter])
    return names
