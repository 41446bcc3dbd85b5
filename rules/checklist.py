"""Checklists that tick themselves."""

from collections.abc import Iterator

from rules.evidence import evidence_for
from rules.model import Checklist, ChecklistStep, Reading, Ticked
from rules.rulebook import ChecklistPlan, StepPlan
from rules.utterance_reader import ReadUtterance


class ChecklistWatch:
    """Ticks the steps of one checklist, each when it is first done, in any order.

    A checklist that must be opened counts from then on; before that it does nothing.

    Args:
        plan: the checklist.
    """

    def __init__(self, plan: ChecklistPlan) -> None:
        self._plan = plan
        self._opening = [evidence_for(condition) for condition in plan.opened_by]
        self._open = not plan.opened_by
        self._to_do = [_StepWatch(step) for step in plan.steps if step.conditions]
        self._done_s: dict[str, float] = {}

    def feed(self, item: Reading | ReadUtterance) -> Iterator[Ticked]:
        """Take the next reading or utterance; return steps that are now done."""
        for evidence in () if self._open else self._opening:
            evidence.feed(item)
            self._open = self._open or evidence.counts(item.end_s)
        if not self._open:
            return
        for step in list(self._to_do):
            at_s = step.done_s(item)
            if at_s is not None:
                self._to_do.remove(step)
                self._done_s[step.id] = at_s
                yield Ticked(self._plan.id, step.id, at_s)

    def flush(self) -> Iterator[Checklist]:
        """The call has ended: the final state of the checklist, if it was opened."""
        if self._open:
            steps = (ChecklistStep(step.id, step.title, self._done_s.get(step.id)) for step in self._plan.steps)
            yield Checklist(self._plan.id, self._plan.title, tuple(steps))


class _StepWatch:
    """Waits for one step."""

    def __init__(self, plan: StepPlan) -> None:
        self.id = plan.id
        self._need = plan.need
        self._evidence = [evidence_for(condition) for condition in plan.conditions]

    def done_s(self, item: Reading | ReadUtterance) -> float | None:
        """When it was done, if it was."""
        for evidence in self._evidence:
            evidence.feed(item)
        since_s = [evidence.since_s for evidence in self._evidence if evidence.counts(item.end_s)]
        return max(since_s) if len(since_s) >= self._need else None
