//! Sends many prompts to a model, several at a time, and appends each reply to a file. The run can be resumed.
//!
//!     cargo run --example bulk <prompts.jsonl> <replies.jsonl> [model-id] [at-a-time]
//!
//! An input line `{"id": "…", "prompt": "…"}` gives an output line `{"id": "…", "text": "…", "stop_reason": "…"}`, in the order
//! of completion. After a kill, the next run continues with the missing prompts. If the model rejects a prompt, its line is
//! `{"id": "…", "error": "…"}`; delete the line to send it again. Other errors (credentials, network) end the run.

use std::collections::{HashMap, HashSet};
use std::env::args;
use std::error::Error as StdError;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::num::NonZeroUsize;
use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Error, Message, RetryPolicy, ServiceErrorKind};
use fs4::FileExt;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[derive(Deserialize)]
struct Prompt {
    id: String,
    prompt: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let (Some(input), Some(output)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: bulk <prompts.jsonl> <replies.jsonl> [model-id] [at-a-time]".into());
    };
    let model = args().nth(3).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let at_a_time = args().nth(4).as_deref().unwrap_or("8").parse::<NonZeroUsize>();
    let at_a_time = at_a_time.map_err(|_| "at-a-time is not a positive number")?.get();
    let client = Client::builder().retry(RetryPolicy::new().max_attempts(8)).build()?;
    let prompts = prompts(&input).map_err(|error| format!("{input}: {error}"))?;
    if same_file::is_same_file(&input, &output).unwrap_or(false) {
        return Err(format!("{output}: the replies would overwrite the prompts").into());
    }
    let (mut file, earlier) = resume(&output).map_err(|error| format!("{output}: {error}"))?;

    let total = prompts.len();
    let mut failed = prompts.iter().filter(|prompt| earlier.get(&prompt.id) == Some(&true)).count();
    let waiting: Vec<_> = prompts.into_iter().filter(|prompt| !earlier.contains_key(&prompt.id)).collect();
    let (mut done, mut waiting) = (total - waiting.len(), waiting.into_iter());
    let (mut in_flight, mut outcome) = (JoinSet::new(), Ok(()));
    let bar = ProgressBar::new(total.try_into()?).with_position(done.try_into()?);
    bar.set_style(ProgressStyle::with_template("[{bar:30}] {pos}/{len}, {eta} left")?.progress_chars("#>."));
    loop {
        // After an error no new prompt is sent. Calls in flight are billed already, so their replies are kept.
        while outcome.is_ok() && in_flight.len() < at_a_time {
            let Some(prompt) = waiting.next() else { break };
            in_flight.spawn(send(client.clone(), model.clone(), prompt));
        }
        let Some(line) = in_flight.join_next().await else { break };
        match line? {
            Ok(line) => {
                // One unbuffered write per line, so that a kill can truncate only the last line.
                file.write_all(format!("{line}\n").as_bytes())?;
                done += 1;
                failed += usize::from(line.get("error").is_some());
                bar.inc(1);
                if bar.is_hidden() && done * 10 / total > (done - 1) * 10 / total {
                    eprintln!("[{:.<30}] {done}/{total}", "#".repeat(done * 30 / total));
                }
            }
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    bar.abandon();
    outcome?;
    println!("{} of {total} succeeded, {failed} failed", done - failed);
    if failed > 0 { Err(format!("some prompts failed: see \"error\" in {output}").into()) } else { Ok(()) }
}

/// Sends a prompt and returns its output line. Returns an error if the prompt is not the cause.
async fn send(client: Client, model: String, Prompt { id, prompt }: Prompt) -> Result<Value, Error> {
    use ServiceErrorKind::{ModelError, ModelTimeout, Validation};
    match client.converse(&ConverseRequest::new(model).message(Message::user(prompt)).max_tokens(500)).await {
        Ok(reply) => Ok(json!({"id": id, "text": reply.text(), "stop_reason": reply.stop_reason})),
        Err(Error::Service(e)) if matches!(e.kind(), Validation | ModelError | ModelTimeout) => {
            Ok(json!({"id": id, "error": e.to_string()}))
        }
        Err(error) => Err(error),
    }
}

fn prompts(file: &str) -> Result<Vec<Prompt>, Box<dyn StdError>> {
    let prompts: Vec<Prompt> = lines(&read_to_string(file)?)?;
    let mut ids = HashSet::new();
    match prompts.iter().enumerate().find(|(_, prompt)| !ids.insert(&prompt.id)) {
        Some((at, prompt)) => Err(format!("line {}: the ID {:?} is a duplicate", at + 1, prompt.id).into()),
        None => Ok(prompts),
    }
}

/// Opens the output file for appending. Also returns the IDs of earlier runs, and whether their line is an error.
fn resume(file: &str) -> Result<(File, HashMap<String, bool>), Box<dyn StdError>> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
        error: Option<String>,
    }
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)?;
    // Prevents two runs on the same file. The operating system releases the lock when the process ends, also if it is killed.
    FileExt::try_lock(&file).map_err(|error| format!("is another run writing to it? {error}"))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    // Removes a truncated last line of a killed run. Its prompt is resent.
    text.truncate(text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    let earlier: Vec<Line> = lines(str::from_utf8(&text)?)?;
    file.set_len(text.len().try_into()?)?;
    file.seek(SeekFrom::End(0))?;
    Ok((file, earlier.into_iter().map(|line| (line.id, line.error.is_some())).collect()))
}

fn lines<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, String> {
    let place = |error: serde_json::Error| error.to_string().replace("at line 1 ", "at ");
    let read = |(at, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {}", at + 1, place(error)));
    text.lines().enumerate().map(read).collect()
}
