//! Starts a batch inference job for prompts in S3, waits for its end, and prints where its output is.
//!
//!     cargo run --example batch_inference <job-name> <role-arn> <s3-input> <s3-output> [model-id]
//!
//! The job name may have letters, digits and hyphens. `POLL_SECONDS` sets the time between two polls and defaults to 30.
//! Stopping the program does not stop the job. Run the same command again to continue waiting.

use std::env::{args, var};
use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use bedrock_lite::Client;
use bedrock_lite::control::{
    CreateModelInvocationJobRequest, GetModelInvocationJobRequest, GetModelInvocationJobResponse,
    ModelInvocationJobS3InputDataConfig, ModelInvocationJobS3OutputDataConfig, ModelInvocationJobStatus,
    ModelInvocationType,
};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn Error>> {
    let [Some(name), Some(role), Some(input), Some(output)] = [1, 2, 3, 4].map(|n| args().nth(n)) else {
        return Err("usage: batch_inference <job-name> <role-arn> <s3-input> <s3-output> [model-id]".into());
    };
    let model = args().nth(5).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let seconds = var("POLL_SECONDS").unwrap_or_else(|_| "30".to_owned());
    let seconds = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let pause = seconds.ok_or("POLL_SECONDS is not a number of seconds")?;

    let client = Client::from_env()?;
    let request = CreateModelInvocationJobRequest::new(
        &name,
        role,
        model,
        ModelInvocationJobS3InputDataConfig::new(&input),
        ModelInvocationJobS3OutputDataConfig::new(&output),
    )
    // The `modelInput` of each input line is the body of a Converse request.
    .model_invocation_type(ModelInvocationType::Converse)
    // An idempotency token: Bedrock does not start a second job for the same token.
    .client_request_token(&name);
    let arn = client.create_model_invocation_job(&request).await?.job_arn;
    println!("{arn}");

    let mut shown = String::new();
    let job = loop {
        let job = client.get_model_invocation_job(&GetModelInvocationJobRequest::new(&arn)).await?;
        show(&job, &mut shown);
        // Only a finished job has an end time. Unlike a list of final statuses, this works with future statuses too.
        if job.end_time.is_some() {
            break job;
        }
        tokio::time::sleep(pause).await;
    };
    let status = job.status.ok_or("the job has ended without a status")?;
    let (good, bad) = (job.success_record_count.unwrap_or(0), job.error_record_count.unwrap_or(0));
    if !matches!(status, ModelInvocationJobStatus::Completed | ModelInvocationJobStatus::PartiallyCompleted) {
        return Err(format!("the job is {status}: {}", job.message.unwrap_or_default()).into());
    }
    println!("{status}: {good} succeeded, {bad} failed");
    // The output folder of the job has one output file per input file.
    let (folder, id) = (output.trim_end_matches('/'), arn.rsplit('/').next().unwrap_or(&arn));
    let prompts = input.rsplit('/').next().filter(|file| !file.is_empty()).unwrap_or("*.jsonl");
    println!("{folder}/{id}/{prompts}.out\n{folder}/{id}/manifest.json.out");
    Ok(())
}

/// Prints a progress bar on a terminal. Otherwise prints one line per change.
fn show(job: &GetModelInvocationJobResponse, shown: &mut String) {
    let status = job.status.as_ref().map_or("?", ModelInvocationJobStatus::as_str);
    let (done, total) = (job.processed_record_count.unwrap_or(0), job.total_record_count.unwrap_or(0));
    let full = usize::try_from(done * 30 / total.max(1)).unwrap_or(0).min(30);
    let line = format!("[{:.<30}] {done}/{total} {status}", "#".repeat(full));
    if std::io::stderr().is_terminal() {
        eprint!("\r{line:<70}{}", if job.end_time.is_some() { "\n" } else { "" });
    } else if line != *shown {
        eprintln!("{line}");
    }
    *shown = line;
}
