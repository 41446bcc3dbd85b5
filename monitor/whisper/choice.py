"""Which model a name stands for on this machine, and what takes over where that one can't."""

from dataclasses import dataclass

from audio.words.model import DEFAULT, ModelError, resolve
from monitor.whisper import base_model, self_test
from monitor.whisper.wire_format import ModelSpec

AUTO = "auto"
"""The best model that keeps up."""
TOO_SLOW = (
    "The built-in Whisper model was used: base is too slow for live calls on this machine. For recordings, choose it "
    "with --model base."
)
UNTRIED = (
    "The built-in Whisper model was used: whether base keeps up on this machine has not been tried yet. Run "
    "tone-monitor doctor to try it."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A model, and what takes over."""

    name: str
    """For call.toml: what was chosen, never "auto"."""
    model: ModelSpec
    smaller: ModelSpec | None = None
    """The built-in model, where another one may be too slow or damaged."""
    is_untried: bool = False
    """Whether it is not known yet if a better model keeps up."""
    note: str = ""
    """A sentence, if the model that was to be chosen is gone."""
    because: str = ""
    """A sentence, if the better model is installed and was not chosen."""


def chosen(name: str, device: str = "cpu", compute_type: str = "int8") -> Choice:
    """Choose a model.

    Args:
        name: "auto"; "default" for the built-in one; "base" for that of the extra where it is installed; a
            faster-whisper name; or a folder.
        device: what runs it: "cpu", "cuda", or "auto" for a GPU where there is one.
        compute_type: how CTranslate2 calculates there.

    Raises:
        ModelError: there is no such model.
    """

    def spec(folder: object) -> ModelSpec:
        return ModelSpec(str(folder), device, compute_type)

    if name == base_model.NAME and (base_model.is_installed() or base_model.is_joined()):
        return Choice(name, spec(base_model.joined()), ModelSpec(str(resolve(DEFAULT))))
    if name != AUTO:
        return Choice(name, spec(resolve(name)))
    built_in = ModelSpec(str(resolve(DEFAULT)))
    tried = self_test.remembered()
    if not tried or not tried.keeps_up:
        if not base_model.is_installed():
            return Choice(DEFAULT, spec(built_in.folder))
        return Choice(DEFAULT, spec(built_in.folder), is_untried=tried is None, because=TOO_SLOW if tried else UNTRIED)
    try:
        return Choice(base_model.NAME, spec(base_model.joined()), built_in)
    except ModelError as error:
        return Choice(DEFAULT, spec(built_in.folder), note=f"{error} Until then, the built-in model is used.")
