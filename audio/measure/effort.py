"""Vocal effort over the usual, by what no gain can change: spectral balance and pitch."""

BALANCE_BY_EFFORT_DB = 0.55
"""Rise of the spectral balance for each decibel of level that the voice itself adds (0.4 to 0.7: Nordenberg and
Sundberg 2004)."""
PITCH_BY_EFFORT_ST = 0.4
"""Rise of the pitch in semitones (0.2 to 0.6: Gramming and others 1988; Traunmüller and Eriksson 2000)."""
MOST_APART_DB = 8.0
"""What one of the two shows beyond the other by more than this counts for nothing: other vowels, a question, a clipped
microphone move one of them alone."""


def effort_db(balance_over_db: float, pitch_over_st: float) -> float:
    """How much louder the voice is than usual, whatever the microphone makes of it.

    Args:
        balance_over_db: spectral balance over the speaker's usual.
        pitch_over_st: pitch over the speaker's usual in semitones.

    Returns:
        The mean of what balance and pitch show, each as the rise in level that it usually comes with.
    """
    low, high = sorted((balance_over_db / BALANCE_BY_EFFORT_DB, pitch_over_st / PITCH_BY_EFFORT_ST))
    return low + min(high - low, MOST_APART_DB) / 2
