"""What is said of a move where something else ends the helper today: who is seen to do it, who may, and who acts from outside."""

import pytest

from tests.test_hazards import planned, pod

# fmt: off
ROWS = [
    ("a container that is seen to", "Job Never", "work: app $ while true; do ./run && curl -X POST localhost:9091/quitquitquit; done",
     "h: sql > --quitquitquit", "as a sidecar it would be started again until the app has ended"),
    ("nobody is seen to", "Job Never", "work: app", "h: sql > --quitquitquit",
     "it is made ready to be told to quit (--quitquitquit): as a sidecar it would be started again whenever that happens"),
    ("nobody is seen to, and restarts count", "Job OnFailure", "work: app", "h: sql > --quitquitquit",
     "it is made ready to be told to quit (--quitquitquit): as a sidecar it would be started again whenever that happens"),
    ("a controller, once the work is done", "Job OnFailure {annotations: {nrmitchi.com/sidecars: h}}", "work: app $ ./run", "h: sql",
     "what does that may not find it there, or end it once more"),
    ("the same where restarts do not count", "Job Never {annotations: {nrmitchi.com/sidecars: h}}", "work: app $ ./run", "h: sql",
     "what does that may not find it there, or end it once more"),
]
# fmt: on


@pytest.mark.parametrize(("kind", "work", "helper", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_helper_that_others_end_would_be(kind: str, work: str, helper: str, words: str) -> None:
    plan = planned(pod(work, helper, head=kind))
    assert plan.applicability == "unsafe"
    assert sum("as a sidecar it" in hazard or "which a sidecar does not need" in hazard for hazard in plan.hazards) == 1
    assert any(words in hazard for hazard in plan.hazards)


def test_nothing_is_said_where_nobody_ends_it() -> None:
    assert planned(pod("work: app $ ./run", "h: sql", head="Job Never")).hazards == ()
