//! Signing and decoding without I/O, in one process. The libraries take turns in many short rounds.
//!
//! `inside sign BYTES ROUNDS` and `inside decode EVENTS ROUNDS` print one line per library: the
//! median CPU time of one signature or one frame, in nanoseconds.

mod decoding;
mod rounds;
mod signing;

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [work, size, rounds] = args.as_slice() else { return Err("inside sign|decode SIZE ROUNDS".into()) };
    let (size, rounds) = (size.parse()?, rounds.parse()?);
    let medians = match work.as_str() {
        "sign" => signing::measure(size, rounds)?,
        "decode" => decoding::measure(size, rounds)?,
        other => return Err(format!("no such work: {other}").into()),
    };
    for (library, nanoseconds) in medians {
        println!("{library} {nanoseconds:.2}");
    }
    Ok(())
}
