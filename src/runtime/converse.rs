//! `Converse` and `ConverseStream`: conversations with a model, with whole and with streamed
//! replies.

mod accumulator;
mod count_tokens;
mod deltas;
mod events;
mod inference;
mod output_config;
mod prompt;
mod request;
mod response;
mod stop_reason;
mod stream;
mod stream_output;
mod surrogate_pairs;
mod text_delta;
mod trace;
mod usage;
mod validate;

pub use accumulator::PartialResponse;
pub use count_tokens::*;
pub use deltas::*;
pub use events::*;
pub use inference::*;
pub use output_config::*;
pub use prompt::*;
pub use request::ConverseRequest;
pub use response::*;
pub use stop_reason::*;
pub use stream::{ConverseStreamDecoder, ConverseStreamRequest, StreamedConverse, ToConverseStream};
pub use stream_output::ConverseStreamOutput;
pub use trace::*;
pub use usage::*;
pub use validate::{ValidationError, ValidationProblem, ValidationProblemKind, ValidationSeverity};
