"""Regular expressions of XML Schema, matched in linear time whatever pattern a file brings.

Python's own engine can be made to run for years; this one walks all possibilities side by side.
What it does not know (categories, character class subtraction) it refuses.
"""

import string
from collections.abc import Callable
from functools import lru_cache

LONGEST_PATTERN, LONGEST_TEXT, MOST_STATES = 4_000, 4_000, 6_000

Test = Callable[[str], bool]


class BadPattern(ValueError):
    """The pattern is wrong, too large, or uses what is not known here."""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "_Machine":
    return _Machine(pattern)


def check(pattern: str) -> None:
    """Raise BadPattern unless the pattern can be matched."""
    _compiled(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has this pattern; a text beyond the limit has none."""
    return len(text) <= LONGEST_TEXT and _compiled(pattern).matches(text)


class _Machine:
    """States with a test for one character and where it leads, or with free moves."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise BadPattern(pattern[:40])
        self.pattern, self.at, self.depth = pattern, 0, 0
        self.tests: list[tuple[Test, int] | None] = []
        self.moves: list[list[int]] = []
        self.start, self.end = self._choice()
        if self.at < len(pattern):
            raise BadPattern(pattern)

    def matches(self, text: str) -> bool:
        here = self._reach({self.start})
        for char in text:
            step = set()
            for state in here:
                found = self.tests[state]
                if found and found[0](char):
                    step.add(found[1])
            here = self._reach(step)
            if not here:
                return False
        return self.end in here

    def _reach(self, states: set[int]) -> set[int]:
        todo, reached = list(states), set(states)
        while todo:
            for other in self.moves[todo.pop()]:
                if other not in reached:
                    reached.add(other)
                    todo.append(other)
        return reached

    def _state(self, test: tuple[Test, int] | None = None) -> int:
        if len(self.tests) >= MOST_STATES:
            raise BadPattern(self.pattern)
        self.tests.append(test)
        self.moves.append([])
        return len(self.tests) - 1

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _choice(self) -> tuple[int, int]:
        self.depth += 1
        if self.depth > 30:
            raise BadPattern(self.pattern)
        start, end = self._state(), self._state()
        while True:
            first, last = self._sequence()
            self.moves[start].append(first)
            self.moves[last].append(end)
            if self._peek() != "|":
                break
            self.at += 1
        self.depth -= 1
        return start, end

    def _sequence(self) -> tuple[int, int]:
        start = end = self._state()
        while self._peek() and self._peek() not in "|)":
            first, last = self._piece()
            self.moves[end].append(first)
            end = last
        return start, end

    def _piece(self) -> tuple[int, int]:
        """An atom with how often it comes: it is built anew for every time."""
        begin = self.at
        part = self._atom()
        least, most = self._times()
        after = self.at
        if (least, most) == (1, 1):
            return part
        start = end = self._state()
        final = self._state()
        for nth in range(max(least, most or 0, 1)):
            if nth:
                self.at = begin
                part = self._atom()
            if nth >= least:
                self.moves[end].append(final)
            self.moves[end].append(part[0])
            end = part[1]
        self.at = after
        if most is None:
            self.moves[part[1]].append(part[0])
        if most != 0:
            self.moves[end].append(final)
        return start, final

    def _times(self) -> tuple[int, int | None]:
        mark = self._peek()
        if mark and mark in "?*+":
            self.at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[mark]
        if mark != "{":
            return 1, 1
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : max(end, self.at + 1)].partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()) or len(low + high) > 6:
            raise BadPattern(self.pattern)
        self.at = end + 1
        most = (int(high) if high else None) if comma else int(low)
        if most is not None and most < int(low):
            raise BadPattern(self.pattern)
        return int(low), most

    def _atom(self) -> tuple[int, int]:
        char = self._peek()
        self.at += 1
        if char == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            part = self._choice()
            if self._peek() != ")":
                raise BadPattern(self.pattern)
            self.at += 1
            return part
        if char in ")*+?{}]":
            raise BadPattern(self.pattern)
        if char in "^$" and self.at in (1, len(self.pattern)):
            state = self._state()  # XML Schema has no anchors, but people write them
            return state, state
        test = self._set() if char == "[" else self._single(char)
        end = self._state()
        return self._state((test, end)), end

    def _single(self, char: str) -> Test:
        if char == ".":
            return lambda c: c not in "\r\n"
        return self._escape() if char == "\\" else (lambda c: c == char)

    def _escape(self) -> Test:
        mark = self._peek()
        self.at += 1
        known: dict[str, Test] = {
            "d": str.isdecimal,
            "s": lambda c: c in " \t\r\n",
            "w": lambda c: c.isalnum() or c == "_",
            "i": lambda c: c.isalpha() or c in "_:",
            "c": lambda c: c.isalnum() or c in "-._:",
        }
        if mark in known:
            return known[mark]
        if mark.lower() in known and mark:
            inner = known[mark.lower()]
            return lambda c: not inner(c)
        plain = {"n": "\n", "r": "\r", "t": "\t"}.get(mark, mark)
        if not plain or plain in string.ascii_letters + string.digits:
            raise BadPattern(self.pattern)
        return lambda c: c == plain

    def _set(self) -> Test:
        negated = self._peek() == "^"
        self.at += negated
        tests: list[Test] = []
        while self._peek() != "]" or not tests:
            tests.append(self._member())
        self.at += 1
        return lambda c: any(test(c) for test in tests) is not negated

    def _member(self) -> Test:
        low = self._peek()
        self.at += 1
        if not low or low == "[" or (low == "-" and self._peek() == "["):
            raise BadPattern(self.pattern)
        if low == "\\":
            return self._escape()
        if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
            high = self.pattern[self.at + 1]
            self.at += 2
            if high in "[\\" or high < low:
                raise BadPattern(self.pattern)
            return lambda c: low <= c <= high
        return lambda c: c == low
