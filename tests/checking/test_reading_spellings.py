"""Lines as students write them, and the trees of all their chains."""

from __future__ import annotations

import pytest
from written_text import member_text

from backprop_steps.checking.reading import read_page
from backprop_steps.checking.written import Chain

WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "sigmoid", "new", "total", "output"]


def told(chain: Chain) -> str:
    """Members and the relations between them; one before the first where the head is missing."""
    relations = ["", *chain.relations] if not chain.headless else list(chain.relations)
    parts = []
    for relation, member in zip(relations, chain.members, strict=True):
        assert member.trouble is None, (member.text, member.trouble)
        parts += [relation, member_text(member)]
    return " ".join(part for part in parts if part)


SCRIPTS = {
    # in TeX a script is one sign
    "$Z_kW^{(2)}_{k,1} = 1$": ["<Z_k W_k , 1^( 2 )> = 1"],
    "$O_j = a_iw_j$": ["O_j = <a_i w_j>"],
    r"$\partial_wL = W^Tx$": ["(partial[L] / partial[w]) = <T[W] x>"],
    "$w_oldx = W_new$": ["<w_old x> = W_new"],
    # but for what can only be meant otherwise
    "$w_ij = net_h1$": ["w_ij = net_h 1"],
    "$w_12 = a^10$": ["w_12 = a^10"],
    # in plain text it is what stands side by side
    "w12 = a_12 + a_iw": ["w_12 = (+ a_12 a_iw)"],
    "x = a_iw_j": ["x = <a_i w_j>"],
    "∂E_total/∂w_5 = (out_o1 − target_o1) · out_h1": [
        "(partial[E_total] / partial[w_5]) = <((+ out_o 1 -target_o 1)) dot out_h 1>"
    ],
    "z = W^Tx": ["z = <T[W] x>"],
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_how_far_a_script_without_braces_reaches(text: str) -> None:
    assert [told(chain) for chain in read_page(text, WORDS).chains] == SCRIPTS[text]
