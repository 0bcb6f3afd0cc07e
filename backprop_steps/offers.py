"""What may be asked for: the closed lists of words that the command line, the API and the pages share."""

from __future__ import annotations

from typing import Literal

Detail = Literal["answers", "brief", "full", "lecture"]
"""How much a sheet says."""
Show = Literal["all", "representative"]
"""Every gradient worked, or one of each kind."""
Dialect = Literal["standard", "github"]
"""Of Markdown."""
Carry = Literal["exact", "rounded"]
"""What the calculation goes on from: all digits, or the printed value."""
Engine = Literal["typst", "tex"]
"""What sets a PDF."""
Pictures = Literal["none", "network", "all"]
"""On a page: none, the network with its paths, or plots too."""
Drawing = Literal["network", "activation", "loss"]
"""What a picture is of."""
Values = Literal["all", "given", "none"]
"""The numbers in a picture: with what is calculated, what is given only, none."""
Depth = Literal["numbers", "right-sides", "steps"]
"""What a worksheet leaves out."""
HintPlace = Literal["end", "folded", "none"]
"""Where the hints of a worksheet stand: on a page at its end, behind each step, nowhere."""
Audience = Literal["teacher", "student"]
"""Who reads a report; a student is not told what would be right."""
