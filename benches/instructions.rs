//! The jobs whose instructions `benches/instructions.sh` counts. Each run does one job a given
//! number of times, and nothing else.

mod data;

use std::hint::black_box;

use bedrock_lite::sigv4::CanonicalRequest;
use bedrock_lite::{ConverseRequest, ConverseResponse, Operation as _};
use bytes::Bytes;
use http::Response;

use data::{EVENTS, Failed, KIB, MIB, Signing};

/// A job that can be repeated.
struct Job {
    name: &'static str,
    /// The description, for the table.
    about: &'static str,
    /// The unit that the cost is divided by, and how many units one round has.
    unit: &'static str,
    units: usize,
    /// How many rounds to measure, so that one-time costs and the costs of the first round cancel
    /// out.
    rounds: usize,
    run: fn(usize) -> Result<(), Failed>,
}

const JOBS: &[Job] = &[
    Job {
        name: "sign",
        about: "sign a request with a body of 200 bytes, with the cached signing key",
        unit: "request",
        units: 1,
        rounds: 100,
        run: |rounds| sign(200, rounds),
    },
    Job {
        name: "sign-new-day",
        about: "the same on a new day, including key derivation",
        unit: "request",
        units: 1,
        rounds: 100,
        run: sign_on_new_days,
    },
    Job {
        name: "sign-large",
        about: "sign a request with a body of 1 MiB",
        unit: "KiB",
        units: MIB / KIB,
        rounds: 4,
        run: |rounds| sign(MIB, rounds),
    },
    Job {
        name: "canonical-request",
        about: "build the canonical request",
        unit: "request",
        units: 1,
        rounds: 100,
        run: canonical_request,
    },
    Job {
        name: "decode",
        about: "decode frames of text, about 200 bytes each",
        unit: "frame",
        units: EVENTS,
        rounds: 10,
        run: decode,
    },
    Job {
        name: "text-event",
        about: "the same with `ConverseStreamDecoder`: decode, read and accumulate events",
        unit: "event",
        units: EVENTS,
        rounds: 10,
        run: |rounds| read_events(data::text_stream()?, rounds),
    },
    Job {
        name: "tool-event",
        about: "decode frames of tool input with `ConverseStreamDecoder`",
        unit: "event",
        units: EVENTS,
        rounds: 10,
        run: |rounds| read_events(data::tool_stream()?, rounds),
    },
    Job {
        name: "accumulate",
        about: "accumulate typed text events to a response",
        unit: "event",
        units: EVENTS,
        rounds: 10,
        run: accumulate,
    },
    Job {
        name: "request",
        about: "convert a small `ConverseRequest` to an HTTP request",
        unit: "request",
        units: 1,
        rounds: 100,
        run: |rounds| build(&data::question(), rounds),
    },
    Job {
        name: "image",
        about: "convert a `ConverseRequest` with an image of 1 MiB to an HTTP request",
        unit: "KiB",
        units: MIB / KIB,
        rounds: 4,
        run: |rounds| build(&data::question_about_an_image(MIB), rounds),
    },
    Job {
        name: "response",
        about: "read a small response of Converse",
        unit: "response",
        units: 1,
        rounds: 100,
        run: read_response,
    },
];

fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => {
            for Job { name, about, unit, units, rounds, .. } in JOBS {
                println!("{name}\t{rounds}\t{units}\t{unit}\t{about}");
            }
        }
        ["do", name, rounds] => {
            let job = JOBS.iter().find(|job| job.name == name).ok_or("no such job")?;
            (job.run)(rounds.parse()?)?;
        }
        // `cargo bench` also runs this program, with options of its own.
        _ => println!("benches/instructions.sh counts the instructions of this program\nusage: list | do JOB ROUNDS"),
    }
    Ok(())
}

fn sign(body: usize, rounds: usize) -> Result<(), Failed> {
    let mut signing = Signing::of_body(body)?;
    for _ in 0..rounds {
        black_box(signing.sign()?);
    }
    signing.check()
}

fn sign_on_new_days(rounds: usize) -> Result<(), Failed> {
    let mut signing = Signing::of_body(200)?;
    for _ in 0..rounds {
        black_box(signing.sign_on_a_new_day()?);
    }
    signing.check()
}

fn canonical_request(rounds: usize) -> Result<(), Failed> {
    let request = data::signable();
    let expected = CanonicalRequest::new(&request)?.as_bytes().len();
    let mut written = 0;
    for _ in 0..rounds {
        written += black_box(CanonicalRequest::new(black_box(&request))?).as_bytes().len();
    }
    data::check("bytes", written, expected * rounds)
}

fn decode(rounds: usize) -> Result<(), Failed> {
    let stream = [data::text_stream()?];
    let mut frames = 0;
    for _ in 0..rounds {
        frames += data::decode(&stream, |frame| drop(black_box(frame)))?;
    }
    data::check("frames", frames, EVENTS * rounds)
}

fn read_events(stream: Bytes, rounds: usize) -> Result<(), Failed> {
    let stream = [stream];
    let mut events = 0;
    for _ in 0..rounds {
        let decoder = data::converse_stream(&stream, |event| {
            events += 1;
            drop(black_box(event));
        })?;
        black_box(decoder.into_response()?);
    }
    data::check("events", events, EVENTS * rounds)
}

fn accumulate(rounds: usize) -> Result<(), Failed> {
    let mut events = Vec::new();
    data::converse_stream(&[data::text_stream()?], |event| events.push(event))?;
    let mut output_tokens = 0;
    for _ in 0..rounds {
        output_tokens += count_tokens(&black_box(ConverseResponse::from_events(black_box(&events))?));
    }
    data::check("output tokens", output_tokens.try_into()?, 496 * rounds)
}

/// Returns a number that only a completely read response has.
fn count_tokens(response: &ConverseResponse) -> i32 {
    response.usage.as_ref().map_or(0, |usage| usage.output_tokens)
}

fn build(request: &ConverseRequest, rounds: usize) -> Result<(), Failed> {
    let endpoint = data::endpoint()?;
    let expected = request.http_request(&endpoint)?.body().len();
    let mut written = 0;
    for _ in 0..rounds {
        written += black_box(black_box(request).http_request(&endpoint)?).body().len();
    }
    data::check("bytes", written, expected * rounds)
}

fn read_response(rounds: usize) -> Result<(), Failed> {
    let response = data::response();
    let mut output_tokens = 0;
    for _ in 0..rounds {
        let response = Response::new(black_box(&response).clone());
        output_tokens += count_tokens(&black_box(ConverseRequest::http_response(response)?));
    }
    data::check("output tokens", output_tokens.try_into()?, 29 * rounds)
}
