//! The examples, run as programs against the replay server.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;
use std::time::Duration;

use bedrock_lite::Credentials;

use crate::program::{Bedrock, Folder, Running, command, environment, failure, texts};
use crate::support::{ScriptedServer, answer};

/// Every example, with the arguments of its run line, and its maximum number of lines.
const EXAMPLES: [(&str, &str, usize); 19] = [
    ("batch_inference", " <job-name> <role-arn> <s3-input> <s3-output> [model-id]", 100),
    ("bulk", " <prompts.jsonl> <replies.jsonl> [model-id] [at-a-time]", 130),
    ("converse", " [model-id]", 60),
    ("converse_stream", " [model-id]", 60),
    ("credentials", " <provider> [arguments]", 60),
    ("embeddings", " [model-id]", 60),
    ("error_handling", " [model-id] [question]", 60),
    ("image", " [model-id]", 60),
    ("invoke_model", " [model-id]", 60),
    ("list_foundation_models", " [provider]", 60),
    ("multi_turn", " [model-id]", 60),
    ("nova", " [model-id]", 60),
    ("quickstart", "", 60),
    ("replay_server", " [fixtures]", 60),
    ("sans_io", " [model-id]", 60),
    ("structured_output", " [model-id]", 60),
    ("system_prompt", " [model-id]", 60),
    ("tools", " [model-id]", 60),
    ("whoami", "", 60),
];

/// Returns the examples that call Bedrock as their environment says.
fn clients() -> impl Iterator<Item = &'static str> {
    const OTHERS: [&str; 5] = ["credentials", "quickstart", "replay_server", "sans_io", "whoami"];
    EXAMPLES.iter().map(|(name, ..)| *name).filter(|name| !OTHERS.contains(name))
}

/// Returns the arguments that an example requires, followed by a model if it takes one.
fn arguments<'a>(example: &str, folder: &'a Folder, model: Option<&'a str>) -> Vec<&'a str> {
    let mut arguments = match example {
        "batch_inference" => JOB.to_vec(),
        "bulk" => vec![&*folder.prompts, &*folder.answers],
        _ => Vec::new(),
    };
    arguments.extend(model);
    arguments
}

/// The job of the fixtures.
const JOB: [&str; 4] = [
    "reviews-2026-03",
    "arn:aws:iam::123456789012:role/batch",
    "s3://my-prompts/2026/reviews.jsonl",
    "s3://my-answers/",
];

// The list of examples.

#[test]
fn examples_are_listed_and_short() {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, arguments, lines) = EXAMPLES.iter().find(|(example, ..)| *example == name).expect(&name);
        assert!(text.lines().count() <= *lines, "{name}: {} lines", text.lines().count());
        let run = format!("//!     cargo run --example {name}{arguments}");
        assert!(text.lines().take_while(|line| line.starts_with("//!")).any(|line| line == run), "{name}: {run}");
        found.insert(name);
    }
    assert_eq!(found, EXAMPLES.iter().map(|(name, ..)| (*name).to_owned()).collect());
}

// Their output.

#[test]
fn list_foundation_models_prints_models() {
    let bedrock = Bedrock::start();
    let all = bedrock.run("list_foundation_models", &[]);
    let haiku = "anthropic.claude-haiku-4-5-20251001-v1:0     Anthropic    Claude Haiku 4.5\n";
    assert!(all.contains(haiku) && all.ends_with("\n6 models\n"), "{all}");
    let amazon = bedrock.run("list_foundation_models", &["Amazon"]);
    assert!(!amazon.contains(haiku) && amazon.ends_with("\n4 models\n"), "{amazon}");
    assert_eq!(bedrock.run("list_foundation_models", &["Acme"]), "0 models\n");
}

#[test]
fn invoke_model_prints_the_text() {
    let bedrock = Bedrock::start();
    let answer = "A checksum is a short number made from data, by which one sees later whether the data changed.\n";
    assert_eq!(bedrock.run("invoke_model", &[]), answer);
    assert_eq!(bedrock.run("invoke_model", &["amazon.titan-text-express-v1"]), answer);
}

