"""Where running a piece of a script may lead, and how such pieces add up.

In: nothing. Out: `Course`, and what a whole one means. Must not know: statements, what any program does.
"""

from functools import reduce

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.endings import DONE, NEVER, TOLD, UNKNOWN

FAILED = frozenset({"fail"})
"""The way out of a failure, which is not the usual one."""
UNSEEN = frozenset({"unseen"})
"""Ways out that nobody can see."""
SURELY, COVERING, UNREACHED = "surely", "covering", "unreached"
ON_SUCCESS, ON_FAILURE, ON_SIGNAL = "on-success", "on-failure", "on-signal"
"""Always; always, and the exit code of the work is lost behind it; never. Only when the work succeeded, or failed; only when the
script is told to stop."""


class Course(NamedTuple):
    """Where running a piece of script may lead: on to the next, out by exit and the like, or to a stop; told and opaque on the way."""

    passes: bool = True
    leaves: frozenset[str] = frozenset()
    blocks: str = ""
    told: str = ""
    opaque: str = ""

    def then(self, following: "Course") -> "Course":
        """One after the other."""
        if not self.passes:
            return self
        return self.beside(following)._replace(passes=following.passes)

    def beside(self, other: "Course") -> "Course":
        """One or the other."""
        ways = (self.blocks or other.blocks, self.told or other.told, self.opaque or other.opaque)
        return Course(self.passes or other.passes, self.leaves | other.leaves, *ways)

    def alone(self, leaves: frozenset[str] | None = None) -> "Course":
        """Seen from outside, where `leaves` (all but a failure's, if not given) only mean that it is over."""
        gone = self.leaves - FAILED if leaves is None else self.leaves & leaves
        return self._replace(passes=self.passes or bool(gone), leaves=self.leaves - gone)


ON = Course()
"""On to what comes next."""


def either(courses: list[Course]) -> Course:
    """Any of them."""
    return reduce(Course.beside, courses)


def verdict(course: Course) -> tuple[str, str]:
    """How what runs so ends: never, when-done, when-told or unknown, and the reason in a few words."""
    if course.opaque:
        return UNKNOWN, course.opaque
    if course.blocks:
        sure = not course.passes and course.leaves <= FAILED
        return (NEVER, course.blocks) if sure else (UNKNOWN, f"it may end, or not: {course.blocks}")
    return (TOLD, course.told) if course.told else (DONE, "every command in it finishes")
