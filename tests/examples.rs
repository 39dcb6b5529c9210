//! The examples, run as the programs that they are, against the replay server.
#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use bedrock_lite::Credentials;
use bedrock_lite::replay::{Fixtures, ReplayServer, ReplayServerBuilder};
use tokio::runtime::Runtime;

/// Every example, with the arguments of its run line.
const EXAMPLES: [(&str, &str); 12] = [
    ("converse", " [model-id]"),
    ("converse_stream", " [model-id]"),
    ("error_handling", " [model-id] [question]"),
    ("image", " [model-id]"),
    ("invoke_model", " [model-id]"),
    ("list_foundation_models", " [provider]"),
    ("multi_turn", " [model-id]"),
    ("nova", " [model-id]"),
    ("quickstart", ""),
    ("replay_server", " [fixtures]"),
    ("sans_io", " [model-id]"),
    ("system_prompt", " [model-id]"),
];

/// Those that ask Bedrock as their environment says.
fn clients() -> impl Iterator<Item = &'static str> {
    EXAMPLES.iter().map(|(name, _)| *name).filter(|name| !["quickstart", "replay_server", "sans_io"].contains(name))
}

/// A replay server with a runtime of its own: a test waits for programs meanwhile.
struct Bedrock {
    server: ReplayServer,
    runtime: Runtime,
}

impl Bedrock {
    fn start() -> Self {
        Self::start_with(|builder| builder)
    }

