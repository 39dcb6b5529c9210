//! Why a model stopped.

use crate::shape::open_enum;

open_enum! {
    /// The reason why a model stopped.
    pub enum StopReason {
        /// The model finished its turn.
        EndTurn = "end_turn",
        /// The model waits for the results of the tools that it called.
        ToolUse = "tool_use",
        /// The model reached the maximum number of tokens. The reply is truncated.
        MaxTokens = "max_tokens",
        /// The model wrote one of the stop sequences.
        StopSequence = "stop_sequence",
        /// The guardrail intervened. The message is the guardrail's.
        GuardrailIntervened = "guardrail_intervened",
        /// A content filter of the model provider stopped the reply.
        ContentFiltered = "content_filtered",
        /// The model wrote output that Bedrock cannot parse.
        MalformedModelOutput = "malformed_model_output",
        /// The model called a tool in a form that Bedrock cannot parse.
        MalformedToolUse = "malformed_tool_use",
        /// The conversation exceeds the context window of the model.
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}
