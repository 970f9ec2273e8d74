//! The shapes of filters in JSON Schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::condition::Shape;
use super::{EndpointFilter, Filter};

/// Every endpoint of the tenant.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum AllEndpoints {
    /// The only word. This is a named enum and not a constant: with a constant in the choice, the models of one code
    /// generator reject every list.
    All,
}

/// The shape of [`Filters`](crate::Filters).
pub(crate) fn filters(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "oneOf": [
            // First, because validators report the mistakes of the first choice first.
            {"type": "array", "items": generator.subschema_for::<Filter>(), "minItems": 1},
            generator.subschema_for::<AllEndpoints>(),
        ],
    })
}

/// The shape of [`Filter`]: a choice between closed objects, one for each field, each with a name of its own.
pub(crate) fn filter(generator: &mut SchemaGenerator) -> Schema {
    let rows = Filter::table(generator);
    choice(generator, rows)
}

/// A filter that every batch repeats: any filter except one on ids.
#[derive(JsonSchema)]
#[schemars(schema_with = "shared_filter")]
pub(crate) struct SharedFilter;

fn shared_filter(generator: &mut SchemaGenerator) -> Schema {
    let mut rows = Filter::table(generator);
    rows.retain(|(field, ..)| *field != "endpoint_id_list");
    choice(generator, rows)
}

/// The shape of [`EndpointFilter`], in the same form.
pub(crate) fn endpoint_filter(generator: &mut SchemaGenerator) -> Schema {
    let rows = EndpointFilter::table(generator);
    choice(generator, rows)
}

type Row = (&'static str, &'static str, &'static str, Shape);

fn choice(generator: &mut SchemaGenerator, rows: Vec<Row>) -> Schema {
    let mut choices = Vec::new();
    for (field, variant, description, mut condition) in rows {
        condition.operator.insert("description".into(), "How the field is compared.".into());
        condition.value.insert("description".into(), "What the field is compared with.".into());
        let filter = json_schema!({
            "description": description,
            "type": "object",
            "properties": {
                "field": {"description": "The field that is compared.", "type": "string", "const": field},
                "operator": condition.operator,
                "value": condition.value,
            },
            "required": ["field", "operator", "value"],
            "additionalProperties": false,
        });
        // The suffix keeps the filter apart from the values of the same name, such as platforms.
        let name = format!("{variant}Filter");
        choices.push(json_schema!({"$ref": format!("#/$defs/{name}")}));
        generator.definitions_mut().insert(name, filter.into());
    }
    // The type lets Ajv choose by `field` when a discriminator is added.
    json_schema!({"type": "object", "oneOf": choices})
}
