//! A peer that vanishes without FIN or RST, in network namespaces that the test creates.
//!
//! It needs root and `ip` of iproute2. `.ci/run` leaves it out, and says so, if one is missing.
//!
//! The test starts this executable twice more: a server in one namespace, and a client in another.
//! Rules on the server's side then drop the packets of one connection in both directions, as a
//! firewall does that has lost the flow.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a panic in a test is a test failure")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bedrock_lite::{Client, ConverseRequest, Credentials, Message, RetryPolicy};
use support::keep_alive;

const SERVER: &str = "10.213.77.1";
const CLIENT: &str = "10.213.77.2";
const PORT: u16 = 8080;
/// The role of a process of this test.
const ROLE: &str = "BEDROCK_LITE_VANISHED_PEER";
/// The limit for a call to a vanished peer: 10 s, plus much for a busy machine. The limit of the
/// operating system is 15 minutes.
const MOST: Duration = Duration::from_secs(28);

fn ip(arguments: &str) -> bool {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    status.is_ok_and(|status| status.success())
}

/// Two namespaces with a link between them. Dropping it removes both.
struct Namespaces {
    server: String,
    client: String,
}

impl Namespaces {
    fn new() -> Self {
        let id = std::process::id();
        let namespaces = Self { server: format!("bl-server-{id}"), client: format!("bl-client-{id}") };
        let Self { server, client } = &namespaces;
        for command in [
            format!("netns add {server}"),
            format!("netns add {client}"),
            format!("-n {server} link add veth0 type veth peer name veth0 netns {client}"),
            format!("-n {server} addr add {SERVER}/24 dev veth0"),
            format!("-n {client} addr add {CLIENT}/24 dev veth0"),
            format!("-n {server} link set veth0 up"),
            format!("-n {client} link set veth0 up"),
            format!("-n {server} link set lo up"),
            format!("-n {client} link set lo up"),
        ] {
            assert!(ip(&command), "ip {command}");
        }
        namespaces
    }
}

/// Rules that drop the packets of one connection. Dropping this removes them.
struct Dropped<'a> {
    namespaces: &'a Namespaces,
    rules: [String; 2],
}

impl<'a> Dropped<'a> {
    /// Drops the packets of the connection from this port of the client.
    fn new(namespaces: &'a Namespaces, port: &str) -> Self {
        let rules = [
            format!("pref 1 iif veth0 ipproto tcp sport {port} dport {PORT} blackhole"),
            format!("pref 2 ipproto tcp sport {PORT} dport {port} blackhole"),
        ];
        for rule in &rules {
            assert!(ip(&format!("-n {} rule add {rule}", namespaces.server)), "ip rule add {rule}");
        }
        Self { namespaces, rules }
    }
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        for rule in &self.rules {
            ip(&format!("-n {} rule del {rule}", self.namespaces.server));
        }
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        // The link is removed with them.
        ip(&format!("netns del {}", self.server));
        ip(&format!("netns del {}", self.client));
    }
}

/// A process in a namespace that takes commands line by line.
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts this executable in a namespace.
    fn start(namespace: &str, role: &str) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new("ip")
            .args(["netns", "exec", namespace])
            .arg(program)
            .args(["--exact", "role", "--ignored", "--nocapture", "--test-threads=1"])
            .env(ROLE, role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Waits for a line with this mark, and returns the rest of the line.
    fn wait(&mut self, mark: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the process ended before it said {mark}");
            if let Some((_, rest)) = line.split_once(mark) {
                return rest.trim().to_owned();
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test: the code of the two processes.
#[test]
#[ignore = "started by the other test"]
fn role() {
    match std::env::var(ROLE).as_deref() {
        Ok("server") => server(),
        Ok("client") => tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(client()),
        _ => {}
    }
}

/// Responds to every request, and prints the client port of each connection.
fn server() {
    let listener = TcpListener::bind((SERVER, PORT)).unwrap();
    println!("@listening");
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        println!("@accepted {}", stream.peer_addr().unwrap().port());
        std::thread::spawn(move || while answer(&mut stream).is_some() {});
    }
}

fn answer(stream: &mut TcpStream) -> Option<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"}]}") {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        request.extend_from_slice(buffer.get(..read)?);
    }
    println!("@request");
    stream.write_all(keep_alive::answer("Hi").as_bytes()).ok()
}

/// Makes a call for each line, and prints its result.
async fn client() {
    let client = Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
        .endpoint_url(format!("http://{SERVER}:{PORT}"))
        .build()
        .unwrap();
    loop {
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).unwrap() == 0 {
            return;
        }
        let client = if line.trim() == "once" { client.with_retry(RetryPolicy::off()) } else { client.clone() };
        let begun = Instant::now();
        let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
        match client.converse(&request).await {
            Ok(response) => println!("@done ok {} {}", response.metadata().attempts(), begun.elapsed().as_secs()),
            Err(error) => println!(
                "@done {} {} {}",
                format!("{error:?}").replace('\n', " "),
                error.attempts(),
                begun.elapsed().as_secs()
            ),
        }
    }
}

/// The outcome of a call: its result, its attempts, and its duration.
fn call(client: &mut Process, how: &str) -> (String, u32, Duration) {
    client.tell(how);
    let said = client.wait("@done ");
    let mut words = said.rsplitn(3, ' ');
    let seconds = words.next().unwrap().parse().unwrap();
    let attempts = words.next().unwrap().parse().unwrap();
    (words.next().unwrap().to_owned(), attempts, Duration::from_secs(seconds))
}

#[test]
#[ignore = "needs root and network namespaces"]
fn pooled_connection_with_a_vanished_peer_is_replaced() {
    let namespaces = Namespaces::new();
    let mut server = Process::start(&namespaces.server, "server");
    server.wait("@listening");
    for (how, result, attempts) in [("retry", "ok", 2), ("once", "the connection failed before the response", 1)] {
        let mut client = Process::start(&namespaces.client, "client");
        assert_eq!(call(&mut client, "retry").0, "ok");
        let port = server.wait("@accepted ");
        let _dropped = Dropped::new(&namespaces, &port);
        let (said, made, took) = call(&mut client, how);
        println!("{how}: {said} after {made} attempts and {took:?}");
        assert!(said.contains(result), "{how}: {said}");
        assert_eq!(made, attempts, "{how}: {said}");
        assert!(took < MOST, "{how}: it took {took:?}");
        if how == "retry" {
            server.wait("@accepted ");
        }
    }
}
