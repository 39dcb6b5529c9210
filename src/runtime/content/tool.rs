//! Tools: what a model may call.

use serde_json::Value;

use crate::runtime::CachePointBlock;
use crate::shape::{Document, single_block, structure, union};

structure! {
    /// The tools that a model may call.
    ///
    /// It is needed also where the conversation has a tool's call or result in it, even if no tool is to be called now.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ToolChoice, ToolConfiguration, ToolSpecification};
    /// use serde_json::json;
    ///
    /// let weather = ToolSpecification::new(
    ///     "weather",
    ///     json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    /// );
    /// let tools = ToolConfiguration::new(weather.description("The weather in a city."))
    ///     .tool_choice(ToolChoice::any());
    /// ```
    pub struct ToolConfiguration {
        /// The tools, at least one.
        tools: Vec<Tool> = "tools" from Blocks<Tool>,
    } optional {
        /// Whether the model has to call one; not every model can be told.
        tool_choice: option ToolChoice = "toolChoice",
    }

    /// A tool of yours, described to the model.
    pub struct ToolSpecification {
        /// What to call it: 1 to 64 letters, digits, underscores and hyphens.
        name: String = "name",
        /// The JSON schema of its input.
        input_schema: ToolInputSchema = "inputSchema",
    } optional {
        /// What it does and when to call it.
        description: option String = "description",
        /// Whether the model is held to the schema.
        strict: option bool = "strict",
    }

    /// A tool that the model's provider runs.
    pub struct SystemTool {
        /// What it is called: 1 to 64 letters, digits, underscores and hyphens.
        name: String = "name",
    }

    /// The model decides whether to call a tool.
    pub struct AutoToolChoice {}

    /// The model has to call a tool.
    pub struct AnyToolChoice {}

    /// The model has to call this tool.
    pub struct SpecificToolChoice {
        /// The tool's name.
        name: String = "name",
    }

    /// One of the tools in the tool configuration.
    pub struct ToolReference {} optional {
        /// What kind of reference it is; at most 64 characters.
        r#type: option String = "type",
        /// The tool's name, as the tool configuration has it; at most 128 characters.
        name: option String = "name",
        /// The MCP server that offers the tool, for a tool of such a server; at most 128 characters.
        server_name: option String = "serverName",
    }

    /// From here on the model may call this tool; in a message of the role `system`.
    pub struct ToolAdditionBlock {
        /// The tool.
        tool: ToolReference = "tool",
    }

    /// From here on the model may no longer call this tool; in a message of the role `system`.
    pub struct ToolRemovalBlock {
        /// The tool.
        tool: ToolReference = "tool",
    }
}

union! {
    /// What a list of tools consists of.
    pub enum Tool {
        /// A tool of yours.
        ToolSpec(ToolSpecification) = "toolSpec",
        /// A tool that the model's provider runs.
        SystemTool(SystemTool) = "systemTool",
        /// The end of the part of the list that is to be kept in the cache.
        CachePoint(CachePointBlock) = "cachePoint",
    } from {
        ToolSpecification => ToolSpec,
        SystemTool => SystemTool,
        CachePointBlock => CachePoint,
    }

    /// The form of a tool's input. JSON converts into it.
    pub enum ToolInputSchema {
        /// A JSON schema whose type at the top is `object`.
        Json(Document) = "json" default Document::null(),
    } from {
        Document => Json,
        Value => Json,
        &Value => Json,
    }

    /// Which tools the model is to call.
    pub enum ToolChoice {
        /// The model decides: what it is where nothing is said.
        Auto(AutoToolChoice) = "auto",
        /// At least one, whichever; there will be no text.
        Any(AnyToolChoice) = "any",
        /// This one.
        Tool(SpecificToolChoice) = "tool",
    } from {
        AutoToolChoice => Auto,
        AnyToolChoice => Any,
        SpecificToolChoice => Tool,
    }
}

single_block!(Tool);

impl ToolChoice {
    /// The model decides whether to call a tool.
    #[must_use]
    pub fn auto() -> Self {
        Self::Auto(AutoToolChoice::new())
    }

    /// The model has to call a tool.
    #[must_use]
    pub fn any() -> Self {
        Self::Any(AnyToolChoice::new())
    }

    /// The model has to call the tool of that name.
    #[must_use]
    pub fn tool(name: impl Into<String>) -> Self {
        Self::Tool(SpecificToolChoice::new(name))
    }
}
