"""Reads printed TeX back to a number, by the rules a reader goes by, and takes the same number from the tree.

Functions and powers are stand-ins that keep fractions exact; that they are applied to the same things is what counts.
"""

import re
from fractions import Fraction

from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Group,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

VALUES = {
    "a": Fraction(2, 7),
    "x": Fraction(-3, 5),
    "z_1": Fraction(5, 3),
    "a_1": Fraction(11, 13),
    "Err_5": Fraction(4),
}
E = Fraction(19, 7)
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:(?:\.|\{,\})\d+)?|Err_5|[za]_1|\S")
NAMES = {r"\sigma": "sigmoid", r"\tanh": "tanh", r"\ln": "ln", r"\max": "max", r"\exp": "exp", r"\sin": "sin"}
CLOSING = {"(": ")", "[": "]", r"\{": r"\}", r"\lvert": r"\rvert", "{": "}"}


def stand_in(name, arguments):
    total = Fraction(len(name) * 3 + ord(name[0]), 17)
    for place, argument in enumerate(arguments, start=2):
        total += argument * argument / place + argument * len(name)
    return total


def power(base, exponent):
    if base == 10:
        return Fraction(10) ** int(exponent)
    return base * base * 7 + exponent * 11 + base * exponent


def value(node):
    match node:
        case Number(text):
            return Fraction(text)
        case Constant():
            return E
        case Ref(quantity):
            name = quantity.name or {"pre_activation": "z_1", "activation": "a_1", "error": "Err_5"}[quantity.role]
            return VALUES[name]
        case Negative(body):
            return -value(body)
        case Group(body):
            return value(body)
        case Sum(terms):
            return sum(map(value, terms), Fraction(0))
        case Product(factors):
            total = Fraction(1)
            for factor in factors:
                total *= value(factor)
            return total
        case Quotient(above, below):
            return value(above) / value(below)
        case Power(base, exponent):
            return power(value(base), value(exponent))
        case Apply("exp", (argument,), 0):
            return power(E, value(argument))
        case Apply(name, arguments):
            return stand_in(name, [value(argument) for argument in arguments])
    raise TypeError(node)


class Reader:
    def __init__(self, tex):
        tex = re.sub(r"\^\{\(\d\)\}", "", tex)
        tex = re.sub(r"&\\quad|\\left(?![a-z])|\\right(?![a-z])|\\Big[lr]|&", " ", tex)
        self.tokens = TOKEN.findall(tex)
        self.place = 0

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.peek()
        assert expected in (None, token), (expected, token, self.tokens)
        self.place += 1
        return token

    def sum(self):
        sign = -1 if self.peek() == "-" else 1
        if sign < 0:
            self.take()
        total = sign * self.product()
        while self.peek() in ("+", "-"):
            total += self.product() if self.take() == "+" else -self.product()
        return total

    def product(self):
        total = self.factor()
        while self.peek() not in ("", "+", "-", ",", ";", "=") and self.peek() not in CLOSING.values():
            if self.peek() == "/":
                self.take()
                total /= self.factor()
                continue
            if self.peek() in (r"\cdot", r"\times"):
                self.take()
            total *= self.factor()
        return total

    def bracketed(self):
        closing = CLOSING[self.take()]
        found = [self.sum()]
        while self.peek() in (",", ";"):
            self.take()
            found.append(self.sum())
        self.take(closing)
        return found

    def factor(self):
        return self.raised(self.base(), self.exponent())

    def exponent(self):
        if self.peek() != "^":
            return None
        self.take()
        return self.bracketed()[0] if self.peek() == "{" else self.base()

    def raised(self, base, exponent):
        return base if exponent is None else power(base, exponent)

    def base(self):
        token = self.peek()
        if token == r"\lvert":
            return stand_in("abs", self.bracketed())
        if token in CLOSING:
            return self.bracketed()[0]
        self.take()
        if token == r"\frac":
            above = self.bracketed()[0]
            return above / self.bracketed()[0]
        if token == r"\sqrt":
            return stand_in("sqrt", self.bracketed())
        if token in NAMES:
            return self.call(NAMES[token])
        if token == "e":
            return E
        if token[0].isdigit():
            return Fraction(token.replace("{,}", "."))
        return VALUES[token]

    def call(self, name):
        while self.peek() == "'":
            self.take()
        exponent = self.exponent()  # tanh^2(x) is the square of what comes of x
        arguments = self.bracketed() if self.peek() in CLOSING else [self.base()]
        value = power(E, arguments[0]) if name == "exp" else stand_in(name, arguments)
        return self.raised(value, exponent)


def value_of_tex(tex):
    reader = Reader(tex)
    found = reader.sum()
    assert reader.peek() == "", reader.tokens
    return found
