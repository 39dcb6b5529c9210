//! The example `bulk`: every prompt gets exactly one response, also after interruptions.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::program::{Bedrock, CHAD, Folder, Running, command, environment, failure, texts};

#[test]
fn every_prompt_becomes_a_line() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("bulk");
    let files = [&*folder.prompts, &*folder.answers];
    let run = |expected: &str| {
        let output = bedrock.command("bulk", &files).output().unwrap();
        let (stdout, stderr) = texts(&output);
        assert!(output.status.success(), "{stderr}");
        assert_eq!(stdout, expected);
        stderr
    };
    let bars = run("2 of 2 succeeded, 0 failed\n");
    assert_eq!(bars, "[###############...............] 1/2\n[##############################] 2/2\n");
    let oslo = r#"{"id":"no","stop_reason":"end_turn","text":"Oslo."}"#;
    let ndjamena = r#"{"id":"td","stop_reason":"end_turn","text":"N'Djamena."}"#;
    assert_eq!(folder.answers(), [oslo, ndjamena]);
    // The first attempt of the second prompt gets a "not ready" error.
    assert_eq!(bedrock.server.served().len(), 3);

    // The second run has nothing left to do.
    assert_eq!(run("2 of 2 succeeded, 0 failed\n"), "");
    assert_eq!(folder.answers(), [oslo, ndjamena]);
    assert_eq!(bedrock.server.served().len(), 3);

    // A partial line is removed and its prompt is resent. The partial line ends inside a
    // character.
    fs::write(&folder.answers, [oslo.as_bytes(), b"\n{\"id\":\"td\",\"text\":\"N\xc3"].concat()).unwrap();
    run("2 of 2 succeeded, 0 failed\n");
    assert_eq!(folder.answers(), [oslo, ndjamena]);
    fs::write(&folder.answers, &oslo[..20]).unwrap();
    run("2 of 2 succeeded, 0 failed\n");
    assert_eq!(folder.answers(), [oslo, ndjamena]);
}

