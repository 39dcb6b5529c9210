//! Converse: building a request, and reading a response.

mod data;

use std::hint::black_box;
use std::mem;

use bedrock_lite::{ConverseRequest, Operation as _};
use criterion::{Criterion, Throughput};
use http::Response;

use data::{Failed, MIB, Signing};

fn main() -> Result<(), Failed> {
    let mut criterion = Criterion::default().configure_from_args();
    small(&mut criterion)?;
    image(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn small(criterion: &mut Criterion) -> Result<(), Failed> {
    let (endpoint, request) = (data::endpoint()?, data::question());
    let body = request.http_request(&endpoint)?.into_body();
    assert!(body.starts_with(br#"{"messages":[{"#), "{body:?}");
    let response = data::response();
    assert_eq!(ConverseRequest::http_response(Response::new(response.clone()))?.text(), data::ANSWER);

    let mut group = criterion.benchmark_group("small converse");
    group.bench_function("request", |bencher| bencher.iter(|| black_box(&request).http_request(&endpoint)));
    group.bench_function("response", |bencher| {
        bencher.iter(|| ConverseRequest::http_response(Response::new(black_box(&response).clone())));
    });
    group.finish();
    Ok(())
}

/// Encodes an image of 1 MiB in base64 and writes it into the body.
fn image(criterion: &mut Criterion) -> Result<(), Failed> {
    let (endpoint, request) = (data::endpoint()?, data::question_about_an_image(MIB));
    let http_request = request.http_request(&endpoint)?;
    assert!(http_request.body().len() > MIB.div_ceil(3) * 4, "the body has no image");
    let mut signing = Signing::of(http_request);
    signing.sign()?;
    signing.check()?;

    let mut group = criterion.benchmark_group("converse with an image of 1 MiB");
    group.throughput(Throughput::Bytes(MIB as u64));
    group.bench_function("request", |bencher| bencher.iter(|| black_box(&request).http_request(&endpoint)));
    group.bench_function("request, signed", |bencher| {
        bencher.iter(|| {
            // As in a client, the previous request is freed before the next one is built.
            drop(mem::take(&mut signing.request));
            signing.request = black_box(&request).http_request(&endpoint)?;
            Ok::<_, Failed>(signing.sign()?)
        });
    });
    group.finish();
    Ok(())
}
