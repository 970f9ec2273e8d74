"""Requests as people write them, held against the client of openapi-python-client.

mypy --strict refuses an ignored error that is none. Run with the folder of the schemas, this says what reading a
document refuses, and what is refused once that which the classes write is validated, as the page beside the schemas
says.
"""

import json
import sys
from pathlib import Path
from typing import Any

import fastjsonschema

from client.models.first_seen_filter import FirstSeenFilter
from client.models.hostname_filter import HostnameFilter
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


# The generator knows no minItems and no minLength.
WRITTEN = [
    (True, Scan(filters="all")),
    (True, Scan(filters=[HostnameFilter(field="hostname", operator="in", value=["a"])])),
    (False, Scan(filters=[PlatformFilter(field="platform", operator="in", value=[])])),
    (False, Scan(filters=[])),
    (False, Scan(filters=[HostnameFilter(field="hostname", operator="in", value=[""])])),
    (False, Scan(filters=[FirstSeenFilter(field="first_seen", operator="gte", value=0)])),
]

validate = fastjsonschema.compile(json.loads(Path(sys.argv[1], "scan-request.schema.json").read_text("utf-8")))


def is_valid(document: dict[str, Any]) -> bool:
    try:
        validate(document)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


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
for expected, scan in WRITTEN:
    document = ScanRequest(request_data=scan).to_dict()
    print("agreed" if is_valid(document) == expected else f"judged wrong: {document}")
