"""Products of whole arrays: a transpose forgotten, factors in the wrong order, the wrong kind of product."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import about_arrays, everywhere, is_array
from backprop_steps.expression.tree import Expression, Hadamard, Product, Transpose


@cause("missing_transpose", "method")
def missing_transpose(right: Expression, setting: Setting) -> Iterator[Expression]:
    """An array that has to be turned over is not: W delta for W^T delta, delta a for delta a^T."""
    yield from everywhere(right, lambda node: (node.body,) if isinstance(node, Transpose) else ())


@cause("wrong_shape", "method")
def wrong_shape(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A product of arrays that does not go, or gives another shape: factors in the wrong order, the inner for the outer
    product, the matrix product for the element-by-element one or the other way round, a transpose too many.
    """

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Hadamard):
            yield Product(node.factors)
            return
        if not isinstance(node, Product):
            return
        factors = node.factors
        pairs = [p for p in range(len(factors) - 1) if _array_like(factors[p]) and _array_like(factors[p + 1])]
        for place in pairs:
            before, one, two, after = factors[:place], factors[place], factors[place + 1], factors[place + 2 :]
            yield Product((*before, two, one, *after))
            if isinstance(two, Transpose):
                yield Product((*before, Transpose(one), two.body, *after))
            elif isinstance(one, Transpose):
                yield Product((*before, one.body, Transpose(two), *after))
            yield Product((*before, Hadamard((one, two)), *after)) if before or after else Hadamard((one, two))
        for place in pairs:
            for turned in (place, place + 1):
                if is_array(factors[turned]) and not isinstance(factors[turned], Transpose):
                    yield Product((*factors[:turned], Transpose(factors[turned]), *factors[turned + 1 :]))

    if about_arrays(right):
        yield from everywhere(right, changes)


def _array_like(node: Expression) -> bool:
    """Whether a factor can be an array; the array of ones is where a sum over samples was, and moves with it."""
    return is_array(node) or about_arrays(node)