#[test]
fn converse_prints_the_reply() {
    let bedrock = Bedrock::start();
    let answer = "An event stream is one HTTP answer cut into frames, each a small event with its own headers and checksums.\n\
                  (13 tokens in, 27 out, stopped by end_turn)\n";
    assert_eq!(bedrock.run("converse", &[]), answer);
    assert_eq!(bedrock.run("converse", &["us.anthropic.claude-haiku-4-5-20251001-v1:0"]), answer);
}

#[test]
fn multi_turn_prints_the_conversation() {
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
fn converse_stream_prints_the_reply() {
    let answer = Bedrock::start().run("converse_stream", &[]);
    assert_eq!(answer, format!("{STREAMED}\n(110 letters, stopped by end_turn)\n"));
}

#[test]
fn converse_stream_prints_as_it_arrives() {
    let bedrock = Bedrock::start_with(|builder| builder.chunks(200, Duration::from_millis(100)));
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
    assert!(reads.len() >= 5, "everything came at once: {reads:?}");
}

#[test]
fn system_prompt_prints_the_reply() {
    let answer = Bedrock::start().run("system_prompt", &[]);
    assert_eq!(answer, "- Plugins that cannot harm their host\n- Codecs in the browser\n- Functions at the edge\n");
}

#[test]
fn image_prints_the_description() {
    // The server responds only to the bytes of the fixture, encoded once.
    assert_eq!(Bedrock::start().run("image", &[]), "A plain red square.\n");
}

#[test]
fn nova_stops_at_the_stop_sequence() {
    assert_eq!(Bedrock::start().run("nova", &[]), "One, two, three,\n(it came to \"four\")\n");
}

#[test]
fn error_handling_retries_temporary_errors() {
    let bedrock = Bedrock::start();
    assert_eq!(bedrock.run("error_handling", &[]), "It was, but now it is your turn.\n");
    assert_eq!(bedrock.server.served(), ["converse/throttled"; 3]);

    let bedrock = Bedrock::start();
    let question = ["amazon.nova-lite-v1:0", "What is the meaning of it all?"];
    assert_eq!(bedrock.run("error_handling", &question), "That took some thought: 42.\n");
    assert_eq!(bedrock.server.served(), ["converse/model_timeout"; 2]);
}

#[test]
fn error_handling_distinguishes_other_errors() {
    let nova = "amazon.nova-lite-v1:0";
    let cases = [
        (
            [nova, "Are you there?"],
            "error: out of attempts, ask again later: Converse at {host}: ThrottlingException (429): Too many tokens, please wait \
             before trying again. (3 attempts, request ",
            3,
        ),
        (
            [nova, " "],
            "error: the request is invalid: Converse at {host}: ValidationException (400): The text field in the ContentBlock \
             object at messages.0.content.0 is blank. Add text to the text field, and try again. (1 attempt, request ",
            1,
        ),
        (
            ["anthropic.claude-3-opus-20240229-v1:0", "Why is the sky blue?"],
            "error: ask for access to the model: Converse at {host}: AccessDeniedException (403): You don't have access to the \
             model with the specified model ID. (1 attempt, request ",
            1,
        ),
        (["..", "Why is the sky blue?"], "error: nothing was sent: Converse at {host}: ", 0),
    ];
    for (arguments, expected, requests) in cases {
        let bedrock = Bedrock::start();
        let said = failure(bedrock.command("error_handling", &arguments));
        let expected = expected.replace("{host}", bedrock.server.url().trim_start_matches("http://"));
        assert!(said.starts_with(&expected) && said.trim_end().lines().count() == 1, "{said}");
        assert_eq!(bedrock.server.served().len(), requests, "{said}");
    }
}

#[test]
fn tools_runs_tools_until_the_model_replies() {
    let bedrock = Bedrock::start();
    let expected = "weather({\"city\":\"Oslo\"}): Ok(Object {\"celsius\": Number(7), \"sky\": String(\"rain\")})\n\
                    ferries({\"island\":\"Hovedøya\"}): Err(\"the timetable cannot be reached\")\n\
                    ferries({\"island\":\"Hovedøya\"}): Err(\"the timetable cannot be reached\")\n\
                    It is raining in Oslo, at 7 °C, and I cannot see when the ferries leave: better stay in town today.\n";
    assert_eq!(bedrock.run("tools", &[]), expected);
    assert_eq!(bedrock.server.served(), ["converse/two_tools_1", "converse/two_tools_2", "converse/two_tools_3"]);
}

#[test]
fn tools_stops_after_a_number_of_turns() {
    let calls = r#"{"output":{"message":{"role":"assistant","content":[
        {"toolUse":{"toolUseId":"tooluse_again","name":"horoscope","input":{}}}]}},"stopReason":"tool_use",
        "usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#;
    let server = ScriptedServer::start(vec![answer(200, &[("content-type", "application/json")], calls); 20]);
    let output = command("tools", &[], environment(&server.url())).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr, "error: no reply after 5 turns\n");
    assert_eq!(stdout, "horoscope({}): Err(\"there is no tool \\\"horoscope\\\"\")\n".repeat(5));
    assert_eq!(server.requests().len(), 5);
}

