//! A streamed reply: bytes → typed events → the response that Converse would have returned.

mod data;

use std::hint::black_box;

use bedrock_lite::{ConverseResponse, ConverseStreamOutput};
use bytes::Bytes;
use criterion::{Criterion, Throughput};

use data::{EVENTS, Failed, KIB};

fn main() -> Result<(), Failed> {
    let mut criterion = Criterion::default().configure_from_args();
    read(&mut criterion, "text", &data::text_stream()?)?;
    read(&mut criterion, "a tool's input", &data::tool_stream()?)?;
    criterion.final_summary();
    Ok(())
}

fn read(criterion: &mut Criterion, name: &str, stream: &Bytes) -> Result<(), Failed> {
    let events = check(stream)?;
    let mut group = criterion.benchmark_group(format!("converse stream of {name}"));
    group.throughput(Throughput::ElementsAndBytes { elements: EVENTS as u64, bytes: stream.len() as u64 });
    for (how, size) in [("whole", stream.len()), ("in chunks of 8 KiB", 8 * KIB)] {
        let chunks = data::chunks(stream, size);
        group.bench_function(how, |bencher| {
            bencher.iter(|| {
                Ok::<_, Failed>(data::converse_stream(&chunks, |event| drop(black_box(event)))?.into_response()?)
            });
        });
    }
    // The last step on its own: accumulating the events.
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function("events alone", |bencher| bencher.iter(|| ConverseResponse::from_events(black_box(&events))));
    group.finish();
    Ok(())
}

/// Returns the events of a stream, after checking that both ways produce the same response.
fn check(stream: &Bytes) -> Result<Vec<ConverseStreamOutput>, Failed> {
    let mut events = Vec::new();
    let reply = data::converse_stream(std::slice::from_ref(stream), |event| events.push(event))?.into_response()?;
    data::check("events", events.len(), EVENTS)?;
    let folded = ConverseResponse::from_events(&events)?;
    assert_eq!((folded.output, folded.usage), (reply.output, reply.usage));
    Ok(events)
}
