//! What went on while a request was served.

use crate::error::Error;
use crate::runtime::GuardrailTraceAssessment;
use crate::shape::{Document, open_enum, structure};

structure! {
    /// What went on while a `Converse` request was served.
    pub struct ConverseTrace {} optional {
        /// What the guardrail found, a `GuardrailTraceAssessment` as JSON: see [`guardrail_assessment`](Self::guardrail_assessment).
        // Thirty shapes that few programs read: raw, so that the others do not carry them.
        guardrail: option Document = "guardrail",
        /// Which model the prompt router chose.
        prompt_router: option PromptRouterTrace = "promptRouter",
    }

    /// What went on while a `ConverseStream` request was served.
    pub struct ConverseStreamTrace {} optional {
        /// What the guardrail found, a `GuardrailTraceAssessment` as JSON: see [`guardrail_assessment`](Self::guardrail_assessment).
        guardrail: option Document = "guardrail",
        /// Which model the prompt router chose.
        prompt_router: option PromptRouterTrace = "promptRouter",
    }

    /// Which model a prompt router chose.
    pub struct PromptRouterTrace {} optional {
        /// The model's or inference profile's ARN.
        invoked_model_id: option String = "invokedModelId",
    }
}

open_enum! {
    /// Whether the answer to `InvokeModel` says what went on.
    pub enum Trace {
        /// It does.
        Enabled = "ENABLED",
        /// It does not.
        Disabled = "DISABLED",
        /// It does, and says also what the guardrail looked at and let through.
        EnabledFull = "ENABLED_FULL",
    }
}

/// Types the guardrail's part of a trace, when it is asked for.
macro_rules! guardrail_assessment {
    ($($trace:ty),+) => {$(
        impl $trace {
            /// What the guardrail found, typed; `None` where there was no guardrail, or its trace was not asked for.
            ///
            /// # Errors
            ///
            /// [`Error::Decode`] where it is not of that form.
            #[inline]
            pub fn guardrail_assessment(&self) -> Result<Option<GuardrailTraceAssessment>, Error> {
                self.guardrail.as_ref().map(Document::read).transpose()
            }
        }
    )+};
}

guardrail_assessment!(ConverseTrace, ConverseStreamTrace);
