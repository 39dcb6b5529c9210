//! Decodes the frames of an event stream: lengths, checksums and headers. The payloads are not
//! read.

mod data;

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput};

use data::{EVENTS, Failed, KIB};

fn main() -> Result<(), Failed> {
    let mut criterion = Criterion::default().configure_from_args();
    let text = data::text_stream()?;
    decode(&mut criterion, "500 frames of text", &text, EVENTS)?;
    let large = data::large_frames(16, 64 * KIB)?;
    decode(&mut criterion, "16 frames of 64 KiB", &large, 16)?;
    criterion.final_summary();
    Ok(())
}

/// Decodes a stream that arrives in one chunk, and one in chunks as HTTP clients read them.
fn decode(criterion: &mut Criterion, name: &str, stream: &Bytes, frames: usize) -> Result<(), Failed> {
    let mut group = criterion.benchmark_group(format!("decode {name}"));
    group.throughput(Throughput::ElementsAndBytes { elements: frames as u64, bytes: stream.len() as u64 });
    for (how, size) in [("whole", stream.len()), ("in chunks of 8 KiB", 8 * KIB)] {
        let chunks = data::chunks(stream, size);
        let decode = || data::decode(&chunks, |frame| drop(black_box(frame)));
        data::check("frames", decode()?, frames)?;
        group.bench_function(how, |bencher| bencher.iter(decode));
    }
    group.finish();
    Ok(())
}
