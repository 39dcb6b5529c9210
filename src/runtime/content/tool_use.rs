//! A model's call of a tool.

use crate::shape::{Document, open_enum, structure};

open_enum! {
    /// Who runs the tool.
    pub enum ToolUseType {
        /// Bedrock or the model's provider; the result comes in the same answer.
        ServerToolUse = "server_tool_use",
    }
}

structure! {
    /// A model's call of a tool.
    pub struct ToolUseBlock {
        /// What the result refers to: 1 to 64 letters, digits and `_`, `.`, `:`, `-`.
        tool_use_id: String = "toolUseId",
        /// The tool's name.
        name: String = "name",
        /// What the tool is called with; [`Document::read`] makes it a type of yours.
        // A tool without arguments is called with `{}`, and an answer may leave that out.
        input: Document = "input" default Document::default(),
    } optional {
        /// Who runs the tool; nothing where you do.
        r#type: option ToolUseType = "type",
    }
}

impl ToolUseBlock {
    /// Whether somebody else runs the tool, so that it is not for you to answer.
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
    fn a_call_without_input_is_a_call_with_an_empty_object() -> serde_json::Result<()> {
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
    fn only_a_server_tool_use_is_somebody_elses() {
        let call = ToolUseBlock::new("1", "search", Value::Object(serde_json::Map::new()));
        assert!(!call.is_server_tool_use());
        // What some models say of a call that is yours.
        assert!(!call.clone().r#type("tool_use").is_server_tool_use());
        assert!(call.r#type("server_tool_use").is_server_tool_use());
    }
}
