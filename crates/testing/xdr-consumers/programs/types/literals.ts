// Requests as people write them, held against the generated types. What is marked wrong must not compile: the
// compiler refuses a @ts-expect-error above a line that does.

import type { ScanRequest } from "./request.js";

export const requests: ScanRequest[] = [
  // right: every endpoint
  { request_data: { filters: "all" } },
  // right: a list of text, and an incident
  { request_data: { filters: [{ field: "hostname", operator: "in", value: ["web-1"] }], incident_id: "42" } },
  // right: words
  { request_data: { filters: [{ field: "platform", operator: "in", value: ["windows", "linux"] }] } },
  // right: addresses
  { request_data: { filters: [{ field: "ip_list", operator: "in", value: ["10.0.0.1", "::1"] }] } },
  // right: a range of time
  {
    request_data: {
      filters: [
        { field: "first_seen", operator: "gte", value: 1760000000000 },
        { field: "first_seen", operator: "lte", value: 1770000000000 },
      ],
    },
  },
  // @ts-expect-error wrong: no such platform
  { request_data: { filters: [{ field: "platform", operator: "in", value: ["solaris"] }] } },
  // @ts-expect-error wrong: a time is compared with gte or lte
  { request_data: { filters: [{ field: "first_seen", operator: "in", value: 1760000000000 }] } },
  // @ts-expect-error wrong: a time is a number
  { request_data: { filters: [{ field: "first_seen", operator: "gte", value: ["1760000000000"] }] } },
  // @ts-expect-error wrong: a list of values that is empty
  { request_data: { filters: [{ field: "platform", operator: "in", value: [] }] } },
  // @ts-expect-error wrong: a list of filters that is empty
  { request_data: { filters: [] } },
  // @ts-expect-error wrong: filters is a list or all
  { request_data: { filters: "none" } },
  // @ts-expect-error wrong: no such field
  { request_data: { filters: [{ field: "tags", operator: "in", value: ["a"] }] } },
  // @ts-expect-error wrong: a misspelt key
  { request_data: { filters: "all", "incident-id": "42" } },
  // @ts-expect-error wrong: no filters
  { request_data: {} },
];
