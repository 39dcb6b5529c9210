//! Guardrails: the configuration in a request, the assessments, and `ApplyGuardrail`.

mod apply;
mod assessment;
mod automated_reasoning;
mod configuration;
mod policies;
mod sensitive_information;
mod usage;

pub use apply::*;
pub use assessment::*;
pub use automated_reasoning::*;
pub use configuration::*;
pub use policies::*;
pub use sensitive_information::*;
pub use usage::*;
