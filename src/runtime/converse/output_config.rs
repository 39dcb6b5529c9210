//! What form an answer is to have, and how much thought.

use serde_json::Value;

use crate::shape::{Document, open_enum, structure, union};

structure! {
    /// What form an answer is to have, and how much thought the model puts into it.
    ///
    /// ```
    /// use bedrock_lite::runtime::{JsonSchemaDefinition, OutputConfig};
    /// use serde_json::json;
    ///
    /// let city = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    /// let config = OutputConfig::new().text_format(JsonSchemaDefinition::from(city).name("city"));
    /// ```
    pub struct OutputConfig {} optional {
        /// What form the text is to have. A [`JsonSchemaDefinition`] converts into it.
        text_format: option OutputFormat = "textFormat",
        /// How much thought: `low`, `medium`, `high`, `xhigh` or `max`; the last two only with extended
        /// thinking on.
        effort: option String = "effort",
    }

    /// What form text is to have. A [`JsonSchemaDefinition`] converts into it.
    pub struct OutputFormat {
        /// What kind of form.
        r#type: OutputFormatType = "type",
        /// The form itself.
        structure: OutputFormatStructure = "structure",
    }

    /// JSON that fits a schema.
    pub struct JsonSchemaDefinition {
        /// The schema, as JSON text. A [`Document`] or a [`Value`] converts into the definition.
        schema: String = "schema",
    } optional {
        /// What to call it.
        name: option String = "name",
        /// What it is for.
        description: option String = "description",
    }
}

open_enum! {
    /// What kind of form text is to have.
    pub enum OutputFormatType {
        /// JSON that fits a schema.
        JsonSchema = "json_schema",
    }
}

union! {
    /// The form text is to have.
    pub enum OutputFormatStructure {
        /// JSON that fits a schema.
        JsonSchema(JsonSchemaDefinition) = "jsonSchema",
    } from {
        JsonSchemaDefinition => JsonSchema,
    } sensitive true
}

impl From<JsonSchemaDefinition> for OutputFormat {
    fn from(schema: JsonSchemaDefinition) -> Self {
        Self::new(OutputFormatType::JsonSchema, schema)
    }
}

impl From<Document> for JsonSchemaDefinition {
    fn from(schema: Document) -> Self {
        Self::new(schema.as_json())
    }
}

impl From<Value> for JsonSchemaDefinition {
    fn from(schema: Value) -> Self {
        Self::new(schema.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_travels_as_text() -> serde_json::Result<()> {
        let config = OutputConfig::new().text_format(JsonSchemaDefinition::from(json!({"type": "object"})));
        assert_eq!(
            serde_json::to_value(&config)?,
            json!({"textFormat": {
                "type": "json_schema",
                "structure": {"jsonSchema": {"schema": "{\"type\":\"object\"}"}},
            }})
        );
        Ok(())
    }
}
