"""docs/data.md: what each column of the tables means."""

from monitor.export.tables import dictionary
from tools.reference.markdown import page


def data_page() -> str:
    """The page."""
    return page("Data dictionary", dictionary.markdown())
