"""Judges with fastjsonschema, which knows draft-07 at most: the schemas mean the same there."""

import fastjsonschema

from verdicts import judge, read_schemas

validators = {name: fastjsonschema.compile(schema) for name, schema in read_schemas().items()}


def is_valid(schema, document):
    try:
        validators[schema](document)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


judge(is_valid)
