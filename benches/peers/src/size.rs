//! The same small program with each client: its size, its number of crates, and its build time.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::Failed;
use crate::process::run;
use crate::stacks::{Stack, cargo_build, with_settings};
use crate::table::{Row, Unit};

/// A program that streams one reply and prints it.
struct Weight {
    bytes: f64,
    crates: f64,
    build: f64,
}

/// Builds each program from scratch, and lets it print the reply.
pub fn measure(server: SocketAddr, folder: &Path) -> Result<Vec<Row>, Failed> {
    let [ours, sdk, bare] = Stack::RUST.map(|stack| weigh(stack, server, &folder.join(stack.package())));
    let (ours, theirs, bare) = (ours?, sdk?, bare?);
    let row = |work: &str, unit, goal, of: fn(&Weight) -> f64| Row {
        work: work.to_owned(),
        unit,
        bytes: None,
        ours: of(&ours),
        theirs: of(&theirs),
        goal,
        bare: Some(of(&bare)),
        boto3: None,
    };
    Ok(vec![
        row("stripped binary of a program that streams a reply", Unit::Bytes, Some(0.40), |weight| weight.bytes),
        row("crates in its build", Unit::Count, None, |weight| weight.crates),
        row("CPU time of its clean build", Unit::Seconds, Some(0.40), |weight| weight.build),
    ])
}

fn weigh(stack: Stack, server: SocketAddr, folder: &Path) -> Result<Weight, Failed> {
    let package = format!("size-{}", stack.package());
    eprintln!("{package} …");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let build = cargo_build(&package, "size", folder)?.cpu.as_secs_f64();
    let program = folder.join("size").join(&package);
    let printed = run(with_settings(&mut Command::new(&program), server))?.output;
    if printed.trim() != ["scattered"; 5].join(" ") {
        return Err(format!("{package} printed {printed:?}").into());
    }
    let bytes = fs::metadata(&program)?.len() as f64;
    // This build is up to date; it only returns the path.
    Ok(Weight { bytes, crates: crates(&package)?, build })
}

/// Returns the number of compiled crates, including build scripts and procedural macros, without
/// the program itself.
fn crates(package: &str) -> Result<f64, Failed> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let tree =
        ["tree", "--locked", "--package", package, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let output = run(command.args(tree))?.output;
    let crates: BTreeSet<_> = output.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len().saturating_sub(1) as f64)
}
