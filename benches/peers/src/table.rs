//! Tables in Markdown, as in a README.

use std::fmt;

/// The unit of the figures in a row.
#[derive(Clone, Copy)]
pub enum Unit {
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
    Megabytes,
    Bytes,
    Count,
}

impl Unit {
    /// Returns how many of the unit are one second, or `None` if it is not a unit of time.
    fn a_second(self) -> Option<f64> {
        match self {
            Self::Nanoseconds => Some(1e9),
            Self::Microseconds => Some(1e6),
            Self::Milliseconds => Some(1e3),
            Self::Seconds => Some(1.0),
            Self::Megabytes | Self::Bytes | Self::Count => None,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Megabytes => "MB",
            Self::Bytes => "bytes",
            Self::Count => "",
        })
    }
}

/// One line of the table.
pub struct Row {
    pub work: String,
    pub unit: Unit,
    /// How many bytes one unit of work processes, if throughput is meaningful.
    pub bytes: Option<f64>,
    pub ours: f64,
    pub theirs: f64,
    /// The highest ratio that meets the goal.
    pub goal: Option<f64>,
    pub bare: Option<f64>,
    pub boto3: Option<f64>,
}

/// Prints the head of the table. A row whose work says `compared with X` is compared with X, all others with
/// the SDK.
pub fn print_head(theirs: &str) {
    println!("| work | bedrock-lite | {theirs} | ratio | goal | reqwest alone | boto3 |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
}

/// Prints rows of that table.
pub fn print_rows(rows: &[Row]) {
    for row in rows {
        let figure = |number: f64| match row.bytes.zip(row.unit.a_second()) {
            Some((bytes, a_second)) => {
                let speed = written(bytes / (number / a_second) / 1e6, Unit::Count);
                format!("{} ({speed} MB/s)", written(number, row.unit))
            }
            None => written(number, row.unit),
        };
        let perhaps = |number: Option<f64>| number.map_or_else(String::new, figure);
        println!(
            "| {} | {} | {} | **{:.2}** | {} | {} | {} |",
            row.work,
            figure(row.ours),
            figure(row.theirs),
            row.ours / row.theirs,
            row.goal.map_or_else(String::new, |goal| format!("≤ {goal:.2}")),
            perhaps(row.bare),
            perhaps(row.boto3),
        );
    }
}

/// Prints a table with a title.
pub fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("\n{title}\n\n| {} |", head.join(" | "));
    println!("|{}", "--:|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// Formats three significant digits with thousands separators. Counts are printed in full.
pub fn written(number: f64, unit: Unit) -> String {
    let text = match unit {
        Unit::Bytes | Unit::Count => format!("{number:.0}"),
        _ if number.abs() < 10.0 => format!("{number:.2}"),
        _ if number.abs() < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    };
    let whole = text.find('.').unwrap_or(text.len());
    let mut grouped = String::new();
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) && text.as_bytes()[at - 1].is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {unit}").trim_end().to_owned()
}

/// Formats seconds in the largest unit that gives a number of one or more.
pub fn time(seconds: f64) -> String {
    let units = [(Unit::Seconds, 1.0), (Unit::Milliseconds, 1e3), (Unit::Microseconds, 1e6)];
    let (unit, a_second) =
        units.into_iter().find(|(_, a_second)| seconds.abs() * a_second >= 1.0).unwrap_or((Unit::Nanoseconds, 1e9));
    written(seconds * a_second, unit)
}
