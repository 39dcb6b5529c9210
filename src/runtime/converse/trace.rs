//! Traces: what guardrails and prompt routers did with a request.

use crate::error::Error;
use crate::runtime::GuardrailTraceAssessment;
use crate::shape::{Document, open_enum, structure};

structure! {
    /// The trace of a `Converse` request.
    pub struct ConverseTrace {} optional {
        /// The findings of the guardrail: a [`GuardrailTraceAssessment`] as JSON.
        /// [`guardrail_assessment`](Self::guardrail_assessment) reads it.
        // Kept as JSON, because its thirty shapes would add code to every program and few programs
        // use them.
        guardrail: option Document = "guardrail",
        /// The model that the prompt router chose.
        prompt_router: option PromptRouterTrace = "promptRouter",
    }

    /// The trace of a `ConverseStream` request.
    pub struct ConverseStreamTrace {} optional {
        /// The findings of the guardrail: a [`GuardrailTraceAssessment`] as JSON.
        /// [`guardrail_assessment`](Self::guardrail_assessment) reads it.
        guardrail: option Document = "guardrail",
        /// The model that the prompt router chose.
        prompt_router: option PromptRouterTrace = "promptRouter",
    }

    /// The trace of a prompt router.
    pub struct PromptRouterTrace {} optional {
        /// The model that the router invoked: the ARN of a model or of an inference profile.
        invoked_model_id: option String = "invokedModelId",
    }
}

open_enum! {
    /// Whether the response of `InvokeModel` contains the trace of the guardrail.
    pub enum Trace {
        /// The response contains the findings of the guardrail.
        Enabled = "ENABLED",
        /// The response contains no trace.
        Disabled = "DISABLED",
        /// The response also contains the checks in which the guardrail found nothing.
        EnabledFull = "ENABLED_FULL",
    }
}

/// Adds the method that reads the trace of the guardrail.
macro_rules! guardrail_assessment {
    ($($trace:ty),+) => {$(
        impl $trace {
            /// Reads the findings of the guardrail. Returns `None` if there was no guardrail, or if
            /// its trace was not enabled.
            ///
            /// # Errors
            ///
            /// Returns [`Error::Decode`] if the findings do not fit the type.
            #[inline]
            pub fn guardrail_assessment(&self) -> Result<Option<GuardrailTraceAssessment>, Error> {
                self.guardrail.as_ref().map(Document::read).transpose()
            }
        }
    )+};
}

guardrail_assessment!(ConverseTrace, ConverseStreamTrace);
