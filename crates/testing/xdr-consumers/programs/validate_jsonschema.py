"""Judges with jsonschema."""

import jsonschema

from verdicts import judge, read_schemas

schemas = read_schemas()
for schema in schemas.values():
    jsonschema.Draft202012Validator.check_schema(schema)
validators = {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas.items()}
judge(lambda schema, document: validators[schema].is_valid(document))
