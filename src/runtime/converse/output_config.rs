//! Structured output and the reasoning effort.

use serde_json::Value;

use crate::shape::{Document, open_enum, structure, union};

structure! {
    /// The format of the reply, and the effort that the model makes.
    ///
    /// AWS documentation:
    /// [`OutputConfig`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html).
    ///
    /// ```
    /// use bedrock_lite::runtime::{JsonSchemaDefinition, OutputConfig};
    /// use serde_json::json;
    ///
    /// let city = json!({
    ///     "type": "object",
    ///     "properties": {"city": {"type": "string"}},
    ///     "required": ["city"],
    /// });
    /// let schema = JsonSchemaDefinition::from(city).name("city");
    /// let config = OutputConfig::new().text_format(schema);
    /// ```
    ///
    /// [`ConverseResponse::json`](super::ConverseResponse::json) reads the reply into a type.
    pub struct OutputConfig {} optional {
        /// The format of the text, such as JSON that fits a schema. A [`JsonSchemaDefinition`]
        /// converts into it.
        text_format: option OutputFormat = "textFormat",
        /// The effort of the model: `low`, `medium`, `high`, `xhigh` or `max`. `xhigh` and `max`
        /// require extended thinking.
        effort: option String = "effort",
    }

    /// A format of text. A [`JsonSchemaDefinition`] converts into it.
    pub struct OutputFormat {
        /// The type of the format.
        r#type: OutputFormatType = "type",
        /// The definition of the format.
        structure: OutputFormatStructure = "structure",
    }

    /// A JSON schema that the text must fit. A [`Document`] or a [`Value`] converts into it.
    pub struct JsonSchemaDefinition {
        /// The schema, as JSON text.
        schema: String = "schema",
    } optional {
        /// The name of the schema.
        name: option String = "name",
        /// The purpose of the schema, as a hint to the model.
        description: option String = "description",
    }
}

open_enum! {
    /// The type of a format of text.
    pub enum OutputFormatType {
        /// The text is JSON that fits a schema.
        JsonSchema = "json_schema",
    }
}

union! {
    /// The definition of a format of text.
    pub enum OutputFormatStructure {
        /// A JSON schema that the text must fit.
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
    fn schema_is_written_as_text() -> serde_json::Result<()> {
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
