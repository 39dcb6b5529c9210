//! Runs the examples as programs: where they are built, how they are started, and their output.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use bedrock_lite::replay::{Fixtures, ReplayServer, ReplayServerBuilder};
use tokio::runtime::Runtime;

/// A temporary folder with two prompts. It is removed when the value is dropped.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) prompts: String,
    pub(crate) answers: String,
}

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let file = |name: &str| path.join(name).to_str().unwrap().to_owned();
        let folder = Self { prompts: file("prompts.jsonl"), answers: file("answers.jsonl"), path };
        folder.ask(&[r#"{"id": "no", "prompt": "What is the capital of Norway?"}"#, CHAD]);
        folder
    }

    pub(crate) fn ask(&self, lines: &[&str]) {
        std::fs::write(&self.prompts, lines.join("\n")).unwrap();
    }

    /// Returns the response lines, sorted, because their order is random.
    pub(crate) fn answers(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.answers).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        let mut lines: Vec<_> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort();
        lines
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

pub(crate) const CHAD: &str = r#"{"id": "td", "prompt": "What is the capital of Chad?"}"#;

/// A replay server with its own runtime, because a test blocks while it waits for programs.
pub(crate) struct Bedrock {
    pub(crate) server: ReplayServer,
    pub(crate) runtime: Runtime,
}

impl Bedrock {
    pub(crate) fn start() -> Self {
        Self::start_with(|builder| builder)
    }

    pub(crate) fn start_with(set_up: impl FnOnce(ReplayServerBuilder) -> ReplayServerBuilder) -> Self {
        let fixtures = Fixtures::load(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(set_up(ReplayServer::builder(fixtures)).start()).unwrap();
        Self { server, runtime }
    }

    pub(crate) fn command(&self, example: &str, arguments: &[&str]) -> Command {
        command(example, arguments, self.server.environment())
    }

    /// Returns the standard output of an example that must succeed.
    pub(crate) fn run(&self, example: &str, arguments: &[&str]) -> String {
        let output = self.command(example, arguments).output().unwrap();
        let (stdout, stderr) = texts(&output);
        assert!(output.status.success(), "{example} {arguments:?}: {}\n{stdout}{stderr}", output.status);
        assert_eq!(stderr, "", "{example} {arguments:?}");
        stdout
    }
}

/// Returns the command of an example with exactly this environment.
pub(crate) fn command(
    example: &str,
    arguments: &[&str],
    environment: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
) -> Command {
    let mut command = Command::new(program(example));
    command.args(arguments).env_clear().stdin(Stdio::null());
    // Windows does not open sockets without it.
    command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    for (name, value) in environment {
        command.env(name.as_ref(), value.as_ref());
    }
    command
}

/// `target/<profile>/deps/<this test>` → `target/<profile>/examples/<example>`
pub(crate) fn program(example: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    // `cargo test --test programs` alone does not build the examples.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(format!("{example}.rs"));
    let changed = |file: &Path| std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
    let fresh = changed(&program) >= changed(&source);
    assert!(fresh, "{} is missing or outdated: run `cargo build --examples`, or all tests", program.display());
    program
}

/// Returns the environment for a server that does not check signatures.
pub(crate) fn environment(url: &str) -> [(&'static str, &str); 4] {
    [
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secretaccesskey"),
    ]
}

pub(crate) fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// Returns the one line that a failing example prints.
pub(crate) fn failure(mut command: Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{command:?}: {stdout}{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{command:?}: {stderr}");
    assert!(stderr.to_lowercase().starts_with("error: ") && stderr.ends_with('\n'), "{command:?}: {stderr}");
    stderr
}

/// A program that is killed at the end of its test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
