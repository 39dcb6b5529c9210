//! The table rows that are measured inside one program: signing and decoding, without I/O.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failed;
use crate::process::{median, run};
use crate::stacks::cargo_build;
use crate::table::{Row, Unit};

/// The path of the built program.
pub struct Inside(PathBuf);

impl Inside {
    pub fn build(folder: &Path) -> Result<Self, Failed> {
        cargo_build("inside", "release", folder)?;
        Ok(Self(folder.join("release/inside")))
    }

    /// Returns what each library needs for one unit of work, in nanoseconds, ours first. This is
    /// the median of several processes, because the memory layout of one process does not change
    /// while it runs.
    pub fn nanoseconds(&self, work: &str, size: usize, processes: usize) -> Result<Vec<(String, f64)>, Failed> {
        // A short round takes about 2 ms per library, or longer if one unit of work does.
        let short_rounds = if size > 100_000 { "15" } else { "60" };
        let mut libraries: Vec<(String, Vec<f64>)> = Vec::new();
        for _ in 0..processes {
            let output = run(Command::new(&self.0).args([work, &size.to_string(), short_rounds]))?.output;
            for line in output.lines() {
                let (name, number) = line.split_once(' ').ok_or("the program printed no number")?;
                let number = number.parse()?;
                match libraries.iter_mut().find(|(known, _)| known == name) {
                    Some((_, numbers)) => numbers.push(number),
                    None => libraries.push((name.to_owned(), vec![number])),
                }
            }
        }
        Ok(libraries.into_iter().map(|(name, numbers)| (name, median(numbers))).collect())
    }
}

/// Measures ours against each of the others, one row per pair.
pub fn measure(inside: &Inside, rounds: usize) -> Result<Vec<Row>, Failed> {
    const EVENTS: usize = 500;
    const MIB: usize = 1 << 20;
    let frames = answers::frames(EVENTS);
    let frame = frames.iter().map(Vec::len).sum::<usize>() as f64 / frames.len() as f64;
    let frames = format!("decoding a frame, {EVENTS} frames of about {frame:.0} bytes in one chunk");
    let mut rows = Vec::new();
    for (name, work, size, bytes) in [
        ("signing a 200-byte body", "sign", 200, None),
        ("signing a 1 MiB body", "sign", MIB, Some(MIB as f64)),
        (frames.as_str(), "decode", EVENTS, Some(frame)),
    ] {
        eprintln!("{name} …");
        let libraries = inside.nanoseconds(work, size, rounds)?;
        let [(_, ours), others @ ..] = libraries.as_slice() else { return Err("the program printed nothing".into()) };
        let (unit, in_one) = if work == "sign" { (Unit::Microseconds, 1e3) } else { (Unit::Nanoseconds, 1.0) };
        rows.extend(others.iter().map(|(peer, theirs)| Row {
            work: format!("{name}, compared with `{peer}`"),
            unit,
            bytes,
            ours: ours / in_one,
            theirs: theirs / in_one,
            goal: (size == 200 && peer == "aws-sigv4").then_some(0.25),
            bare: None,
            boto3: None,
        }));
    }
    Ok(rows)
}
