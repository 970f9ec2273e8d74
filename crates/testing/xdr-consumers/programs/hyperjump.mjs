// Judges with @hyperjump/json-schema, an implementation that shares no code with Ajv.

import { registerSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import { judge, readSchemas } from "./verdicts.mjs";

const validators = new Map();
for (const [name, schema] of readSchemas()) {
  registerSchema(schema);
  validators.set(name, await validate(schema.$id));
}
judge((schema, document) => validators.get(schema)(document).valid);
