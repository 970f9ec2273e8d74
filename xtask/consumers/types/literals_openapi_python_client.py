"""Requests as people write them, held against the client of openapi-python-client.

mypy --strict refuses an ignored error that is none. Run, this says what reading a document refuses.
"""

from typing import Any

from client.models.first_seen_filter import FirstSeenFilter
from client.models.platform_filter import PlatformFilter
from client.models.scan import Scan
from client.models.scan_request import ScanRequest

TYPED: list[object] = [
    # right: every endpoint
    ScanRequest(request_data=Scan(filters="all")),
    # right: words, and an incident
    Scan(filters=[PlatformFilter(field="platform", operator="in", value=["windows", "linux"])], incident_id="42"),
    # right: a time
    Scan(filters=[FirstSeenFilter(field="first_seen", operator="gte", value=1760000000000)]),
    # wrong: no such platform
    PlatformFilter(field="platform", operator="in", value=["solaris"]),  # type: ignore[list-item]
    # wrong: a time is compared with gte or lte
    FirstSeenFilter(field="first_seen", operator="in", value=1760000000000),  # type: ignore[arg-type]
    # wrong: a time is a number
    FirstSeenFilter(field="first_seen", operator="gte", value=["1"]),  # type: ignore[arg-type]
    # wrong: filters is a list or all
    Scan(filters="none"),  # type: ignore[arg-type]
]


def filtered(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"request_data": {"filters": [{"field": field, "operator": operator, "value": value}]}}


RIGHT = [
    {"request_data": {"filters": "all", "incident_id": "42"}},
    filtered("platform", "in", ["windows"]),
    filtered("first_seen", "gte", 1760000000000),
    filtered("ip_list", "in", ["::1"]),
]

WRONG = [
    filtered("platform", "in", ["solaris"]),
    filtered("first_seen", "in", 1760000000000),
    filtered("tags", "in", ["a"]),
    {"request_data": {"filters": "none"}},
    {"request_data": {}},
    {},
]


def is_kept(document: dict[str, Any]) -> bool:
    return ScanRequest.from_dict(document).to_dict() == document


def is_refused(document: dict[str, Any]) -> bool:
    try:
        ScanRequest.from_dict(document)
    except (TypeError, ValueError, KeyError):
        return True
    return False


for document in RIGHT:
    print("agreed" if is_kept(document) else f"changed: {document}")
for document in WRONG:
    print("agreed" if is_refused(document) else f"taken: {document}")
