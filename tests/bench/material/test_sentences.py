"""The labelled sentences, and how they are counted."""

import pytest

from bench.material.sentences import Count, Sentence, count, labelled, labels
from monitor.base.extras import has_meaning
from tests.made_rules import SHIPPED


def test_there_are_hundreds_of_sentences_of_both_sides_half_of_them_held_out() -> None:
    sentences = labelled()
    assert len(sentences) >= 400
    assert len({sentence.text for sentence in sentences}) == len(sentences)
    assert 0.45 <= sum(sentence.held_out for sentence in sentences) / sum(not s.for_tuning for s in sentences) <= 0.55
    for speaker in ("agent", "customer"):
        mine = [sentence for sentence in sentences if sentence.speaker == speaker]
        assert sum(not sentence.labels for sentence in mine) >= 0.25 * len(mine)


def test_what_is_next_to_a_label_counts_neither_way() -> None:
    sentences = [
        Sentence("customer", "This is ridiculous.", frozenset({"complaint"})),
        Sentence("customer", "The soup was cold.", frozenset({"complaint"})),
        Sentence("customer", "I was on hold for twenty minutes.", frozenset({"waiting"})),
        Sentence("customer", "My shoes are unacceptable to dogs.", frozenset()),
        Sentence("customer", "Hello there.", frozenset()),
        Sentence("agent", "This is ridiculous.", frozenset()),
    ]
    assert count("complaint", sentences) == Count(right=1, false=1, missed=1)
    assert Count(0, 0, 2).precision == 1
    assert Count(1, 1, 3).recall == 0.25


@pytest.mark.parametrize("label", labels(labelled()))
def test_lists_are_right_nine_times_in_ten_on_the_half_they_were_written_after(label: str) -> None:
    found = count(label, [sentence for sentence in labelled() if not sentence.held_out])
    assert found.precision >= 0.9
    assert found.recall >= 0.9


@pytest.mark.slow
@pytest.mark.skipif(not has_meaning(), reason="the extra `meaning` is not installed")
@pytest.mark.parametrize("label", sorted(SHIPPED.meanings))
def test_meaning_is_counted_only_where_it_loses_no_precision(label: str) -> None:
    held_out = [sentence for sentence in labelled() if sentence.held_out]
    alone, both = count(label, held_out), count(label, held_out, meaning=True)
    assert both.right >= alone.right
    assert both.precision >= min(alone.precision, 0.9)
