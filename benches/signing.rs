//! Signature Version 4: signing a request, and the first step on its own.

mod data;

use std::hint::black_box;

use bedrock_lite::sigv4::CanonicalRequest;
use criterion::{Criterion, Throughput};

use data::{Failed, MIB, Signing};

fn main() -> Result<(), Failed> {
    let mut criterion = Criterion::default().configure_from_args();
    sign(&mut criterion)?;
    sign_large(&mut criterion)?;
    canonical_request(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

/// Signs a body of 200 bytes: the cost of a signature without the hash of a large body.
fn sign(criterion: &mut Criterion) -> Result<(), Failed> {
    let mut signing = Signing::of_body(200)?;
    signing.sign()?;
    signing.check()?;
    signing.sign_on_a_new_day()?;
    signing.check()?;

    let mut group = criterion.benchmark_group("sign 200 bytes");
    group.bench_function("key kept", |bencher| bencher.iter(|| signing.sign()));
    group.bench_function("new day", |bencher| bencher.iter(|| signing.sign_on_a_new_day()));
    group.finish();
    Ok(())
}

/// Signs a body of 1 MiB: mostly the cost of the hash.
fn sign_large(criterion: &mut Criterion) -> Result<(), Failed> {
    let mut signing = Signing::of_body(MIB)?;
    signing.sign()?;
    signing.check()?;

    let mut group = criterion.benchmark_group("sign 1 MiB");
    group.throughput(Throughput::Bytes(MIB as u64));
    group.bench_function("key kept", |bencher| bencher.iter(|| signing.sign()));
    group.finish();
    Ok(())
}

fn canonical_request(criterion: &mut Criterion) -> Result<(), Failed> {
    let request = data::signable();
    let canonical = CanonicalRequest::new(&request)?;
    assert_eq!(canonical.signed_headers(), "content-type;host;x-amz-date");
    criterion
        .bench_function("canonical request", |bencher| bencher.iter(|| CanonicalRequest::new(black_box(&request))));
    Ok(())
}
