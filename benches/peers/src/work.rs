//! The table rows that are measured from outside the programs.

use crate::Failed;
use crate::process::{Used, median};
use crate::stacks::{Programs, Stack};
use crate::table::{Row, Unit};

/// The figure that is read from the run of a job.
enum Figure {
    /// CPU time of one unit of work: the difference to a shorter job, divided by the difference in
    /// units.
    Cpu {
        shorter: &'static str,
        units: f64,
    },
    Wall,
    Peak,
    /// The number that the program prints after `p99`, in microseconds.
    P99,
}

struct Work {
    name: &'static str,
    job: &'static str,
    figure: Figure,
    unit: Unit,
    goal: Option<f64>,
    /// The same work with fewer repetitions for boto3. `None` if boto3 has no program for it.
    python: Option<(&'static str, Figure)>,
}

const WORK: [Work; 8] = [
    Work {
        name: "CPU of a small Converse call",
        job: "converse 3000",
        figure: Figure::Cpu { shorter: "converse 200", units: 2800.0 },
        unit: Unit::Microseconds,
        goal: Some(0.33),
        python: Some(("converse 300", Figure::Cpu { shorter: "converse 20", units: 280.0 })),
    },
    Work {
        name: "CPU per streamed event, 500 events per stream",
        job: "stream 220 500",
        figure: Figure::Cpu { shorter: "stream 20 500", units: 200.0 * 500.0 },
        unit: Unit::Microseconds,
        goal: Some(0.33),
        python: Some(("stream 22 500", Figure::Cpu { shorter: "stream 2 500", units: 20.0 * 500.0 })),
    },
    Work {
        name: "the same, one HTTP chunk per frame",
        job: "chunked-stream 220 500",
        figure: Figure::Cpu { shorter: "chunked-stream 20 500", units: 200.0 * 500.0 },
        unit: Unit::Microseconds,
        goal: None,
        python: Some(("chunked-stream 22 500", Figure::Cpu { shorter: "chunked-stream 2 500", units: 20.0 * 500.0 })),
    },
    Work {
        name: "CPU of a Converse call with a 1 MiB image",
        job: "image 110 1048576",
        figure: Figure::Cpu { shorter: "image 10 1048576", units: 100.0 },
        unit: Unit::Microseconds,
        goal: Some(0.75),
        python: Some(("image 44 1048576", Figure::Cpu { shorter: "image 4 1048576", units: 40.0 })),
    },
    Work {
        name: "process start to first reply, wall time",
        job: "converse 1",
        figure: Figure::Wall,
        unit: Unit::Milliseconds,
        goal: Some(0.33),
        python: Some(("converse 1", Figure::Wall)),
    },
    Work {
        name: "peak memory, one stream at a time",
        job: "stream 50 500",
        figure: Figure::Peak,
        unit: Unit::Megabytes,
        goal: Some(0.40),
        python: Some(("stream 5 500", Figure::Peak)),
    },
    Work {
        name: "peak memory, 50 concurrent streams of 100 kB",
        job: "at-once 4 50 500",
        figure: Figure::Peak,
        unit: Unit::Megabytes,
        goal: Some(0.50),
        python: None,
    },
    Work {
        name: "time to first event without the server's delay, p99 of 64 concurrent streams",
        job: "first-event 20 64",
        figure: Figure::P99,
        unit: Unit::Milliseconds,
        goal: Some(1.0),
        python: None,
    },
];

/// Measures all rows. The clients take turns.
pub fn measure(programs: &Programs, rounds: usize) -> Result<Vec<Row>, Failed> {
    WORK.iter().map(|work| row(work, programs, rounds)).collect()
}

fn row(work: &Work, programs: &Programs, rounds: usize) -> Result<Row, Failed> {
    eprintln!("{} …", work.name);
    let mut figures: Vec<(Stack, Vec<f64>)> = programs.stacks().map(|stack| (stack, Vec::new())).collect();
    // Work of a few milliseconds is cheap to repeat, and needs more rounds.
    let rounds = if matches!(work.figure, Figure::Wall) { rounds * 5 } else { rounds };
    for round in 0..=rounds {
        for (stack, figures) in &mut figures {
            let (job, figure) = match (&work.python, *stack) {
                (Some((job, figure)), Stack::Boto3) => (*job, figure),
                (None, Stack::Boto3) => continue,
                _ => (work.job, &work.figure),
            };
            let read = read(programs, *stack, job, figure)?;
            // The first round is a warm-up.
            if round > 0 {
                figures.push(read);
            }
        }
    }
    let median_of = |stack| {
        figures
            .iter()
            .find(|(of, figures)| *of == stack && !figures.is_empty())
            .map(|(_, figures)| median(figures.clone()))
    };
    Ok(Row {
        work: work.name.to_owned(),
        unit: work.unit,
        bytes: None,
        ours: median_of(Stack::Ours).unwrap_or(f64::NAN),
        theirs: median_of(Stack::Sdk).unwrap_or(f64::NAN),
        goal: work.goal,
        bare: median_of(Stack::Bare),
        boto3: median_of(Stack::Boto3),
    })
}

fn read(programs: &Programs, stack: Stack, job: &str, figure: &Figure) -> Result<f64, Failed> {
    let used = programs.run(stack, job)?;
    Ok(match figure {
        Figure::Cpu { shorter, units } => {
            let less = programs.run(stack, shorter)?;
            (used.cpu.as_secs_f64() - less.cpu.as_secs_f64()) / units * 1e6
        }
        Figure::Wall => used.wall.as_secs_f64() * 1e3,
        Figure::Peak => used.peak as f64 / 1e6,
        Figure::P99 => printed(&used, "p99 ")? / 1e3,
    })
}

fn printed(used: &Used, name: &str) -> Result<f64, Failed> {
    let line = used.output.lines().find_map(|line| line.strip_prefix(name)).ok_or("the program printed no number")?;
    Ok(line.parse()?)
}