#[test]
fn structured_output_prints_the_review() {
    let bedrock = Bedrock::start();
    assert_eq!(bedrock.run("structured_output", &[]), "kettle: 4 of 5 stars\n- it is loud\n- its lid sticks\n");
    let cut = ["us.anthropic.claude-sonnet-4-5-20250929-v1:0"];
    assert_eq!(failure(bedrock.command("structured_output", &cut)), "error: the reply is truncated: max_tokens\n");
}

#[test]
fn embeddings_prints_the_similarity() {
    let bedrock = Bedrock::start();
    assert_eq!(bedrock.run("embeddings", &[]), "256 dimensions, cosine similarity 0.868\n");
    assert_eq!(bedrock.run("embeddings", &["cohere.embed-v4:0"]), "256 dimensions, cosine similarity 0.792\n");
    assert_eq!(
        bedrock.server.served(),
        ["invoke_model/titan_embed_1", "invoke_model/titan_embed_2", "invoke_model/cohere_embed"]
    );
}

#[test]
fn batch_inference_waits_for_the_job() {
    let bedrock = Bedrock::start();
    let mut command = bedrock.command("batch_inference", &JOB);
    let output = command.env("POLL_SECONDS", "0.01").output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(
        stdout,
        "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/k3v9x0q2m7ab\n\
         Completed: 998 succeeded, 2 failed\n\
         s3://my-answers/k3v9x0q2m7ab/reviews.jsonl.out\n\
         s3://my-answers/k3v9x0q2m7ab/manifest.json.out\n"
    );
    // Lines that did not change between two polls are printed once.
    assert_eq!(
        stderr,
        "[..............................] 0/0 Submitted\n\
         [..............................] 0/0 Validating\n\
         [..............................] 0/0 Scheduled\n\
         [..............................] 0/1000 InProgress\n\
         [############..................] 420/1000 InProgress\n\
         [##############################] 1000/1000 Completed\n"
    );
}

#[test]
fn batch_inference_reports_a_failed_job() {
    let bedrock = Bedrock::start();
    let [_, role, input, output] = JOB;
    let mut broken = bedrock.command("batch_inference", &["reviews-broken", role, input, output]);
    let ended = broken.env("POLL_SECONDS", "0.01").output().unwrap();
    let (stdout, stderr) = texts(&ended);
    assert_eq!(ended.status.code(), Some(1));
    assert!(stdout.ends_with("/p8w1c6t4d5ef\n"), "{stdout}");
    let last = "error: the job is Failed: Input file reviews.jsonl has 12 records; at least 100 are needed.\n";
    assert!(stderr.ends_with(last), "{stderr}");

    let said = failure(bedrock.command("batch_inference", &["reviews-taken", role, input, output]));
    let host = bedrock.server.url().replace("http://", "");
    let begin = format!(
        "error: CreateModelInvocationJob at {host}: ConflictException (400): A job with the name reviews-taken exists \
         already. (1 attempt, request "
    );
    assert!(said.starts_with(&begin) && said.trim_end().lines().count() == 1, "{said}");

    let said = failure(bedrock.command("batch_inference", &JOB[..3]));
    assert!(said.starts_with("error: usage: batch_inference <job-name> "), "{said}");
    for seconds in ["soon", "-1", "inf"] {
        let mut command = bedrock.command("batch_inference", &JOB);
        command.env("POLL_SECONDS", seconds);
        assert_eq!(failure(command), "error: POLL_SECONDS is not a number of seconds\n");
    }
}

