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
        self._ended_s = 0.0
        """End of the last thing heard."""

    def feed(self, item: Reading | ReadUtterance) -> Iterator[Ticked]:
        """Take the next reading or utterance; return steps that are now done."""
        for evidence in () if self._open else self._opening:
            evidence.feed(item)
            self._open = self._open or evidence.counts(item.end_s)
        if not self._open:
            return
        self._ended_s = max(self._ended_s, item.end_s)
        for step in list(self._to_do):
            at_s = step.done_s(item)
            if at_s is not None and step.in_last_s is None:
                self._to_do.remove(step)
                yield self._ticked(step, at_s)

    def flush(self) -> Iterator[Ticked | Checklist]:
        """The call has ended: steps of its end, and the final state of the checklist, if it was opened."""
        if not self._open:
            return
        for step in self._to_do:
            if step.in_last_s and step.last_s is not None and step.last_s >= self._ended_s - step.in_last_s:
                yield self._ticked(step, step.last_s)
        steps = (
            ChecklistStep(step.id, step.title, self._done_s.get(step.id), by_hand=not step.conditions)
            for step in self._plan.steps
        )
        yield Checklist(self._plan.id, self._plan.title, tuple(steps))

    def _ticked(self, step: "_StepWatch", at_s: float) -> Ticked:
        self._done_s[step.id] = at_s
        return Ticked(self._plan.id, step.id, at_s)


class _StepWatch:
    """Waits for one step."""

    def __init__(self, plan: StepPlan) -> None:
        self.id = plan.id
        self.in_last_s = plan.in_last_s
        self.last_s: float | None = None
        """When it was last done."""
        self._need = plan.need
        self._evidence = [evidence_for(condition) for condition in plan.conditions]

    def done_s(self, item: Reading | ReadUtterance) -> float | None:
        """When it was done, if it was."""
        for evidence in self._evidence:
            evidence.feed(item)
        since_s = [evidence.since_s for evidence in self._evidence if evidence.counts(item.end_s)]
        if len(since_s) >= self._need:
            self.last_s = max(since_s)
            return self.last_s
        return None
