//! The versions and the machine that are measured.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

use crate::Failed;
use crate::process::run;

const PEERS: [&str; 7] = [
    "bedrock-lite",
    "aws-sdk-bedrockruntime",
    "aws-config",
    "aws-sigv4",
    "aws-smithy-eventstream",
    "reqsign-aws-v4",
    "reqwest",
];

/// Returns one line with the versions, and one with the machine.
pub fn describe(rounds: usize) -> Result<String, Failed> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(package.join("Cargo.lock"))?;
    let mut versions = Vec::new();
    for peer in PEERS {
        let version = locked(&lock, peer).ok_or_else(|| format!("{peer} is not in Cargo.lock"))?;
        versions.push(format!("{peer} {version}"));
    }
    let boto3 = fs::read_to_string(package.join("programs/boto3/requirements.txt"))?;
    versions.push(boto3.trim().replace("==", " "));

    // Linux names the CPU. Otherwise the architecture is used.
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cpu = cpu.unwrap_or(std::env::consts::ARCH);
    let rustc = run(Command::new("rustc").arg("--version").current_dir(package))?.output;
    Ok(format!(
        "{}\n\nMedians of {rounds} rounds; the programs take turns. {cpu}, {} cores, {}, {}.",
        versions.join(", "),
        available_parallelism()?,
        std::env::consts::OS,
        rustc.trim(),
    ))
}

/// Returns the version of a package in Cargo.lock.
fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let name = format!("name = \"{name}\"");
    let package = lock.split("[[package]]").find(|package| package.lines().any(|line| line == name))?;
    package.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}
