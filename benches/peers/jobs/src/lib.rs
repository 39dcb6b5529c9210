//! The jobs that every measured program does. The programs differ only in their client.
//!
//! A job is named on the command line, for example `PROGRAM converse 2000`. The server is at
//! `AWS_ENDPOINT_URL`; the model ID selects its response.

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};

pub type Failed = Box<dyn std::error::Error>;

/// The model that replies with a short text.
pub const SMALL: &str = "small";
/// The question of a small call.
pub const QUESTION: &str = "Why is the sky blue? Answer in one sentence, and name who found it out.";
/// The question about an image.
pub const WHAT_IS_THIS: &str = "What is this?";
/// The reply to both questions.
pub const ANSWER: &str =
    "Sunlight is scattered by the molecules of the air, blue far more than red: Lord Rayleigh, 1871.";

/// A Bedrock client, as far as the jobs need one.
#[expect(async_fn_in_trait, reason = "the programs are single-threaded, so futures need not be Send")]
pub trait Bedrock {
    /// An image in the form that the client takes, made once.
    type Image;
    type Stream;

    fn image(bytes: Vec<u8>) -> Self::Image;

    /// Asks [`SMALL`] the [`QUESTION`], or [`WHAT_IS_THIS`] about an image. Returns the number of
    /// bytes of the text.
    async fn converse(&self, image: Option<&Self::Image>) -> Result<usize, Failed>;

    /// Opens a stream with the reply of a model to the [`QUESTION`].
    async fn open(&self, model: &str) -> Result<Self::Stream, Failed>;

    /// Waits for the first event.
    async fn first_event(&self, stream: &mut Self::Stream) -> Result<(), Failed>;

    /// Reads the rest, and returns how many of the events were text.
    async fn texts(&self, stream: Self::Stream) -> Result<usize, Failed>;
}

enum Job {
    /// Small Converse calls, one after the other.
    Converse { calls: usize },
    /// `calls` small Converse calls at once, `rounds` times.
    ConverseAtOnce { rounds: usize, calls: usize },
    /// Converse calls with an image, one after the other.
    Image { calls: usize, bytes: usize },
    /// Streams of `events` events, one after the other.
    Stream { streams: usize, model: String, events: usize },
    /// `streams` streams at once, `rounds` times.
    AtOnce { rounds: usize, streams: usize, model: String, events: usize },
    /// The time to the first event of `streams` streams at once. The server waits before it
    /// responds.
    FirstEvent { rounds: usize, streams: usize },
}

impl Job {
    /// Reads the command line.
    fn from_args() -> Result<Self, Failed> {
        let mut args = std::env::args().skip(1);
        let name = args.next().ok_or("which job?")?;
        let mut number = || -> Result<usize, Failed> { Ok(args.next().ok_or("how many?")?.parse()?) };
        Ok(match name.as_str() {
            "converse" => Self::Converse { calls: number()? },
            "converse-at-once" => Self::ConverseAtOnce { rounds: number()?, calls: number()? },
            "image" => Self::Image { calls: number()?, bytes: number()? },
            "stream" | "chunked-stream" => {
                let kind = if name == "stream" { "events" } else { "chunked-events" };
                let (streams, events) = (number()?, number()?);
                Self::Stream { streams, model: format!("{kind}-{events}"), events }
            }
            "at-once" => {
                let (rounds, streams, events) = (number()?, number()?, number()?);
                Self::AtOnce { rounds, streams, model: format!("events-{events}"), events }
            }
            "first-event" => Self::FirstEvent { rounds: number()?, streams: number()? },
            other => return Err(format!("no such job: {other}").into()),
        })
    }
}

/// Runs the job that the command line names.
pub async fn run<C: Bedrock>(client: &C) -> Result<(), Failed> {
    match Job::from_args()? {
        Job::Converse { calls } => {
            for _ in 0..calls {
                converse(client, None).await?;
            }
        }
        Job::ConverseAtOnce { rounds, calls } => {
            for _ in 0..rounds {
                at_once(calls, || converse(client, None)).await?;
            }
        }
        Job::Image { calls, bytes } => {
            let image = C::image(image(bytes));
            for _ in 0..calls {
                converse(client, Some(&image)).await?;
            }
        }
        Job::Stream { streams, model, events } => {
            for _ in 0..streams {
                stream(client, &model, events).await?;
            }
        }
        Job::AtOnce { rounds, streams, model, events } => {
            for _ in 0..rounds {
                at_once(streams, || stream(client, &model, events)).await?;
            }
        }
        Job::FirstEvent { rounds, streams } => first_events(client, rounds, streams).await?,
    }
    Ok(())
}

async fn converse<C: Bedrock>(client: &C, image: Option<&C::Image>) -> Result<(), Failed> {
    check("bytes of text", client.converse(image).await?, ANSWER.len())
}

async fn stream<C: Bedrock>(client: &C, model: &str, events: usize) -> Result<(), Failed> {
    let stream = client.open(model).await?;
    check("events", client.texts(stream).await?, events)
}

/// How long the server waits before it responds, when the first event is timed.
const SERVERS_OWN: Duration = Duration::from_millis(100);
/// The model that streams a few events after [`SERVERS_OWN`].
const WAITS: &str = "wait-100-events-3";

/// Prints the median and the 99th percentile of the times without the wait of the server, in
/// microseconds. The runner reads them.
async fn first_events<C: Bedrock>(client: &C, rounds: usize, streams: usize) -> Result<(), Failed> {
    let first_event = || async {
        let begun = Instant::now();
        let mut stream = client.open(WAITS).await?;
        client.first_event(&mut stream).await?;
        Ok((begun.elapsed().saturating_sub(SERVERS_OWN), stream))
    };
    let mut times = Vec::new();
    for round in 0..=rounds {
        for (time, stream) in at_once(streams, first_event).await? {
            client.texts(stream).await?;
            // The first round opens the connections.
            if round > 0 {
                times.push(time);
            }
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e6;
    println!("p50 {:.0}\np99 {:.0}", at(0.5), at(0.99));
    Ok(())
}

/// Returns random bytes: clients do not look into an image.
fn image(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    std::iter::repeat_with(|| next().to_le_bytes()).flatten().take(bytes).collect()
}

/// Returns an error if the reply is not what the server sent. A benchmark of failed work would
/// measure nothing.
fn check(what: &str, got: usize, expected: usize) -> Result<(), Failed> {
    if got == expected { Ok(()) } else { Err(format!("{what}: {got} instead of {expected}").into()) }
}

/// Runs futures at once on this thread, and returns their results.
async fn at_once<T, F: Future<Output = Result<T, Failed>>>(
    count: usize,
    make: impl Fn() -> F,
) -> Result<Vec<T>, Failed> {
    let mut running: FuturesUnordered<_> = (0..count).map(|_| make()).collect();
    let mut results = Vec::with_capacity(count);
    while let Some(result) = running.next().await {
        results.push(result?);
    }
    Ok(results)
}