#[test]
fn sans_io_prints_the_signed_request_and_the_events() {
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
fn quickstart_runs_without_an_account() {
    let none: [(&str, &str); 0] = [];
    let output = command("quickstart", &[], none).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stdout}{stderr}");
    for part in [
        "Models:\n  amazon.titan-text-express-v1\n",
        "\n\nA reply:\n  Air scatters blue light more than red.\n",
        &format!("\n\nA reply while it is generated:\n  {STREAMED}\n"),
        "\n\nA tool:\n  the model calls weather({\"city\":\"Oslo\"})\n  Yes: it is raining in Oslo, at 7 °C.\n",
        "\n\nA call that is throttled:\n  Throttling: ThrottlingException (429): Too many tokens, please wait before trying again.\n",
    ] {
        assert!(stdout.contains(part), "{part}\n---\n{stdout}");
    }
}

#[test]
fn credentials_lists_models_with_each_provider() {
    let bedrock = Bedrock::start();
    for arguments in [&[][..], &["chain"], &["environment"]] {
        assert_eq!(bedrock.run("credentials", arguments), "6 models\n");
    }
    let secret = bedrock.server.credentials().secret_access_key().to_owned();
    let program = format!(
        r#"printf '{{"Version":1,"AccessKeyId":"{}","SecretAccessKey":"{secret}"}}'"#,
        bedrock.server.credentials().access_key_id()
    );
    assert_eq!(bedrock.run("credentials", &["process", &program]), "6 models\n");
    let said = failure(bedrock.command("credentials", &["profile", "work"]));
    assert!(said.contains("no profile 'work'") && !said.contains(&secret), "{said}");
    let said = failure(bedrock.command("credentials", &["no-such-source"]));
    assert!(said.contains("web-identity"), "{said}");
}

#[test]
fn whoami_prints_the_access_key() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "hidden")];
    let output = command("whoami", &[], keys).output().unwrap();
    assert_eq!(texts(&output), ("environment\n  access key: AKIA…MPLE\n  expires:    never\n".into(), String::new()));

    let program = r#"printf '{"Version":1,"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"hidden","SessionToken":"hidden","Expiration":"2999-01-02T03:04:05Z"}'"#;
    let home = Folder::new("whoami");
    let config = home.path.join("config");
    std::fs::write(&config, format!("[default]\ncredential_process = {program}\n")).unwrap();
    let output = command("whoami", &[], [("AWS_CONFIG_FILE", config.to_str().unwrap()), ("PATH", "/usr/bin:/bin")])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(stderr, "");
    let tried = "not environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set\n\
                 not web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set\n";
    assert_eq!(stdout, format!("{tried}profile\n  access key: ASIA…MPLE\n  expires:    2999-01-02 03:04:05 UTC\n"));

    let output = command("whoami", &[], [("AWS_EC2_METADATA_DISABLED", "true")]).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!((&*stdout, output.status.code(), stderr.lines().count()), ("", Some(1), 6));
    assert!(stderr.ends_with("  instance metadata: AWS_EC2_METADATA_DISABLED is set\n"), "{stderr}");
}

