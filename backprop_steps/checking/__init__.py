"""Submission -> claims -> verdicts -> report: every equality of a hand derivation, judged by the problem's
own truth.
"""
