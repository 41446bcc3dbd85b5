"""Judges one rule of metrics alone, reading by reading."""

from collections.abc import Iterator

from rules.conditions import MetricCondition
from rules.evidence import MetricEvidence
from rules.latch import Latch
from rules.model import Easing, Firing, Reading, Speaker
from rules.rulebook import Rule


class MetricRule:
    """Fires when enough conditions held for long enough at the same time."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._evidence = [MetricEvidence(c) for c in rule.conditions if isinstance(c, MetricCondition)]
        self._vetoes = [MetricEvidence(c) for c in rule.unless if isinstance(c, MetricCondition)]
        self._heeded = [MetricEvidence(condition) for condition in rule.heeded_by]
        self._by_metric: dict[tuple[str, Speaker], list[MetricEvidence]] = {}
        for evidence in (*self._evidence, *self._vetoes, *self._heeded):
            self._by_metric.setdefault(evidence.reads, []).append(evidence)
        self._latch = Latch(rule.hold_s, rule.cooldown_s, reminds=rule.reminds)
        self._open = False

    def feed(self, reading: Reading) -> Iterator[Firing | Easing]:
        """Take a reading of a metric that the rule reads."""
        rule = self._rule
        for evidence in self._by_metric.get((reading.metric, reading.speaker), ()):
            evidence.feed(reading)
        free = not any(veto.counts(reading.end_s) for veto in self._vetoes)
        met = free and sum(evidence.met for evidence in self._evidence) >= rule.need
        kept = free and sum(evidence.kept for evidence in self._evidence) >= rule.need
        change = self._latch.feed(reading.start_s, reading.end_s, met=met, kept=kept)
        if change == "fired":
            self._open = True
            for evidence in self._heeded:
                evidence.use_up()
            yield self._firing(reading.end_s)
        elif self._open and (change == "eased" or any(evidence.holds for evidence in self._heeded)):
            self._open = False
            yield Easing(rule.id, rule.speaker, reading.end_s)

    def _firing(self, at_s: float) -> Firing:
        rule = self._rule
        quoted = next(evidence.quoted for evidence in self._evidence if evidence.met)
        return Firing(
            rule=rule.id,
            speaker=rule.speaker,
            start_s=at_s,
            value=quoted.value,
            baseline=quoted.baseline,
            limit=quoted.limit,
            severity=rule.told,
            action=rule.action,
            held_s=round(self._latch.held_s, 3),
            owner=rule.owner,
            protocol=rule.protocol,
            metric=quoted.metric,
            trial=rule.maturity == "trial",
        )
