//! The server in a separate process, so that its memory is not counted as the client's.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::faults;
use crate::support::keep_alive::KeepAliveServer;

const ROLE: &str = "BEDROCK_SOAK_ROLE";

/// The server process, as seen by the test.
pub(crate) struct Server {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: String,
}

/// The counters of the server.
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) open: usize,
    pub(crate) requests: usize,
    pub(crate) malformed: usize,
}

impl Server {
    /// Starts this executable again as the server. `test` is the name of the calling test, which
    /// becomes the server in the new process.
    pub(crate) fn start(test: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--include-ignored"])
            .env(ROLE, "server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut server = Self { process, stdin, stdout, address: String::new() };
        server.address = server.line("listening on ");
        server
    }

    /// Returns the counters of the server.
    pub(crate) fn seen(&mut self) -> Seen {
        self.stdin.write_all(b"?\n").unwrap();
        let numbers: Vec<usize> = self.line("seen ").split(' ').map(|number| number.parse().unwrap()).collect();
        Seen { connections: numbers[0], open: numbers[1], requests: numbers[2], malformed: numbers[3] }
    }

    /// Returns the rest of the next line that contains the mark.
    fn line(&mut self, mark: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "the server is gone");
            if let Some((_, rest)) = line.split_once(mark) {
                return rest.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the server if this process was started for it. It ends with the process of the test.
pub(crate) fn serve_if_told() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    let server = KeepAliveServer::start(|request, stream| faults::serve(stream, &request.path, &request.text()));
    // `println!` does not work here, because the test harness captures it.
    let mut stdout = io::stdout();
    let mut say = |line: String| stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).unwrap();
    say(format!("listening on {}\n", server.address));
    for line in io::stdin().lock().lines() {
        line.unwrap();
        let (connections, open) = (server.connections(), server.open());
        say(format!("seen {connections} {open} {} {}\n", server.requests(), server.malformed()));
    }
    std::process::exit(0);
}
