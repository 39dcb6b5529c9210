//! Why a model stopped.

use crate::shape::open_enum;

open_enum! {
    /// Why a model stopped.
    pub enum StopReason {
        /// It was done.
        EndTurn = "end_turn",
        /// It waits for the results of the tools it called.
        ToolUse = "tool_use",
        /// It had written as many tokens as it may; the answer is cut.
        MaxTokens = "max_tokens",
        /// It wrote one of the stop sequences.
        StopSequence = "stop_sequence",
        /// The guardrail stepped in; the message is the guardrail's.
        GuardrailIntervened = "guardrail_intervened",
        /// A filter of the model's provider stepped in.
        ContentFiltered = "content_filtered",
        /// It wrote what Bedrock cannot make sense of.
        MalformedModelOutput = "malformed_model_output",
        /// It called a tool in a way that Bedrock cannot make sense of.
        MalformedToolUse = "malformed_tool_use",
        /// The conversation has no room left in what the model can keep in view.
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}
