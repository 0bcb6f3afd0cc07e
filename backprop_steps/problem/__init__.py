"""The problem file: YAML to a validated Problem."""

from backprop_steps.problem.loading import load
from backprop_steps.problem.messages import ProblemErrors
from backprop_steps.problem.schema import schema
from backprop_steps.problem.shipped import new_problem_text, shipped
from backprop_steps.source.messages import Message

__all__ = ["Message", "ProblemErrors", "load", "new_problem_text", "schema", "shipped"]
