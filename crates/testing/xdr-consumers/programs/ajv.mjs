// Judges with Ajv. Its 2020 build: the default one knows draft-07 only and refuses the schemas' $schema.

import Ajv from "ajv/dist/2020.js";
import { judge, readSchemas } from "./verdicts.mjs";

const ajv = new Ajv({ strict: true });
const validators = new Map(readSchemas().map(([name, schema]) => [name, ajv.compile(schema)]));
judge((schema, document) => validators.get(schema)(document));
