"""Derivatives worked out line by line, with a named rule a line. Our rules write them; SymPy only proves."""

from backprop_steps.derivation.lemmas.activations import derivative_lemma
from backprop_steps.derivation.lemmas.collapses import (
    bce_sigmoid_collapse,
    cross_entropy_softmax_collapse,
    softmax_lemma,
)
from backprop_steps.derivation.lemmas.lemma import Chain, IndexCase, Lemma, LemmaLine, Rule
from backprop_steps.derivation.lemmas.losses import formula_derivative, loss_lemma

__all__ = [
    "Chain",
    "IndexCase",
    "Lemma",
    "LemmaLine",
    "Rule",
    "bce_sigmoid_collapse",
    "cross_entropy_softmax_collapse",
    "derivative_lemma",
    "formula_derivative",
    "loss_lemma",
    "softmax_lemma",
]
