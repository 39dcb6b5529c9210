//! Tools that a model may call.

use serde_json::Value;

use crate::runtime::CachePointBlock;
use crate::shape::{Document, single_block, structure, union};

structure! {
    /// The tools that a model may call.
    ///
    /// A request needs it if its messages have tool calls or tool results, even if the model calls
    /// no further tool.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{ToolChoice, ToolConfiguration, ToolSpecification};
    /// use serde_json::json;
    ///
    /// let weather = ToolSpecification::new(
    ///     "weather",
    ///     json!({
    ///         "type": "object",
    ///         "properties": {"city": {"type": "string"}},
    ///         "required": ["city"],
    ///     }),
    /// )
    /// .description("Returns the weather in a city.");
    /// let tools = ToolConfiguration::new(weather).tool_choice(ToolChoice::any());
    /// ```
    pub struct ToolConfiguration {
        /// The tools. At least one.
        tools: Vec<Tool> = "tools" from Blocks<Tool>,
    } optional {
        /// Whether the model must call a tool. Only some models support it. Defaults to
        /// [`ToolChoice::auto`].
        tool_choice: option ToolChoice = "toolChoice",
    }

    /// The description of a tool that your program runs.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html>
    pub struct ToolSpecification {
        /// The name of the tool: 1 to 64 letters, digits, underscores and hyphens.
        name: String = "name",
        /// The JSON schema of the input of the tool.
        input_schema: ToolInputSchema = "inputSchema",
    } optional {
        /// What the tool does, and when the model should call it.
        description: option String = "description",
        /// Whether the input must match the schema. Only some models support it.
        strict: option bool = "strict",
    }

    /// A tool that the provider of the model runs.
    pub struct SystemTool {
        /// The name of the tool: 1 to 64 letters, digits, underscores and hyphens.
        name: String = "name",
    }

    /// The choice that leaves it to the model whether it calls a tool.
    pub struct AutoToolChoice {}

    /// The choice that makes the model call at least one tool.
    pub struct AnyToolChoice {}

    /// The choice that makes the model call a specific tool.
    pub struct SpecificToolChoice {
        /// The name of the tool.
        name: String = "name",
    }

    /// A reference to a tool of the tool configuration.
    pub struct ToolReference {} optional {
        /// The type of the reference. At most 64 characters.
        r#type: option String = "type",
        /// The name of the tool in the tool configuration. At most 128 characters.
        name: option String = "name",
        /// The name of the MCP server that offers the tool. At most 128 characters.
        server_name: option String = "serverName",
    }

    /// Allows the model to call a tool from here on. Valid in messages of the role `system`.
    pub struct ToolAdditionBlock {
        /// The tool that the model may call.
        tool: ToolReference = "tool",
    }

    /// Forbids the model to call a tool from here on. Valid in messages of the role `system`.
    pub struct ToolRemovalBlock {
        /// The tool that the model may no longer call.
        tool: ToolReference = "tool",
    }
}

union! {
    /// An entry in a list of tools.
    pub enum Tool {
        /// A tool that your program runs.
        ToolSpec(ToolSpecification) = "toolSpec",
        /// A tool that the provider of the model runs.
        SystemTool(SystemTool) = "systemTool",
        /// A cache point: the tools before it are cached.
        CachePoint(CachePointBlock) = "cachePoint",
    } from {
        ToolSpecification => ToolSpec,
        SystemTool => SystemTool,
        CachePointBlock => CachePoint,
    }

    /// The schema of the input of a tool. JSON converts into it.
    pub enum ToolInputSchema {
        /// A JSON schema. Its top-level type is `object`.
        Json(Document) = "json" default Document::null(),
    } from {
        Document => Json,
        Value => Json,
        &Value => Json,
    }

    /// The choice of tools that the model must call.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html>
    pub enum ToolChoice {
        /// The model decides whether it calls a tool. This is the default.
        Auto(AutoToolChoice) = "auto",
        /// The model must call at least one tool. It generates no text.
        Any(AnyToolChoice) = "any",
        /// The model must call this tool. Only some models support it.
        Tool(SpecificToolChoice) = "tool",
    } from {
        AutoToolChoice => Auto,
        AnyToolChoice => Any,
        SpecificToolChoice => Tool,
    }
}

single_block!(Tool);

impl ToolChoice {
    /// Returns the choice that leaves it to the model whether it calls a tool.
    #[must_use]
    pub fn auto() -> Self {
        Self::Auto(AutoToolChoice::new())
    }

    /// Returns the choice that makes the model call at least one tool.
    #[must_use]
    pub fn any() -> Self {
        Self::Any(AnyToolChoice::new())
    }

    /// Returns the choice that makes the model call the tool with this name.
    #[must_use]
    pub fn tool(name: impl Into<String>) -> Self {
        Self::Tool(SpecificToolChoice::new(name))
    }
}
