"""What a customer can have said to being recorded."""

from typing import Literal, get_args

ConsentStatus = Literal["unknown", "given", "refused", "not needed"]
STATUSES: tuple[ConsentStatus, ...] = get_args(ConsentStatus)
