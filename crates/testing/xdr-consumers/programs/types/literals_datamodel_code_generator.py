"""Requests as people write them, held against the models of datamodel-code-generator.

mypy --strict refuses an ignored error that is none. Run, this says what the models themselves refuse.
"""

from collections.abc import Callable

from models.scan_request import Filters1, FirstSeenFilter, HostnameFilter, PlatformFilter, Scan, ScanRequest
from pydantic import ValidationError


def scan(*filters: FirstSeenFilter | HostnameFilter | PlatformFilter) -> ScanRequest:
    return ScanRequest(request_data=Scan(filters=Filters1(list(filters))))


RIGHT: list[Callable[[], object]] = [
    # right: every endpoint
    lambda: ScanRequest(request_data=Scan(filters="all")),
    # right: words
    lambda: scan(PlatformFilter(field="platform", operator="in", value=["windows", "linux"])),
    # right: a range of time
    lambda: scan(
        FirstSeenFilter(field="first_seen", operator="gte", value=1760000000000),
        FirstSeenFilter(field="first_seen", operator="lte", value=1770000000000),
    ),
    # right: a document
    lambda: ScanRequest.model_validate(
        {"request_data": {"filters": [{"field": "hostname", "operator": "in", "value": ["a"]}], "incident_id": "42"}}
    ),
]

REFUSED_BY_BOTH: list[Callable[[], object]] = [
    # wrong: no such platform
    lambda: PlatformFilter(field="platform", operator="in", value=["solaris"]),  # type: ignore[list-item]
    # wrong: a time is compared with gte or lte
    lambda: FirstSeenFilter(field="first_seen", operator="in", value=1760000000000),  # type: ignore[arg-type]
    # wrong: a time is a number
    lambda: FirstSeenFilter(field="first_seen", operator="gte", value=["1"]),  # type: ignore[arg-type]
    # wrong: filters is a list or all
    lambda: Scan(filters="none"),  # type: ignore[arg-type]
    # wrong: a misspelt key
    lambda: Scan(filters="all", incident="42"),  # type: ignore[call-arg]
]

# mypy has no type for a list that is not empty.
REFUSED_AT_RUN_TIME: list[Callable[[], object]] = [
    # a list of values that is empty
    lambda: PlatformFilter(field="platform", operator="in", value=[]),
    # a list of filters that is empty
    lambda: scan(),
    # a document with an empty text
    lambda: ScanRequest.model_validate(
        {"request_data": {"filters": [{"field": "hostname", "operator": "in", "value": [""]}]}}
    ),
]


def is_taken(make: Callable[[], object]) -> bool:
    try:
        make()
    except ValidationError:
        return False
    return True


for number, make in enumerate(RIGHT):
    print("agreed" if is_taken(make) else f"right request {number} is refused")
for number, make in enumerate(REFUSED_BY_BOTH + REFUSED_AT_RUN_TIME):
    print("agreed" if not is_taken(make) else f"wrong request {number} is taken")
