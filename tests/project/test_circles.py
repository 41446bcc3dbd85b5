"""No module imports itself, however long the way round: imports in functions and for type checkers count, too."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("audio", "rules", "monitor")


def test_no_module_imports_itself_by_whatever_way() -> None:
    graph = grimp.build_graph(*PACKAGES)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 250
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))
