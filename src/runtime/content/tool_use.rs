//! Tool calls of a model.

use crate::shape::{Document, open_enum, structure};

open_enum! {
    /// The component that runs a tool.
    pub enum ToolUseType {
        /// Bedrock or the provider of the model runs the tool. The result comes in the same
        /// response.
        ServerToolUse = "server_tool_use",
    }
}

structure! {
    /// A request of the model to run a tool.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html>
    pub struct ToolUseBlock {
        /// The ID of the call: 1 to 64 letters, digits and `_`, `.`, `:`, `-`. The tool result
        /// refers to it.
        tool_use_id: String = "toolUseId",
        /// The name of the tool.
        name: String = "name",
        /// The input of the tool. [`Document::read`] converts it to a type of your program.
        // A response may omit the input of a tool without arguments, which means `{}`.
        input: Document = "input" default Document::default(),
    } optional {
        /// The component that runs the tool. Not set if your program runs it.
        r#type: option ToolUseType = "type",
    }
}

impl ToolUseBlock {
    /// Returns whether the service runs the tool. Such a call needs no result from you.
    #[must_use]
    pub fn is_server_tool_use(&self) -> bool {
        self.r#type == Some(ToolUseType::ServerToolUse)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn missing_input_is_an_empty_object() -> serde_json::Result<()> {
        for call in [json!({"toolUseId": "1", "name": "now"}), json!({"toolUseId": "1", "name": "now", "input": null})]
        {
            let call: ToolUseBlock = serde_json::from_value(call)?;
            assert_eq!(call.input, json!({}).into());
            assert_eq!(serde_json::to_value::<_>(&call)?.get("input"), Some(&json!({})));
        }
        assert!(serde_json::from_value::<ToolUseBlock>(json!({"name": "now", "input": 5, "toolUseId": 5})).is_err());
        Ok(())
    }

    #[test]
    fn only_server_tool_use_is_run_by_the_service() {
        let call = ToolUseBlock::new("1", "search", Value::Object(serde_json::Map::new()));
        assert!(!call.is_server_tool_use());
        // Some models give this type to calls that the caller runs.
        assert!(!call.clone().r#type("tool_use").is_server_tool_use());
        assert!(call.r#type("server_tool_use").is_server_tool_use());
    }
}
