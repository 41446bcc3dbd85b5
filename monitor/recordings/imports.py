"""One of many recordings as `analyze` imports it."""

from datetime import date

from monitor.recordings.one import AnalysisOptions, Analyzed, OnProgress, analyze_one_of_many
from monitor.recordings.plan import dated
from monitor.recordings.recorded_call import RecordedCall


def import_recording(
    call: RecordedCall,
    options: AnalysisOptions,
    progress: OnProgress | None = None,
    *,
    file_date: bool = False,
    oldest: date | None = None,
) -> Analyzed:
    """Analyse a recording of which `plan` has not read the tags, unless it is past its retention period.

    The tags are read here, in the process of this recording, as a file may hang or crash whatever reads them.

    Args:
        call: of `plan`.
        options: as for `analyze_one_of_many`, and so are the exceptions.
        progress: the same.
        file_date: whether it started when its file was last changed, if nobody knows better.
        oldest: the first day of which anything may be kept; None to import it whatever its age.
    """
    call = dated(call, file_date=file_date)
    if oldest and call.known.started and call.known.started.date() < oldest:
        return Analyzed(None, None, past=True)
    return analyze_one_of_many(call, options, progress)