#[test]
fn failed_prompt_is_stored_as_an_error() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("bulk_keeps");
    folder.ask(&[r#"{"id": "blank", "prompt": " "}"#, CHAD]);
    let blank = r#"{"error":"ValidationException (400): The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.","id":"blank"}"#;
    for requests in [3, 3] {
        let output = bedrock.command("bulk", &[&*folder.prompts, &*folder.answers]).output().unwrap();
        let (stdout, stderr) = texts(&output);
        assert_eq!((output.status.code(), &*stdout), (Some(1), "1 of 2 succeeded, 1 failed\n"));
        assert!(
            stderr.ends_with(&format!("error: some prompts failed: see \"error\" in {}\n", folder.answers)),
            "{stderr}"
        );
        assert_eq!(folder.answers(), [blank, r#"{"id":"td","stop_reason":"end_turn","text":"N'Djamena."}"#]);
        // The second time, the prompt is not resent.
        assert_eq!(bedrock.server.served().len(), requests);
    }
}

#[test]
fn error_that_is_not_caused_by_the_prompt_ends_the_run() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("bulk_ends");
    let unknown = r#"{"id": "x", "prompt": "What no fixture has."}"#;
    folder.ask(&[CHAD, unknown, r#"{"id": "no", "prompt": "What is the capital of Norway?"}"#]);
    // Two at a time: the first call waits for its retry while the next one fails, and still
    // completes. The third is never sent.
    let mut command = bedrock.command("bulk", &[&folder.prompts, &folder.answers, "amazon.nova-lite-v1:0", "2"]);
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!((output.status.code(), &*stdout), (Some(1), ""));
    let last = stderr.lines().last().unwrap();
    assert!(last.starts_with("error: Converse at 127.0.0.1:"), "{stderr}");
    assert!(last.contains(": NoSuchFixtureException (404): "), "{stderr}");
    assert_eq!(folder.answers(), [r#"{"id":"td","stop_reason":"end_turn","text":"N'Djamena."}"#]);
    assert_eq!(bedrock.server.served().len(), 3);
}

#[test]
fn invalid_line_is_named() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("bulk_names");
    let mut cases = Vec::new();
    for (line, message) in [
        (CHAD, "line 2: the ID \"td\" is a duplicate"),
        (r#"{"id": "no"}"#, "line 2: missing field `prompt` at column 12"),
        (r#"{"id": 7, "prompt": "Hm?"}"#, "line 2: invalid type: integer `7`, expected a string at column 8"),
        ("", "line 2: EOF while parsing a value at column 0"),
    ] {
        folder.ask(&[CHAD, line, ""]);
        cases.push((failure(bedrock.command("bulk", &[&*folder.prompts, &*folder.answers])), &folder.prompts, message));
        assert!(!Path::new(&folder.answers).exists(), "the output file was created: {message}");
    }
    folder.ask(&[CHAD]);
    let whatever = "whatever\n{\"id\":\"td\"";
    fs::write(&folder.answers, whatever).unwrap();
    let said = failure(bedrock.command("bulk", &[&*folder.prompts, &*folder.answers]));
    cases.push((said, &folder.answers, "line 1: expected value at column 1"));
    for (said, file, message) in cases {
        assert_eq!(said, format!("error: {file}: {message}\n"));
    }
    assert_eq!(fs::read_to_string(&folder.answers).unwrap(), whatever, "an unrelated file is unchanged");

    let missing = failure(bedrock.command("bulk", &["no-such-file", &folder.answers]));
    assert!(missing.starts_with("error: no-such-file: "), "{missing}");
    let none = failure(bedrock.command("bulk", &[&folder.prompts, &folder.answers, "amazon.nova-lite-v1:0", "0"]));
    assert_eq!(none, "error: at-a-time is not a positive number\n");
    assert!(failure(bedrock.command("bulk", &[])).starts_with("error: usage: bulk "));
    assert!(bedrock.server.served().is_empty());
}

#[test]
fn two_runs_do_not_write_to_one_file() {
    // The server accepts a request, and responds when the test triggers it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let folder = Folder::new("bulk_locks");
    folder.ask(&[CHAD]);
    let bulk = || command("bulk", &[&folder.prompts, &folder.answers], environment(&url));
    let mut first = Running(bulk().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let (stream, _) = listener.accept().unwrap();

    let locked = "is another run writing to it? ";
    let said = failure(bulk());
    assert!(said.starts_with(&format!("error: {}: {locked}", folder.answers)), "{said}");
    let link = folder.path.join("link.jsonl").to_str().unwrap().to_owned();
    fs::hard_link(&folder.answers, &link).unwrap();
    let said = failure(command("bulk", &[&folder.prompts, &link], environment(&url)));
    assert!(said.starts_with(&format!("error: {link}: {locked}")), "{said}");
    assert_eq!(fs::read_to_string(&folder.answers).unwrap(), "");

    answer(stream, Duration::ZERO, &AtomicUsize::new(0), &AtomicUsize::new(1)).unwrap();
    assert!(first.0.wait().unwrap().success());
    assert_eq!(folder.answers().len(), 1);
    // The lock ended with its process, and there is nothing left to do.
    assert!(bulk().status().unwrap().success());
}

#[test]
fn responses_are_not_written_to_the_file_of_the_prompts() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("bulk_same");
    let prompts = fs::read(&folder.prompts).unwrap();
    let path = |name: &str| folder.path.join(name).to_str().unwrap().to_owned();
    let (by_another_way, hard) = (path("./prompts.jsonl"), path("hard.jsonl"));
    fs::hard_link(&folder.prompts, &hard).unwrap();
    let mut outputs = vec![folder.prompts.clone(), by_another_way, hard];
    #[cfg(unix)]
    {
        let soft = path("soft.jsonl");
        std::os::unix::fs::symlink(&folder.prompts, &soft).unwrap();
        outputs.push(soft);
    }
    for output in outputs {
        let said = failure(bedrock.command("bulk", &[&*folder.prompts, &*output]));
        assert_eq!(said, format!("error: {output}: the replies would overwrite the prompts\n"));
        assert_eq!(fs::read(&folder.prompts).unwrap(), prompts);
    }
    assert!(bedrock.server.served().is_empty());
}

// Killed runs.

const PROMPTS: usize = 1000;
const KILLS: usize = 10;
const AT_A_TIME: usize = 4;

#[test]
fn run_killed_ten_times_answers_every_prompt_once() {
    let seed = std::env::var("BULK_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("BULK_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let bedrock = Answering::start(random.fork());
    let folder = Folder::new("bulk_killed");
    let prompts: Vec<_> =
        (0..PROMPTS).map(|n| json!({"id": format!("p{n}"), "prompt": format!("{n} + {n} = ?")})).collect();
    folder
        .ask(&prompts.iter().map(Value::to_string).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>());
    let at_a_time = AT_A_TIME.to_string();
    let bulk = || {
        let arguments = [&*folder.prompts, &*folder.answers, "amazon.nova-lite-v1:0", &at_a_time];
        let mut command = command("bulk", &arguments, environment(&bedrock.url));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };

    // Complete lines after a kill must stay unchanged.
    let mut finished = Vec::new();
    for kill in 0..KILLS {
        let asked = bedrock.asked();
        let mut running = Running(bulk().spawn().unwrap());
        // Kills at the start, while it waits for the first responses, and while it writes.
        match kill % 3 {
            0 => {}
            1 => wait_until("a request", || bedrock.asked() > asked),
            _ => wait_until("an answer", || {
                fs::read(&folder.answers).is_ok_and(|answers| answers.len() > finished.len())
            }),
        }
        thread::sleep(Duration::from_micros(random.u64(..40_000)));
        assert!(running.0.try_wait().unwrap().is_none(), "the run finished before kill {kill}");
        running.0.kill().unwrap();
        running.0.wait().unwrap();

        let mut answers = fs::read(&folder.answers).unwrap_or_default();
        assert!(answers.starts_with(&finished), "a finished line was lost before kill {kill}");
        // A kill rarely interrupts a write, so the partial line is made by hand.
        if kill % 3 == 2 {
            answers.truncate(answers.len() - random.usize(1..20));
            fs::write(&folder.answers, &answers).unwrap();
        }
        answers.truncate(answers.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        finished = answers;
    }

    bedrock.most.store(usize::MAX, Ordering::Relaxed);
    let output = bulk().output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stdout, format!("{PROMPTS} of {PROMPTS} succeeded, 0 failed\n"));
    let answers = fs::read(&folder.answers).unwrap();
    assert!(answers.starts_with(&finished) && answers.ends_with(b"\n"));

    let mut found = BTreeMap::new();
    for line in answers.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let answer: Value = serde_json::from_slice(line).unwrap();
        let id = answer["id"].as_str().unwrap().to_owned();
        let earlier = found.insert(id, answer["text"].as_str().unwrap().to_owned());
        assert_eq!(earlier, None, "two responses: {answer}");
    }
    let expected = (0..PROMPTS).map(|n| (format!("p{n}"), reply(&format!("{n} + {n} = ?"))));
    assert_eq!(found, expected.collect());

    // Finished prompts are not resent. Only prompts in flight at a kill, and those of a partial
    // line, may be repeated.
    let again = bedrock.asked() - PROMPTS;
    assert!(again <= KILLS * (AT_A_TIME + 1), "{again} prompts were asked again");
}

fn wait_until(what: &str, mut is_there: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !is_there() {
        assert!(Instant::now() < patience, "{what} is not there after a minute");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Returns the response of [`Answering`].
fn reply(prompt: &str) -> String {
    format!("As to “{prompt}”, I would have to count.")
}

/// A server that responds to each prompt with its text, after a few milliseconds.
struct Answering {
    url: String,
    asked: Arc<AtomicUsize>,
    /// The limit of responses until it is raised, so that a run does not finish before it is
    /// killed.
    most: Arc<AtomicUsize>,
}

impl Answering {
    fn start(mut random: Rng) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, asked: Arc::default(), most: Arc::new(AtomicUsize::new(PROMPTS / 2)) };
        let (asked, most) = (Arc::clone(&server.asked), Arc::clone(&server.most));
        // The thread ends with the test process. It costs nothing while it waits.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let pause = Duration::from_millis(random.u64(2..8));
                let (asked, most) = (Arc::clone(&asked), Arc::clone(&most));
                // A killed program disconnects, which is not a failure of the server.
                thread::spawn(move || stream.ok().and_then(|stream| answer(stream, pause, &asked, &most)));
            }
        });
        server
    }

    /// Returns how many prompts have arrived.
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn answer(mut stream: TcpStream, pause: Duration, asked: &AtomicUsize, most: &AtomicUsize) -> Option<()> {
    let mut request = Vec::new();
    let prompt = loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        request.extend_from_slice(&buffer[..read]);
        let body = request.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        // The body is complete when it is valid JSON.
        if let Some(body) = body.and_then(|at| serde_json::from_slice::<Value>(&request[at..]).ok()) {
            break body.pointer("/messages/0/content/0/text")?.as_str()?.to_owned();
        }
    };
    let number = asked.fetch_add(1, Ordering::Relaxed);
    thread::sleep(pause);
    while number >= most.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(5));
    }
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": reply(&prompt)}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 4},
    })
    .to_string();
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ";
    stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).ok()
}
