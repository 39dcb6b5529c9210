//! Cost against size. If the cost grows in proportion to the work, the cost of each further unit
//! stays the same down the table. A jump shows a cliff.

use crate::Failed;
use crate::inside::Inside;
use crate::process::median;
use crate::stacks::{Programs, Stack};
use crate::table::{Unit, print, time, written};

const SIZES: [usize; 6] = [1_000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000];

/// Measures and prints one table after the other.
pub fn measure(programs: &Programs, inside: &Inside, rounds: usize) -> Result<(), Failed> {
    images(programs, rounds)?;
    signatures(inside, rounds)?;
    streams(programs, rounds)?;
    at_once(programs, rounds)
}

fn images(programs: &Programs, rounds: usize) -> Result<(), Failed> {
    let calls = [6_000, 4_000, 800, 80, 16, 6];
    let mut pairs = Vec::new();
    for (size, calls) in SIZES.into_iter().zip(calls) {
        eprintln!("images of {size} bytes …");
        pairs.push(pair(programs, rounds, |calls| format!("image {calls} {size}"), calls, (calls / 10).max(1))?);
    }
    let title = "CPU of a Converse call with an image, and peak memory of the process:";
    print_growth(title, "image", "kB", &SIZES.map(|size| size / 1000), &pairs);
    Ok(())
}

fn streams(programs: &Programs, rounds: usize) -> Result<(), Failed> {
    let sizes = [10, 100, 1_000, 10_000, 100_000];
    let streams = [2_000, 1_000, 200, 20, 3];
    let mut pairs = Vec::new();
    for (events, streams) in sizes.into_iter().zip(streams) {
        eprintln!("streams of {events} events …");
        let job = |streams| format!("stream {streams} {events}");
        pairs.push(pair(programs, rounds, job, streams, (streams / 10).max(1))?);
    }
    let title = "CPU of a stream, and peak memory of the process (bedrock-lite accumulates the events to a response, whose text grows by \
                 10 bytes per event):";
    print_growth(title, "events", "event", &sizes, &pairs);
    Ok(())
}

fn signatures(inside: &Inside, rounds: usize) -> Result<(), Failed> {
    let mut all = Vec::new();
    for size in SIZES {
        eprintln!("signing {size} bytes …");
        all.push(inside.nanoseconds("sign", size, rounds)?);
    }
    let names =
        all.first().map_or_else(Vec::new, |libraries| libraries.iter().map(|(name, _)| name.as_str()).collect());
    let mut head = vec!["body"];
    for name in names {
        head.extend([name, "per further kB"]);
    }
    let kilobytes = SIZES.map(|size| size / 1000);
    let mut rows = Vec::new();
    for (at, libraries) in all.iter().enumerate() {
        let mut row = vec![count(kilobytes[at], "kB")];
        for (library, (_, nanoseconds)) in libraries.iter().enumerate() {
            let seconds = |at: usize| all[at][library].1 / 1e9;
            row.extend([time(nanoseconds / 1e9), further(&kilobytes, at, seconds)]);
        }
        rows.push(row);
    }
    print("CPU of a signature:", &head, &rows);
    Ok(())
}

fn at_once(programs: &Programs, rounds: usize) -> Result<(), Failed> {
    let sizes = [1, 4, 16, 64, 256, 1_024];
    // Every size has the same total, and the shorter run has a quarter of it. In both runs the
    // first calls open connections.
    let total = 4_096;
    let mut rows = Vec::new();
    for calls in sizes {
        eprintln!("{calls} calls at once …");
        let times = total / calls;
        let job = |times| format!("converse-at-once {times} {calls}");
        let Pair { ours, theirs } = pair(programs, rounds, job, times, times / 4)?;
        let each = |seconds: f64| time(seconds / calls as f64);
        rows.push(vec![
            count(calls, ""),
            each(ours.cpu),
            each(theirs.cpu),
            format!("{:.2}", ours.cpu / theirs.cpu),
            each(ours.wall),
            each(theirs.wall),
            megabytes(ours.peak),
            megabytes(theirs.peak),
        ]);
    }
    let title = format!(
        "Concurrent small Converse calls, {total} in total: CPU per call; time per call, which is the time of the whole run, including the \
         start of the process and its connections, divided by the number of calls; peak memory of the process:"
    );
    let head = [
        "concurrent calls",
        "CPU, bedrock-lite",
        "CPU, AWS SDK",
        "ratio",
        "time, bedrock-lite",
        "time, AWS SDK",
        "memory, bedrock-lite",
        "memory, AWS SDK",
    ];
    print(&title, &head, &rows);
    Ok(())
}

/// The cost of one unit of a job.
#[derive(Clone, Copy)]
struct Cost {
    /// Seconds, without the cost of starting the process.
    cpu: f64,
    /// Seconds from start to end, divided by the number of units.
    wall: f64,
    /// Bytes.
    peak: f64,
}

struct Pair {
    ours: Cost,
    theirs: Cost,
}

/// Runs a job with two counts, with ours and theirs in turn.
fn pair(
    programs: &Programs,
    rounds: usize,
    job: impl Fn(usize) -> String,
    times: usize,
    fewer: usize,
) -> Result<Pair, Failed> {
    let mut figures = [Stack::Ours, Stack::Sdk].map(|stack| (stack, Vec::new()));
    for _ in 0..rounds {
        for (stack, figures) in &mut figures {
            let (most, less) = (programs.run(*stack, &job(times))?, programs.run(*stack, &job(fewer))?);
            figures.push(Cost {
                cpu: (most.cpu.as_secs_f64() - less.cpu.as_secs_f64()) / (times - fewer) as f64,
                wall: most.wall.as_secs_f64() / times as f64,
                peak: most.peak as f64,
            });
        }
    }
    let [ours, theirs] = figures.map(|(_, figures)| {
        let of = |figure: fn(&Cost) -> f64| median(figures.iter().map(figure).collect());
        Cost { cpu: of(|cost| cost.cpu), wall: of(|cost| cost.wall), peak: of(|cost| cost.peak) }
    });
    Ok(Pair { ours, theirs })
}

fn print_growth(title: &str, sized: &str, unit: &str, sizes: &[usize], pairs: &[Pair]) {
    let each = format!("per further {unit}");
    let head = [sized, "bedrock-lite", &each, "AWS SDK", &each, "ratio", "memory, bedrock-lite", "memory, AWS SDK"];
    let unit = if unit == "kB" { unit } else { "" };
    let rows = pairs.iter().enumerate().map(|(at, Pair { ours, theirs })| {
        vec![
            count(sizes[at], unit),
            time(ours.cpu),
            further(sizes, at, |at| pairs[at].ours.cpu),
            time(theirs.cpu),
            further(sizes, at, |at| pairs[at].theirs.cpu),
            format!("{:.2}", ours.cpu / theirs.cpu),
            megabytes(ours.peak),
            megabytes(theirs.peak),
        ]
    });
    print(title, &head, &rows.collect::<Vec<_>>());
}

/// Returns the cost of each unit that a size has more than the previous size.
fn further(sizes: &[usize], at: usize, seconds: impl Fn(usize) -> f64) -> String {
    let Some(before) = at.checked_sub(1) else { return String::new() };
    time((seconds(at) - seconds(before)) / (sizes[at] - sizes[before]) as f64)
}

fn count(number: usize, unit: &str) -> String {
    format!("{} {unit}", written(number as f64, Unit::Count)).trim_end().to_owned()
}

fn megabytes(bytes: f64) -> String {
    written(bytes / 1e6, Unit::Megabytes)
}
