//! The messages of services and models for a conversation that is too long.

/// The texts that tell that the context window overflowed, in lower case.
///
/// Each line has texts that occur together, separated by `|`. It is one string, because each string
/// of a list would add 40 bytes to a program.
///
/// There is no error code for it. Only the message of a 400 tells, and each family of models has
/// its own.
const WORDINGS: &str = concat!(
    // Bedrock itself.
    "input is too long\n",
    "request is too long\n",
    // Anthropic.
    "prompt is too long\n",
    "prompt too long\n",
    "exceed context limit\n",
    "exceeds context limit\n",
    // Amazon: bytes of text, then tokens.
    "too many total text bytes\n",
    "input tokens exceeded\n",
    "number of input tokens exceed\n",
    "too many input tokens\n",
    "input token count|exceed\n",
    // Meta, Mistral, DeepSeek, Qwen, OpenAI, and other models served in OpenAI's format.
    "maximum context length\n",
    "maximum prompt length\n",
    "maximum input length\n",
    "maximum allowed input length\n",
    "context length|exceed\n",
    "context length|longer than\n",
    "context length|greater than\n",
    "context_length_exceeded\n",
    "context window|exceed\n",
    "context window|too long\n",
    "context window|too large\n",
    "context window|larger than\n",
    "context window|longer than\n",
    "reduce the length of the messages\n",
    "reduce the length of the prompt\n",
    "reduce the length of the input\n",
    "prompt|exceeds|max_model_len\n",
    // Cohere.
    "number of tokens in the prompt cannot exceed\n",
    "too many tokens in the prompt\n",
    // AI21.
    "prompt has|tokens, but the|limit is\n",
    // Text Generation Inference, which serves imported models.
    "inputs|tokens +|max_new_tokens|must be <=\n",
    "inputs|must have less than|tokens\n",
    // Titan and others whose input has a schema.
    "inputtext: expected maxlength\n",
    "prompt: expected maxlength\n",
);

/// A message of models that is also used for a single field, such as the name of a document.
const INPUT_LENGTH: &str = "input length|exceed|maximum";

/// Texts that show that [`INPUT_LENGTH`] is about a field. Context windows are counted in tokens.
const FIELD: &str = "character|name:|useid:|identifier:";

/// Returns whether a message tells that the input is too long for the model.
pub(super) fn is_overflow(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let says = |wording: &str| wording.split('|').all(|part| text.contains(part));
    let is_about_field = || !text.contains("token") && FIELD.split('|').any(|part| text.contains(part));
    WORDINGS.lines().any(says) || says(INPUT_LENGTH) && !is_about_field()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflow_is_recognized_for_every_model_family() {
        for text in [
            "Input is too long for requested model.",
            "The model returned the following errors: Input is too long for requested model.",
            "The model returned the following errors: prompt is too long: 227255 tokens > 200000 maximum",
            "input length and `max_tokens` exceed context limit: 179563 + 64000 > 204698, decrease input length or `max_tokens` and try again",
            "The model returned the following errors: too many total text bytes: 10000002 > 9000000",
            "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
            "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9279",
            "This model's maximum context length is 8192 tokens. Please reduce the length of the prompt",
            "This model's maximum context length is 202752 tokens. However, you requested 65536 output tokens",
            "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000",
            "Malformed input request: #/inputText: expected maxLength: 50000, actual: 52611, please reformat your input and try again.",
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
            "Input length 40000 exceeds the maximum length 32768",
            "Prompt has 11603 tokens, but the configured limit is 8191 tokens.",
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3970 `inputs` tokens and 512 `max_new_tokens`",
            "Input validation error: `inputs` must have less than 1024 tokens. Given: 2000",
            "The input (40000 tokens) is longer than the model's context length (32768 tokens).",
        ] {
            assert!(is_overflow(text), "{text}");
        }
    }

    #[test]
    fn other_validation_errors_are_not_an_overflow() {
        for text in [
            "",
            "Too many tokens, please wait before trying again.",
            "Too many requests, please wait before trying again.",
            "Too many tokens per day, please wait before trying again.",
            "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
            "max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens for this model",
            "Malformed input request: #/stopSequences/0: expected maxLength: 40, actual: 52, please reformat your input and try again.",
            "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 5600000 bytes > 5242880 bytes",
            "document name: input length exceeds maximum of 200 characters",
            "messages.0.content.1.document.name: input length exceeds maximum of 200",
            "toolUseId: input length exceeds the maximum of 64 characters",
            "Input validation error: `max_new_tokens` must be <= 512. Given: 600",
            "Input validation error: `inputs` cannot be empty",
            "The provided model identifier is invalid.",
            "Member must have length less than or equal to 64",
        ] {
            assert!(!is_overflow(text), "{text}");
        }
    }
}