    fn start_with(set_up: impl FnOnce(ReplayServerBuilder) -> ReplayServerBuilder) -> Self {
        let fixtures = Fixtures::load(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(set_up(ReplayServer::builder(fixtures)).start()).unwrap();
        Self { server, runtime }
    }

    fn command(&self, example: &str, arguments: &[&str]) -> Command {
        command(example, arguments, self.server.environment())
    }

    /// The standard output of an example that must succeed.
    fn run(&self, example: &str, arguments: &[&str]) -> String {
        let output = self.command(example, arguments).output().unwrap();
        let (stdout, stderr) = texts(&output);
        assert!(output.status.success(), "{example} {arguments:?}: {}\n{stdout}{stderr}", output.status);
        assert_eq!(stderr, "", "{example} {arguments:?}");
        stdout
    }
}

/// An example as a program, in an environment that is this and nothing else.
fn command(
    example: &str,
    arguments: &[&str],
    environment: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
) -> Command {
    let mut command = Command::new(program(example));
    command.args(arguments).env_clear().stdin(Stdio::null());
    // Windows opens no socket without it.
    command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    for (name, value) in environment {
        command.env(name.as_ref(), value.as_ref());
    }
    command
}

/// `target/<profile>/deps/<this test>` → `target/<profile>/examples/<example>`
fn program(example: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    // `cargo test --test examples` alone does not build them.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(format!("{example}.rs"));
    let changed = |file: &Path| std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
    let fresh = changed(&program) >= changed(&source);
    assert!(fresh, "{} is not there, or old: `cargo test` builds it, and `cargo build --examples`", program.display());
    program
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// The one line that an example says of its failure.
fn failure(mut command: Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{command:?}: {stdout}{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{command:?}: {stderr}");
    assert!(stderr.starts_with("error") && stderr.ends_with('\n'), "{command:?}: {stderr}");
    stderr
}

// What they are.

#[test]
fn the_examples_are_these_and_short() {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.lines().count() <= 60, "{name}: {} lines", text.lines().count());
        let arguments = EXAMPLES.iter().find(|(example, _)| *example == name).map(|(_, arguments)| *arguments);
        let run = format!("//!     cargo run --example {name}{}", arguments.unwrap_or_default());
        assert!(text.lines().take_while(|line| line.starts_with("//!")).any(|line| line == run), "{name}: {run}");
        found.insert(name);
    }
    assert_eq!(found, EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

// What they print.

#[test]
fn list_foundation_models() {
    let bedrock = Bedrock::start();
    let all = bedrock.run("list_foundation_models", &[]);
    let haiku = "anthropic.claude-haiku-4-5-20251001-v1:0     Anthropic    Claude Haiku 4.5\n";
    assert!(all.contains(haiku) && all.ends_with("\n6 models\n"), "{all}");
    let amazon = bedrock.run("list_foundation_models", &["Amazon"]);
    assert!(!amazon.contains(haiku) && amazon.ends_with("\n4 models\n"), "{amazon}");
    assert_eq!(bedrock.run("list_foundation_models", &["Acme"]), "0 models\n");
}

#[test]
fn invoke_model() {
    let bedrock = Bedrock::start();
    let answer = "A checksum is a short number made from data, by which one sees later whether the data changed.\n";
    assert_eq!(bedrock.run("invoke_model", &[]), answer);
    assert_eq!(bedrock.run("invoke_model", &["amazon.titan-text-express-v1"]), answer);
}

#[test]
fn converse() {
    let bedrock = Bedrock::start();
    let answer = "An event stream is one HTTP answer cut into frames, each a small event with its own headers and checksums.\n\
                  (13 tokens in, 27 out, stopped by end_turn)\n";
    assert_eq!(bedrock.run("converse", &[]), answer);
    assert_eq!(bedrock.run("converse", &["us.anthropic.claude-haiku-4-5-20251001-v1:0"]), answer);
}

#[test]
fn multi_turn() {
    let bedrock = Bedrock::start();
    let chat = bedrock.run("multi_turn", &[]);
    let begin = "> What is ownership in Rust?\nEvery value has one owner, and it is dropped when its owner goes out of \
                 scope.\n\n> And borrowing?\nBorrowing lends a value without giving it away";
    assert!(chat.starts_with(begin), "{chat}");
    assert_eq!(bedrock.server.served(), ["converse/multi_turn_1", "converse/multi_turn_2"]);
}

const STREAMED: &str = "Sunlight holds every colour. Air scatters the blue ones most, so blue comes to your eye from all over \
                        the sky.";

#[test]
fn converse_stream() {
    let answer = Bedrock::start().run("converse_stream", &[]);
    assert_eq!(answer, format!("{STREAMED}\n(110 letters, stopped by end_turn)\n"));
}

#[test]
fn converse_stream_prints_as_it_arrives() {
    let bedrock = Bedrock::start_with(|builder| builder.pieces(200, Duration::from_millis(20)));
    let mut command = bedrock.command("converse_stream", &[]);
    let mut child = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut stdout = child.0.stdout.take().unwrap();
    let mut reads = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stdout.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        reads.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
    }
    assert!(child.0.wait().unwrap().success());
    assert!(reads.concat().starts_with(STREAMED), "{reads:?}");
    assert!(reads.len() >= 5, "it came at once: {reads:?}");
}

#[test]
fn system_prompt() {
    let answer = Bedrock::start().run("system_prompt", &[]);
    assert_eq!(answer, "- Plugins that cannot harm their host\n- Codecs in the browser\n- Functions at the edge\n");
}

#[test]
fn image() {
    // The server answers bytes that are encoded once and nothing else: those of the fixture.
    assert_eq!(Bedrock::start().run("image", &[]), "A plain red square.\n");
}

#[test]
fn nova() {
    assert_eq!(Bedrock::start().run("nova", &[]), "One, two, three,\n(it came to \"four\")\n");
}

#[test]
fn error_handling_tries_again_what_may_pass() {
    let bedrock = Bedrock::start();
    assert_eq!(bedrock.run("error_handling", &[]), "It was, but now it is your turn.\n");
    assert_eq!(bedrock.server.served(), ["converse/throttled"; 3]);

    let bedrock = Bedrock::start();
    let question = ["amazon.nova-lite-v1:0", "What is the meaning of it all?"];
    assert_eq!(bedrock.run("error_handling", &question), "That took some thought: 42.\n");
    assert_eq!(bedrock.server.served(), ["converse/model_timeout"; 2]);
}

#[test]
fn error_handling_tells_the_rest_apart() {
    let nova = "amazon.nova-lite-v1:0";
    let cases = [
        (
            [nova, "Are you there?"],
            "error after 3 attempts: out of attempts, ask again later: ThrottlingException: Too many tokens, please wait \
             before trying again.\n",
            3,
        ),
        (
            [nova, " "],
            "error after 1 attempts: the request breaks a rule: ValidationException: The text field in the ContentBlock \
             object at messages.0.content.0 is blank. Add text to the text field, and try again.\n",
            1,
        ),
        (
            ["anthropic.claude-3-opus-20240229-v1:0", "Why is the sky blue?"],
            "error after 1 attempts: ask for access to the model: AccessDeniedException: You don't have access to the \
             model with the specified model ID.\n",
            1,
        ),
        (["..", "Why is the sky blue?"], "error after 0 attempts: nothing was sent: ", 0),
    ];
    for (arguments, expected, requests) in cases {
        let bedrock = Bedrock::start();
        let said = failure(bedrock.command("error_handling", &arguments));
        assert!(said.starts_with(expected), "{said}");
        assert_eq!(bedrock.server.served().len(), requests, "{said}");
    }
}

#[test]
fn sans_io() {
    let none: [(&str, &str); 0] = [];
    let output = command("sans_io", &[], none).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    let url = "POST https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse-stream\n";
    assert!(stdout.starts_with(url), "{stdout}");
    assert!(stdout.contains("\nauthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"), "{stdout}");
    assert!(stdout.ends_with(&format!("\n\n{STREAMED}\n(end_turn)\n")), "{stdout}");

    let said = failure(command("sans_io", &[".."], none));
    assert!(said.contains("modelId"), "{said}");
}

#[test]
fn quickstart() {
    let none: [(&str, &str); 0] = [];
    let output = command("quickstart", &[], none).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stdout}{stderr}");
    for part in [
        "Models:\n  amazon.titan-text-express-v1\n",
        "\n\nAn answer:\n  Air scatters blue light more than red.\n",
        &format!("\n\nAn answer as it is generated:\n  {STREAMED}\n"),
        "\n\nA tool:\n  the model calls weather({\"city\":\"Oslo\"})\n  Yes: it is raining in Oslo, at 7 °C.\n",
        "\n\nA call that is throttled:\n  Throttling: ThrottlingException: Too many tokens, please wait before trying again.\n",
    ] {
        assert!(stdout.contains(part), "{part}\n---\n{stdout}");
    }
}

#[test]
fn replay_server() {
    let none: [(&str, &str); 0] = [];
    let mut child = Running(command("replay_server", &[], none).stdout(Stdio::piped()).spawn().unwrap());
    let mut environment = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(export) = line.strip_prefix("export ") else { break };
        let (name, value) = export.split_once('=').unwrap();
        environment.push((name.to_owned(), value.to_owned()));
    }
    let output = command("nova", &[], environment.iter().map(|(name, value)| (name, value))).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!((&*stdout, &*stderr), ("One, two, three,\n(it came to \"four\")\n", ""));
    assert!(child.0.try_wait().unwrap().is_none(), "it has ended by itself");

