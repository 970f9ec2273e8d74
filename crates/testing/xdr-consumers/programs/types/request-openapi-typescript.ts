import type { components } from "./openapi.js";

export type ScanRequest = components["schemas"]["ScanRequest"];
