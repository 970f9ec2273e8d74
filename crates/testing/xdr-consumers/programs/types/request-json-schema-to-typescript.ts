export type { ScanRequest } from "./scan-request.js";