    let said = failure(command("replay_server", &["no/such/folder"], none));
    assert!(said.starts_with("error: the fixture no/such/folder: "), "{said}");
}

// How they fail: one line that helps.

#[test]
fn without_a_region() {
    let bedrock = Bedrock::start();
    for example in clients() {
        let mut command = bedrock.command(example, &[]);
        command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
        let said = failure(command);
        assert!(said.contains("no region") && said.contains("AWS_REGION"), "{example}: {said}");
    }
}

#[test]
fn without_credentials() {
    let bedrock = Bedrock::start();
    for example in clients() {
        let mut command = bedrock.command(example, &[]);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        let said = failure(command);
        assert!(said.contains("no credentials") && said.contains("AWS_ACCESS_KEY_ID"), "{example}: {said}");
    }
    assert!(bedrock.server.served().is_empty(), "nothing is sent without credentials");
}

#[test]
fn with_a_wrong_secret() {
    let right = Bedrock::start();
    let other = right.server.credentials().access_key_id().to_owned();
    let bedrock = Bedrock::start_with(|builder| builder.credentials(Credentials::new(other, "another-secret")));
    for example in clients() {
        let mut command = bedrock.command(example, &[]);
        command.env("AWS_SECRET_ACCESS_KEY", "not-the-secret");
        let said = failure(command);
        let expected = "InvalidSignatureException: The request signature we calculated does not match";
        assert!(said.contains(expected) && !said.contains("the-secret"), "{example}: {said}");
    }
}

#[test]
fn without_a_fixture() {
    let bedrock = Bedrock::start();
    for example in clients() {
        let said = failure(bedrock.command(example, &["acme.unheard-of-v1:0"]));
        assert!(
            said.contains("NoSuchFixtureException: no fixture is ") && said.contains("; the nearest is "),
            "{said}"
        );
    }
}

#[test]
fn without_a_server() {
    let bedrock = Bedrock::start();
    let commands = ["converse", "converse_stream", "list_foundation_models"].map(|name| bedrock.command(name, &[]));
    let Bedrock { server, runtime } = bedrock;
    drop(server);
    drop(runtime);
    for command in commands {
        let said = failure(command);
        assert!(said.starts_with("error: no connection to the endpoint: "), "{said}");
    }
}

/// A program that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
