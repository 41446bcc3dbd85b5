"""Commands as the tests of upkeep give them."""

from pathlib import Path

from click.testing import CliRunner, Result

from monitor.cli import main


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def corrected(call: Path | str, *written: str) -> Result:
    done = run("call", "edit", call, *written, "--reviewer", "Robin")
    assert done.exit_code == 0, done.output
    return done
