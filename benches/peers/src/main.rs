//! Compares bedrock-lite with the AWS SDK for Rust and its parts, reqsign, boto3 and reqwest alone,
//! and prints one table.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -- [PART …] [--rounds N]`

mod apart;
mod core;
mod inside;
mod process;
mod scale;
mod server;
mod setup;
mod size;
mod stacks;
mod table;
mod work;

use std::path::Path;

use apart::Apart;
use inside::Inside;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use stacks::Programs;

type Failed = Box<dyn std::error::Error>;

const USAGE: &str = "\
peers [PART …] [--rounds N]

  work     CPU, memory and time of calls and streams, against a loopback server
  inside   signing and decoding, without I/O
  size     binaries, crates, clean builds
  scale    cost against size, in separate tables
  serve    only starts the server, to run a client under a profiler

Without PART, runs `work inside size`. N defaults to 5, and to 3 for `scale`.";

fn main() -> Result<(), Failed> {
    let mut parts = Vec::new();
    let mut rounds = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let number = if arg == "--rounds" { args.next().and_then(|number| number.parse().ok()) } else { None };
        match arg.as_str() {
            "work" | "inside" | "size" | "scale" | "serve" | apart::PART => parts.push(arg),
            "--rounds" if number > Some(0) => rounds = number,
            _ => {
                eprintln!("{USAGE}");
                std::process::exit(2);
            }
        }
    }
    if parts.is_empty() {
        parts = ["work", "inside", "size"].map(String::from).to_vec();
    }
    let named = |part: &str| parts.iter().any(|named| named == part);
    allow_connections()?;
    if named(apart::PART) {
        return apart::serve();
    }
    if named("serve") {
        println!("AWS_ENDPOINT_URL=http://{}", server::start()?);
        loop {
            std::thread::park();
        }
    }
    let server = core::on_one(Apart::start)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let (programs, sizes) = (folder.join("programs"), folder.join("size"));
    if named("work") || named("inside") || named("size") {
        let rounds = rounds.unwrap_or(5);
        println!("{}\n", setup::describe(rounds)?);
        table::print_head("AWS SDK, or the crate in the row");
        if named("work") {
            table::print_rows(&work::measure(&Programs::build(server.address, &programs)?, rounds)?);
        }
        if named("inside") {
            table::print_rows(&inside::measure(&Inside::build(&programs)?, rounds)?);
        }
        if named("size") {
            table::print_rows(&size::measure(server.address, &sizes)?);
        }
    }
    if named("scale") {
        let rounds = rounds.unwrap_or(3);
        println!("{}", setup::describe(rounds)?);
        scale::measure(&Programs::build(server.address, &programs)?, &Inside::build(&programs)?, rounds)?;
    }
    Ok(())
}

/// Raises the limit of open files. A thousand calls at once need as many connections at both ends,
/// and child processes inherit the limits.
fn allow_connections() -> Result<(), Failed> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}
