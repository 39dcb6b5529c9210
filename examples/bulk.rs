//! Asks a model many prompts, several at a time, and writes down each answer as it comes.
//!
//!     cargo run --example bulk <prompts.jsonl> <answers.jsonl> [model-id] [at-a-time]
//!
//! A line `{"id": "…", "prompt": "…"}` becomes a line `{"id": "…", "text": "…", "stop_reason": "…"}`, in the order of the answers.
//! Killed at whatever moment, it goes on where it was when it is started again. A prompt that the model refuses or fails at
//! becomes `{"id": "…", "error": "…"}`; without that line it is asked again. Any other error (credentials, network) ends the run.

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
        return Err("usage: bulk <prompts.jsonl> <answers.jsonl> [model-id] [at-a-time]".into());
    };
    let model = args().nth(3).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let at_a_time = args().nth(4).as_deref().unwrap_or("8").parse::<NonZeroUsize>();
    let at_a_time = at_a_time.map_err(|_| "at-a-time is no number from 1")?.get();
    let client = Client::builder().retry(RetryPolicy::new().max_attempts(8)).build()?;
    let prompts = prompts(&input).map_err(|error| format!("{input}: {error}"))?;
    if same_file::is_same_file(&input, &output).unwrap_or(false) {
        return Err(format!("{output}: the answers would overwrite the prompts").into());
    }
    let (mut file, earlier) = resume(&output).map_err(|error| format!("{output}: {error}"))?;

    let total = prompts.len();
    let mut failed = prompts.iter().filter(|prompt| earlier.get(&prompt.id) == Some(&true)).count();
    let waiting: Vec<_> = prompts.into_iter().filter(|prompt| !earlier.contains_key(&prompt.id)).collect();
    let (mut done, mut waiting) = (total - waiting.len(), waiting.into_iter());
    let (mut asked, mut outcome) = (JoinSet::new(), Ok(()));
    let bar = ProgressBar::new(total.try_into()?).with_position(done.try_into()?);
    bar.set_style(ProgressStyle::with_template("[{bar:30}] {pos}/{len}, {eta} left")?.progress_chars("#>."));
    loop {
        // After an error nothing new is asked, but what has been asked is paid for: it is waited for, and kept.
        while outcome.is_ok() && asked.len() < at_a_time {
            let Some(prompt) = waiting.next() else { break };
            asked.spawn(ask(client.clone(), model.clone(), prompt));
        }
        let Some(answer) = asked.join_next().await else { break };
        match answer? {
            Ok(answer) => {
                // One write a line, straight to the file: a kill can tear the last line, and no other.
                file.write_all(format!("{answer}\n").as_bytes())?;
                done += 1;
                failed += usize::from(answer.get("error").is_some());
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
    println!("{} of {total} answered, {failed} failed", done - failed);
    if failed > 0 { Err(format!("some prompts failed: see \"error\" in {output}").into()) } else { Ok(()) }
}

/// The line of an answer; an error where the prompt is not to blame.
async fn ask(client: Client, model: String, Prompt { id, prompt }: Prompt) -> Result<Value, Error> {
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
        Some((at, prompt)) => Err(format!("line {}: the id {:?} is there already", at + 1, prompt.id).into()),
        None => Ok(prompts),
    }
}

/// The answers of earlier runs, by id and whether they are errors, and the file to write the next ones to.
fn resume(file: &str) -> Result<(File, HashMap<String, bool>), Box<dyn StdError>> {
    #[derive(Deserialize)]
    struct Answer {
        id: String,
        error: Option<String>,
    }
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)?;
    // A second run on these answers ends here. The system releases the lock when this process ends, however it ends.
    FileExt::try_lock(&file).map_err(|error| format!("is another run writing to it? {error}"))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    // What comes after the last line's end was torn by a kill; its prompt is asked again.
    text.truncate(text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    let answers: Vec<Answer> = lines(str::from_utf8(&text)?)?;
    file.set_len(text.len().try_into()?)?;
    file.seek(SeekFrom::End(0))?;
    Ok((file, answers.into_iter().map(|answer| (answer.id, answer.error.is_some())).collect()))
}

fn lines<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, String> {
    let place = |error: serde_json::Error| error.to_string().replace("at line 1 ", "at ");
    let read = |(at, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {}", at + 1, place(error)));
    text.lines().enumerate().map(read).collect()
}