#[test]
fn replay_server_serves_an_sdk() {
    let none: [(&str, &str); 0] = [];
    let mut child = Running(command("replay_server", &[], none).stdout(Stdio::piped()).spawn().unwrap());
    let mut environment = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with('#') {
            break;
        }
        let Some(export) = line.strip_prefix("export ") else {
            assert_eq!(line, "unset AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_TOKEN AWS_PROFILE");
            continue;
        };
        let (name, value) = export.split_once('=').unwrap();
        environment.push((name.to_owned(), value.to_owned()));
    }
    let output = command("nova", &[], environment.iter().map(|(name, value)| (name, value))).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!((&*stdout, &*stderr), ("One, two, three,\n(it came to \"four\")\n", ""));
    assert!(child.0.try_wait().unwrap().is_none(), "the server ended by itself");

    let said = failure(command("replay_server", &["no/such/folder"], none));
    assert!(said.starts_with("error: fixture no/such/folder: "), "{said}");
}

// Failures print one line with advice.

#[test]
fn examples_without_a_region_fail_with_advice() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("without_a_region");
    for example in clients() {
        let mut command = bedrock.command(example, &arguments(example, &folder, None));
        command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
        let said = failure(command);
        assert!(said.contains("no region") && said.contains("AWS_REGION"), "{example}: {said}");
    }
}

#[test]
fn examples_without_credentials_fail_with_advice() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("without_credentials");
    for example in clients() {
        let mut command = bedrock.command(example, &arguments(example, &folder, None));
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        // If the test runs on an EC2 instance, its role must not be used.
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        let said = failure(command);
        assert!(said.contains("no credentials") && said.contains("AWS_ACCESS_KEY_ID"), "{example}: {said}");
    }
    assert!(bedrock.server.served().is_empty(), "nothing is sent without credentials");
}

#[test]
fn examples_with_a_wrong_secret_fail_with_advice() {
    let right = Bedrock::start();
    let other = right.server.credentials().access_key_id().to_owned();
    let bedrock = Bedrock::start_with(|builder| builder.credentials(Credentials::new(other, "another-secret")));
    let folder = Folder::new("with_a_wrong_secret");
    for example in clients() {
        let mut command = bedrock.command(example, &arguments(example, &folder, None));
        command.env("AWS_SECRET_ACCESS_KEY", "not-the-secret");
        let said = failure(command);
        let expected = "InvalidSignatureException (403): The request signature we calculated does not match";
        assert!(said.contains(expected) && !said.contains("the-secret"), "{example}: {said}");
        let verdict = "; both sides signed the same text: the secret access key does not belong to the access key ID";
        assert!(said.contains(verdict), "{example}: {said}");
    }
}

#[test]
fn examples_without_a_fixture_name_the_request() {
    let bedrock = Bedrock::start();
    let folder = Folder::new("without_a_fixture");
    for example in clients() {
        let arguments = arguments(example, &folder, Some("acme.unheard-of-v1:0"));
        let said = failure(bedrock.command(example, &arguments));
        assert!(
            said.contains("NoSuchFixtureException (404): no fixture for ") && said.contains("; the most similar is "),
            "{said}"
        );
    }
}

#[test]
fn examples_without_a_server_fail_with_the_cause() {
    let bedrock = Bedrock::start();
    let commands = ["converse", "converse_stream", "list_foundation_models"].map(|name| bedrock.command(name, &[]));
    let Bedrock { server, runtime } = bedrock;
    drop(server);
    drop(runtime);
    for (command, operation) in commands.into_iter().zip(["Converse", "ConverseStream", "ListFoundationModels"]) {
        let said = failure(command);
        assert!(said.starts_with(&format!("Error: {operation} at 127.0.0.1:")), "{said}");
        assert!(said.contains(": no connection: tcp connect error: ") && said.contains(" (3 attempts)"), "{said}");
    }
}

/// Requests to this machine bypass proxies. Otherwise a proxy could read an API key.
#[test]
fn proxy_gets_no_requests_to_this_machine() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let seen = std::sync::Arc::clone(&asked);
    // The proxy closes every connection.
    std::thread::spawn(move || proxy.incoming().for_each(|_| seen.store(true, std::sync::atomic::Ordering::SeqCst)));
    let bedrock = Bedrock::start();
    let mut command = bedrock.command("nova", &[]);
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(variable, &url);
    }
    let output = command.output().unwrap();
    assert!(!asked.load(std::sync::atomic::Ordering::SeqCst), "the proxy received a request");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
