//! Every fault of connections, HTTP, frames, events, responses and credentials, one row each: the
//! error, how soon it comes, the number of attempts, and what stays available.
//!
//! `FAULTS.md` has the rows as a table. To update it, run `UPDATE_FAULTS=1 cargo test --test
//! fault_matrix`.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic in a test is a test failure")]

mod answers;
mod connections;
mod credentials;
mod cuts;
mod events;
mod frames;
mod row;
#[path = "../support/mod.rs"]
mod support;
mod wire;

use std::fmt::Write as _;
use std::path::Path;

use bedrock_lite::{ConverseRequest, Message};
use row::Row;
use support::{ScriptedServer, Step};

/// Returns the sections of the table.
fn sections() -> [(&'static str, Vec<Row>); 5] {
    [
        ("The connection and HTTP", connections::rows()),
        ("Frames", frames::rows()),
        ("Events", events::rows()),
        ("Responses", answers::rows()),
        ("Credentials", credentials::rows()),
    ]
}

/// Returns the table in `FAULTS.md`.
fn table() -> String {
    let mut table = String::new();
    for (title, rows) in sections() {
        let _ =
            write!(table, "\n## {title}\n\n| fault | result | ends | attempts | available |\n|---|---|---|---|---|\n");
        for row in rows {
            let _ = writeln!(table, "{row}");
        }
        if title == "Frames" {
            let _ = writeln!(table, "{}", cuts::LINE);
        }
    }
    table
}

/// Runs all rows at once, and fails if any of them fails. Each row prints what was wrong.
async fn run(rows: Vec<Row>) {
    let mut failed = Vec::new();
    for row in rows {
        let fault = row.fault;
        if tokio::spawn(async move { row.run().await }).await.is_err() {
            failed.push(fault);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn connection_faults_are_reported() {
    run(connections::rows()).await;
}

#[tokio::test]
async fn frame_faults_are_reported() {
    run(frames::rows()).await;
}

#[tokio::test]
async fn event_faults_are_reported() {
    run(events::rows()).await;
}

#[tokio::test]
async fn response_faults_are_reported() {
    run(answers::rows()).await;
}

#[tokio::test]
async fn credentials_faults_are_reported() {
    run(credentials::rows()).await;
}

#[test]
fn faults_md_matches_the_rows() {
    const MARK: &str = "<!-- Generated from here on by `UPDATE_FAULTS=1 cargo test --test fault_matrix`. -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    let table = table();
    println!("{table}");
    let file = std::fs::read_to_string(&path).unwrap();
    let (prose, mut kept) = file.split_once(MARK).unwrap();
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, format!("{prose}{MARK}{table}")).unwrap();
        kept = &table;
    }
    assert!(
        kept == table,
        "FAULTS.md differs from the rows: run `UPDATE_FAULTS=1 cargo test --test fault_matrix`, and review the difference"
    );
}

#[tokio::test]
async fn bytes_after_a_response_are_not_a_response() {
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", wire::ANSWER.len(), wire::ANSWER);
    let smuggled = [answer.clone().into_bytes(), connections::unrequested_response()].concat();
    for later in [false, true] {
        let first = if later {
            let pause = Step::Pause(std::time::Duration::from_millis(5));
            vec![
                Step::Send(answer.clone().into()),
                pause,
                Step::Send(connections::unrequested_response()),
                Step::Request,
            ]
        } else {
            vec![Step::Send(smuggled.clone()), Step::Request]
        };
        let server = ScriptedServer::start([first, vec![Step::Send(answer.clone().into())]]);
        let client = server.client().build().unwrap();
        let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
        for _ in 0..2 {
            assert_eq!(client.converse(&request).await.unwrap().text(), "Hi");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn large_error_body_is_not_read_to_its_end() {
    // The limit of the client, plus the socket buffers of both sides.
    const MOST: usize = 16 << 20;
    let head = wire::head(400, &[("content-length", &(100_usize << 20).to_string())]);
    let server = ScriptedServer::start([vec![Step::Send(head), Step::Flood(vec![b'x'; 1 << 16], 1600)]]);
    let before = resident();
    let error = server.client().build().unwrap().converse(&ConverseRequest::new("a-model")).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    while server.hang_ups() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert!(server.flooded() < MOST, "the client took {} bytes", server.flooded());
    let grown = resident().saturating_sub(before);
    assert!(grown < MOST, "memory grew by {grown} bytes");
}

/// Returns the resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    4096 * status.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
}
