"""The answers a customer can have given to being recorded."""

from typing import Literal, get_args

ConsentStatus = Literal["unknown", "given", "refused", "not needed"]
STATUSES: tuple[ConsentStatus, ...] = get_args(ConsentStatus)
