//! `InvokeGuardrailChecks`: checks of messages without a configured guardrail.

mod checks;
mod invoke;

pub use checks::*;
pub use invoke::*;
