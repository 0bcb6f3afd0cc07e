"""Lines with matrices written out: every entry is compared, rows and columns as the problem lays its arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TypeVar

from backprop_steps.checking.judging.case import Case
from backprop_steps.checking.judging.judgement import BAD, FAULTS, GOOD, Judgement
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.literals import HALF, Known, close, exact_at, radius, single, unit, whole
from backprop_steps.checking.truth.tensors import Label, NoValue, Value, at, labels_of
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.valuation import SOFTMAX
from backprop_steps.checking.truth.world import World
from backprop_steps.checking.truth.yours import Mine, Yours
from backprop_steps.expression.arrays import Array, evaluate_array
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import contains, numbers, quantities, quantity_letters, rebuild
from backprop_steps.expression.tree import Apply, Dots, Expression, Group, Matrix, Transpose

Literal = tuple[Decimal, str]
"""The value of a literal, and its text."""
Item = TypeVar("Item")
MOST_TRIED = 8
"""About so many entries of an array tell how far roundings can move any of them."""
ORDER = (Verdict.CORRECT, Verdict.ROUNDED, Verdict.FOLLOWS, Verdict.INCORRECT)


def has_matrix(node: Expression) -> bool:
    """Whether a matrix is written out in the formula."""
    return contains(node, Matrix)


@dataclass(frozen=True, slots=True)
class Matrices:
    """Reads arrays by rows and columns."""

    truth: Truth
    signs: Signs
    scale: Decimal = Decimal(1)
    """How many times its quantity an array that is judged is."""

    def rows(self, value: Value, quantity: Quantity) -> Array:
        """A value laid out as its quantity's array is: a weight's rows are its units, or in rows its inputs."""
        down, across = self._labels(quantity)
        if isinstance(value, Decimal):
            return ((value,),)
        have = labels_of(value)
        down, across = (label if label in have else None for label in (down, across))
        height, width = (label.size if label is not None else 1 for label in (down, across))
        found = []
        for i in range(1, height + 1):
            row = []
            for j in range(1, width + 1):
                index = {label: number for label, number in ((down, i), (across, j)) if label is not None}
                row.append(at(value, index))
            found.append(tuple(row))
        return tuple(found)

    def shape(self, quantity: Quantity) -> tuple[Label | None, Label | None]:
        """What the rows and the columns of a quantity run over; None for a single one. Raises NoValue for neither."""
        down, across = self._labels(quantity)
        return tuple(label if label is not None and label.size > 1 else None for label in (down, across))  # type: ignore[return-value]

    def _labels(self, quantity: Quantity) -> tuple[Label | None, Label | None]:
        own = quantity.by if quantity.by is not None else quantity
        axes = self.truth.axes(own)
        if quantity.of is not None and self.truth.axes(quantity.of) not in ((), self.truth.axes(own)):
            raise NoValue("a derivative of an array by an array has no rows and columns of its own")
        labels = [Label(axis.kind, axis.layer, axis.size) for axis in axes if isinstance(axis.size, int)]
        if own.role == "weight" and len(labels) == 2:
            down, across = labels[::-1] if self.signs.turned else labels
        else:
            down = next((label for label in labels if label.kind == "unit"), None)  # type: ignore[assignment]
            across = next((label for label in labels if label.kind == "sample"), None)  # type: ignore[assignment]
        return (across, down) if self.signs.rows else (down, across)

    def true(self, world: World, quantity: Quantity) -> Array:
        """The true array."""
        found = self.rows(self.truth.valuation(world, self.signs).tensor_of(quantity), quantity)
        return found if self.scale == 1 else tuple(tuple(self.scale * entry for entry in row) for row in found)

    def value(
        self, world: World, node: Expression, shift: int, own: Callable[[Quantity], Decimal] | None = None
    ) -> Array:
        """The rows of a formula in a world, with values of one's own where they are given."""
        valuation = self.truth.valuation(world, self.signs)
        if own is not None:
            valuation.number = own
        number: Callable[[Quantity], Decimal] = valuation.number

        def array(quantity: Quantity) -> Array:
            moved = quantity.after(shift)
            if not self.truth.axes(moved) and moved.of is None:
                return ((number(moved),),)
            return self.rows(valuation.tensor_of(moved), moved)

        formula = _by_rows(node) if self.signs.rows else node
        return evaluate_array(formula, array, world.functions, side_by_side=True)

    def from_page(self, yours: Yours, node: Expression, shift: int) -> tuple[Array, Decimal, int | None]:
        """A formula with the page's own values: its rows, how far their slack moves an entry, and the first mistake."""
        parts: dict[Quantity, Mine] = {}

        def rows() -> Array:
            return self.value(yours.world, node, shift, number)

        def number(quantity: Quantity) -> Decimal:
            if quantity not in parts:
                parts[quantity] = yours.value(quantity)
            return parts[quantity].value

        middle, slack = rows(), Decimal(0)
        for name, part in list(parts.items()):
            if part.slack:
                parts[name] = Mine(part.value + part.slack)
                moved = rows()
                parts[name] = part
                slack += max(
                    abs(a - b) for one, two in zip(moved, middle, strict=True) for a, b in zip(one, two, strict=True)
                )
        roots = [part.root for part in parts.values() if part.root is not None]
        return middle, slack, min(roots, default=None)

    def judged(self, quantity: Quantity, shift: int, node: Expression, exact: Known, yours: Yours | None) -> Judgement:
        """The worst of the judgements of the entries."""
        symbolic = any(quantities(node))
        own = self.truth.own
        if symbolic and not any(True for _ in numbers(node)):
            for world in self.truth.worlds:
                if not fit(self.value(world, node, shift), self.true(world, quantity), _equal):
                    return Judgement(Verdict.INCORRECT)
            return Judgement(Verdict.CORRECT)
        if own is None or yours is None:
            raise NoValue("the problem has no numbers to compare with")
        true = self.true(own, quantity)
        literals = literal_rows(node)
        if literals is not None:
            return self._entries(quantity, in_shape_of(literals, true), true, yours)
        if contains(node, Dots):
            return self._entries(quantity, _with_left_out(node, len(true), len(true[0])), true, yours)
        found = self.value(own, node, shift)
        slack = self.slack(own, node, shift, exact)
        if fit(found, true, lambda one, two: close(one, two, slack)):
            return Judgement(Verdict.CORRECT, numeric=not symbolic)
        mine = self._calculated(quantity, yours)
        if mine is not None and fit(found, mine[0], lambda one, two: close(one, two, slack + mine[1])):
            verdict = Verdict.FOLLOWS if mine[2] is not None else Verdict.ROUNDED
            return Judgement(verdict, numeric=not symbolic, root=mine[2])
        return Judgement(Verdict.INCORRECT, numeric=not symbolic)

    def _entries(
        self, quantity: Quantity, laid: Sequence[Sequence[Literal | None]] | None, true: Array, yours: Yours
    ) -> Judgement:
        if laid is None:
            return Judgement(Verdict.INCORRECT, numeric=True)
        elements = self.elements(quantity)
        worst = Judgement(Verdict.CORRECT, numeric=True)
        for row, true_row, element_row in zip(laid, true, elements, strict=True):
            for literal, one, element in zip(row, true_row, element_row, strict=True):
                if literal is None:
                    continue
                said = self._entry(*literal, one, element, yours)
                if ORDER.index(said.verdict) > ORDER.index(worst.verdict):
                    worst = said
        return worst

    def _entry(self, value: Decimal, text: str, true: Decimal, element: Quantity, yours: Yours) -> Judgement:
        said = Judgement(Verdict.CORRECT, numeric=True, found=value, true=true)
        step = unit(text)
        half = Decimal(0) if whole(text) and abs(value) < 10 else step * HALF
        if close(value, true, half):
            return said
        step = Decimal(0) if whole(text) else step
        given = element in yours.world.graph.values
        if step and not exact_at(true, text) and not given and close(value, true, step * 3 / 2):
            return replace(said, verdict=Verdict.ROUNDED)
        mine = yours.calculated(element).times(self.scale)
        for source in (mine, yours.value(element).times(self.scale)):  # an array may put together what stands above
            exact = given or (not source.slack and exact_at(source.value, text))
            reach = Decimal(0) if exact else step
            if close(value, source.value, source.slack + reach):
                if source.root is None and close(true, source.value, 2 * source.slack + reach):
                    return replace(said, verdict=Verdict.ROUNDED)
                root = source.root if source.root is not None else source.rounding
                if root is not None:
                    return replace(said, verdict=Verdict.FOLLOWS, yours=source.value, root=root)
        return replace(said, verdict=Verdict.INCORRECT, yours=mine.value)

    def _calculated(self, quantity: Quantity, yours: Yours) -> tuple[Array, Decimal, int | None] | None:
        rows, slack, roots = [], Decimal(0), []
        for line in self.elements(quantity):
            row = []
            for element in line:
                mine = yours.calculated(element).times(self.scale)
                row.append(mine.value)
                slack = max(slack, mine.slack)
                if mine.root is not None:
                    roots.append(mine.root)
            rows.append(tuple(row))
        return tuple(rows), slack, min(roots, default=None)

    def elements(self, quantity: Quantity) -> list[list[Quantity]]:
        """The elements of an array as it is laid out."""
        own = quantity.by if quantity.by is not None else quantity
        down, across = self._labels(quantity)
        found: dict[tuple[int, int], Quantity] = {}
        for index, element in self.truth.elements(own):
            place = (index.get(down, 1) if down else 1, index.get(across, 1) if across else 1)
            found[place] = self._derivative(quantity, element) if quantity.by is not None else element
        height, width = max(i for i, _ in found), max(j for _, j in found)
        return [[found[i, j] for j in range(1, width + 1)] for i in range(1, height + 1)]

    def _derivative(self, quantity: Quantity, by: Quantity) -> Quantity:
        """The entry of a derivative by this element; entry by entry it is of the element at the same place."""
        of = quantity.of
        if of is not None and self.truth.axes(of):
            of = of.at(*by.index, sample=by.sample)
        return Quantity("derivative", of=of, by=by)

    def entries(self, quantity: Quantity, node: Expression) -> list[tuple[Quantity, Decimal, str]]:
        """The literals of a matrix with the elements they are given for; none where it is not all literals."""
        literals = literal_rows(node)
        if literals is None:
            return []
        elements = self.elements(quantity)
        laid = in_shape_of(literals, tuple(tuple(Decimal(0) for _ in row) for row in elements))
        if laid is None:
            return []
        return [
            (element, value, text)
            for row, line in zip(elements, laid, strict=True)
            for element, (value, text) in zip(row, line, strict=True)
        ]

    def neighbours(self, one: Expression, two: Expression, exact: Known) -> Verdict:
        """Whether two formulas with matrices are the same array."""
        world = self.truth.own or self.truth.worlds[0]
        left, right = self.value(world, one, 0), self.value(world, two, 0)
        slack = self.slack(world, one, 0, exact) + self.slack(world, two, 0, exact)
        if fit(left, right, lambda a, b: close(a, b, slack)):
            return Verdict.CORRECT
        steps = [unit(number.text) for number in numbers(two) if not whole(number.text)]
        step = max(steps, default=Decimal(0))
        return Verdict.ROUNDED if fit(left, right, lambda a, b: close(a, b, slack + step)) else Verdict.INCORRECT

    def slack(self, world: World, node: Expression, shift: int, exact: Known) -> Decimal:
        """How far the literals' roundings can move any entry."""
        rows = self.value(world, node, shift)
        places = [(i, j) for i, row in enumerate(rows) for j, _ in enumerate(row)]
        tried = {*places[:: max(len(places) // MOST_TRIED, 1)], places[-1]}

        def entry(formula: Expression, i: int, j: int) -> Decimal:
            return self.value(world, formula, shift)[i][j]

        worst = max(radius(node, partial(entry, i=i, j=j), exact) for i, j in tried)
        return worst * (Decimal("1.05") if len(tried) == len(places) else 2)


def _by_rows(node: Expression) -> Expression:
    """The formula with softmax taken along the rows, where each sample is one."""
    if isinstance(node, Apply) and node.function == SOFTMAX:
        return Transpose(Apply(SOFTMAX, (Transpose(_by_rows(node.arguments[0])),)))
    return rebuild(node, _by_rows)


def _with_left_out(node: Expression, height: int, width: int) -> list[list[Literal | None]] | None:
    """The literals of a matrix of which dots leave rows or columns out, in the shape of the whole, None for what is
    left out; None where it is no such matrix, or does not fit.
    """
    while isinstance(node, Group):
        node = node.body
    rows = _spread(node.rows, height, _is_left_out) if isinstance(node, Matrix) else None
    if rows is None:
        return None
    found: list[list[Literal | None]] = []
    for row in rows:
        entries = [None] * width if row is None else _spread(row, width, lambda entry: isinstance(entry, Dots))
        if entries is None or any(entry is not None and single(entry) is None for entry in entries):
            return None
        found.append([None if entry is None else single(entry) for entry in entries])
    return found


def _is_left_out(row: tuple[Expression, ...]) -> bool:
    return all(isinstance(entry, Dots) for entry in row)


def _spread(items: Sequence[Item], size: int, left_out: Callable[[Item], bool]) -> list[Item | None] | None:
    """So many items, None for those that dots stand for; None where they do not come to that."""
    places = [place for place, item in enumerate(items) if left_out(item)]
    if not places:
        return list(items) if len(items) == size else None
    missing = size - len(items) + 1
    if len(places) > 1 or missing < 1:
        return None
    return [*items[: places[0]], *[None] * missing, *items[places[0] + 1 :]]


def literal_rows(node: Expression) -> list[list[Literal]] | None:
    """The rows of a matrix of nothing but literals."""
    while isinstance(node, Group):
        node = node.body
    if isinstance(node, Transpose):
        rows = literal_rows(node.body)
        return [list(row) for row in zip(*rows, strict=True)] if rows is not None else None
    if not isinstance(node, Matrix) or len({len(row) for row in node.rows}) != 1:
        return None
    found = [[single(entry) for entry in row] for row in node.rows]
    if any(entry is None for row in found for entry in row):
        return None
    return [[entry for entry in row if entry is not None] for row in found]


def in_shape_of(found: list[list[Literal]], true: Sequence[Sequence[object]]) -> list[list[Literal]] | None:
    """The entries in the shape of the true array; a vector may lie or stand."""
    if (len(found), len(found[0])) == (len(true), len(true[0])):
        return found
    if 1 in (len(true), len(true[0])) and 1 in (len(found), len(found[0])):
        flat = [entry for row in found for entry in row]
        if len(flat) == len(true) * len(true[0]):
            return [flat] if len(true) == 1 else [[entry] for entry in flat]
    return None


def _equal(one: Decimal, two: Decimal) -> bool:
    return abs(one - two) <= Decimal("1e-12") * max(abs(one), abs(two)) + Decimal("1e-22")


def fit(one: Array, two: Array, agree: Callable[[Decimal, Decimal], bool]) -> bool:
    """Whether two arrays agree entry by entry; a vector may lie or stand."""
    if (len(one), len(one[0])) != (len(two), len(two[0])):
        flat_one = [entry for row in one for entry in row]
        flat_two = [entry for row in two for entry in row]
        vectors = 1 in (len(one), len(one[0])) and 1 in (len(two), len(two[0]))
        if not vectors or len(flat_one) != len(flat_two):
            return False
        return all(agree(a, b) for a, b in zip(flat_one, flat_two, strict=True))
    return all(agree(a, b) for r, s in zip(one, two, strict=True) for a, b in zip(r, s, strict=True))


def judged_matrix(case: Case) -> Judgement:
    """A member with a matrix written out in it."""
    matrices = Matrices(case.truth, case.signs, case.scale)
    numeric = case.member.numeric
    if case.subject is None:
        node = case.chain.members[case.place - 1].node if case.place else None
        if node is None:
            return Judgement(Verdict.NOT_UNDERSTOOD, message="there is nothing to compare it with")
        # by rows and columns a `*` is no product entry by entry: what is equal to the head is right too
        sides = (node, *(one for one in case.good() if one != node))
        ways = [matrices.neighbours(one, case.node, case.exact) for one in sides]
        return Judgement(min(ways, key=ORDER.index), numeric=numeric)
    if quantity_letters(case.subject.quantity):
        return Judgement(Verdict.NOT_UNDERSTOOD, message="a matrix where single entries are spoken of")
    subject = case.subject
    said = matrices.judged(subject.quantity, subject.shift, case.node, case.exact, case.yours)
    if said.verdict is Verdict.ROUNDED:
        entries = matrices.entries(subject.quantity, case.node)
        wanted = all(value in case.truth.carried(element, None, case.signs) for element, value, _ in entries)
        return replace(said, wanted=bool(entries) and wanted)
    if said.verdict is not Verdict.INCORRECT:
        return said
    before = case.before()
    if (
        before is not None
        and before[0].verdict in BAD
        and matrices.neighbours(before[1], case.node, case.exact) in GOOD
    ):
        return replace(said, verdict=Verdict.FOLLOWS, root=before[2])
    root = _from_formulas(case, matrices)
    return replace(said, verdict=Verdict.FOLLOWS, root=root) if root is not None else said


def _from_formulas(case: Case, matrices: Matrices) -> int | None:
    """The line of the mistake that the member comes of, where a formula before it gives it with the page's values."""
    if case.yours is None or not case.member.numeric or case.subject is None:
        return None
    shift = case.subject.shift
    for place in range(case.place - 1, -1, -1):
        said, node = case.done[place], case.chain.members[place].node
        if said is None or node is None or said.verdict is Verdict.NOT_UNDERSTOOD or not any(quantities(node)):
            continue
        try:
            value, slack, root = matrices.from_page(case.yours, node, shift)
            found = matrices.value(case.yours.world, case.node, shift)
            slack += matrices.slack(case.yours.world, case.node, shift, case.exact)
        except FAULTS:
            continue
        if said.verdict in BAD:
            root = said.root if said.root is not None else case.lines[place]
        if root is not None and fit(found, value, partial(close, slack=slack)):
            return root
    return None
