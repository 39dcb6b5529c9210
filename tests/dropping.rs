//! Futures and streams dropped at random points: nothing leaks, and no connection is reused in a
//! bad state.
#![expect(clippy::unwrap_used, reason = "a panic in a test is a test failure")]

mod support;

use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::net::TcpStream;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use bedrock_lite::{Client, ConverseRequest, Credentials, Message, RetryPolicy};
use fastrand::Rng;
use support::event;
use support::keep_alive::{KeepAliveServer, Received, STREAM_HEAD, Then, chunk, converse_body, held};

/// The total number of drops.
const DROPPED: usize = 1_000;
/// How many run at once.
const AT_ONCE: usize = 8;
/// A fixed seed: every run drops at the same points.
const SEED: u64 = 20_261_124;

/// Endless streams that the server has started, and those that ended because the client
/// disconnected.
#[derive(Debug, Default)]
struct Endless {
    begun: AtomicUsize,
    hung_up: AtomicUsize,
}

/// Responds to each request according to its text: with a complete response in several writes, or
/// with an endless stream.
fn answer(request: &Received, stream: &mut TcpStream, endless: &Endless) -> io::Result<Then> {
    let text = request.text();
    let id = text.split(' ').next().unwrap();
    if request.path.ends_with("/converse-stream") {
        endless.begun.fetch_add(1, Ordering::SeqCst);
        let hung_up = stream_for_ever(id, stream).is_err();
        endless.hung_up.fetch_add(usize::from(hung_up), Ordering::SeqCst);
        return Ok(Then::Close);
    }
    let body = converse_body(id);
    let (first, second) = body.split_at(body.len() / 2);
    stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len()).as_bytes())?;
    thread::sleep(Duration::from_micros(300));
    stream.write_all(format!("\r\n{first}").as_bytes())?;
    thread::sleep(Duration::from_micros(300));
    stream.write_all(second.as_bytes())?;
    Ok(Then::Keep)
}

/// Streams a reply until the client disconnects, for at most 20 s.
fn stream_for_ever(id: &str, stream: &mut TcpStream) -> io::Result<()> {
    let delta = event("contentBlockDelta", &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{id}"}}}}"#));
    stream.write_all(STREAM_HEAD)?;
    stream.write_all(&chunk(&event("messageStart", r#"{"role":"assistant"}"#)))?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        // Each frame is sent in two parts, so that some streams are dropped inside a frame.
        let (first, second) = delta.split_at(delta.len() / 2);
        stream.write_all(&chunk(first))?;
        thread::sleep(Duration::from_micros(200));
        stream.write_all(&chunk(second))?;
    }
    Ok(())
}

/// Returns a request whose text determines the response. Some requests are too large for one write.
fn request(id: &str, rng: &mut Rng) -> ConverseRequest {
    let padding = if rng.u8(..8) == 0 { 300_000 } else { 0 };
    ConverseRequest::new("a-model").message(Message::user(format!("{id} {}", "x".repeat(padding))))
}

/// Polls a future for a while, and drops it unless it completes.
async fn for_a_while<F: Future>(future: F, rng: &mut Rng) -> Option<F::Output> {
    if rng.bool() {
        return tokio::time::timeout(Duration::from_micros(rng.u64(..4_000)), future).await.ok();
    }
    let (mut future, mut polls) = (pin!(future), rng.u32(..6));
    poll_fn(|cx| {
        let Some(left) = polls.checked_sub(1) else { return Poll::Ready(None) };
        polls = left;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Sends a call and drops its future at a random point. Returns whether the response came first.
async fn drop_call(client: &Client, id: &str, rng: &mut Rng) -> bool {
    let request = request(id, rng);
    // Some calls wait longer, so that responses arrive on slow machines too.
    let patient = rng.u8(..8) == 0;
    let call = client.converse(&request);
    let reply = if patient { Some(call.await) } else { for_a_while(call, rng).await };
    let Some(reply) = reply else { return false };
    assert_eq!(reply.unwrap().text(), id, "a response to another request");
    true
}

/// Opens a stream and drops its future or the stream at a random point. Returns whether there was a
/// stream.
async fn drop_stream(client: &Client, id: &str, rng: &mut Rng) -> bool {
    let request = request(id, rng);
    let patient = rng.bool();
    let opened = if patient {
        Some(client.converse_stream(&request).await)
    } else {
        for_a_while(client.converse_stream(&request), rng).await
    };
    let Some(stream) = opened else { return false };
    let mut stream = stream.unwrap();
    let mut text = String::new();
    for _ in 0..rng.usize(..12) {
        // Dropping a future of `recv` loses no event.
        if let Some(event) = for_a_while(stream.recv(), rng).await {
            text.extend(event.unwrap().unwrap().text());
        }
    }
    assert_eq!(text, id.repeat(text.len() / id.len()), "a response to another request");
    assert_eq!(stream.partial().message.text(), text);
    true
}

/// Waits until other threads have made something happen.
async fn wait_for(what: &str, happened: impl Fn() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_futures_and_streams_leak_nothing() {
    let endless = Arc::<Endless>::default();
    let seen = Arc::clone(&endless);
    let server = KeepAliveServer::start(move |request, stream| answer(request, stream, &seen));
    let descriptors = held::descriptors();
    let client = Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
        .endpoint_url(format!("http://{}", server.address))
        .retry(RetryPolicy::off())
        .build()
        .unwrap();

    let droppers: Vec<_> = (0..AT_ONCE)
        .map(|dropper| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut rng = Rng::with_seed(SEED + dropper as u64);
                let (mut answered, mut streams) = (0, 0);
                for number in 0..DROPPED / AT_ONCE {
                    let id = format!("<{dropper}-{number}>");
                    if number % 2 == 0 {
                        answered += usize::from(drop_call(&client, &id, &mut rng).await);
                    } else {
                        streams += usize::from(drop_stream(&client, &id, &mut rng).await);
                    }
                }
                (answered, streams)
            })
        })
        .collect();
    let (mut answered, mut streams) = (0, 0);
    for dropper in droppers {
        let (a, s) = dropper.await.unwrap();
        (answered, streams) = (answered + a, streams + s);
    }
    // The drops are spread: not all before anything happened, and not all after completion.
    let half = DROPPED / 2;
    assert!((half / 20..half * 3 / 4).contains(&answered), "{answered} of {half} calls were answered");
    assert!((half / 4..=half).contains(&streams), "{streams} of {half} streams began");

    let begun = || endless.begun.load(Ordering::SeqCst);
    assert!(begun() >= streams);
    wait_for("a stream was dropped, and its connection stays open", || {
        endless.hung_up.load(Ordering::SeqCst) == begun()
    })
    .await;

    // The pool still works, with the connections that it has.
    let before = server.connections();
    for number in 0..100 {
        let id = format!("<after-{number}>");
        let request = ConverseRequest::new("a-model").message(Message::user(id.as_str()));
        assert_eq!(client.converse(&request).await.unwrap().text(), id);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // Not zero, because a separate task returns a connection to the pool. It gets time here, and a
    // busy machine may not run it.
    let new = server.connections() - before;
    assert!(new <= 25, "{new} new connections for 100 calls, one after the other");
    assert_eq!(server.malformed(), 0, "a connection was reused before its last response was complete");
    wait_for("more connections are open than a pool may have", || server.open() <= 4 * AT_ONCE).await;

    drop(client);
    wait_for("a connection outlives its client", || server.open() == 0).await;
    wait_for("a task outlives its client", || tokio::runtime::Handle::current().metrics().num_alive_tasks() == 0).await;
    wait_for("a socket outlives its client", || held::descriptors() <= descriptors).await;
    println!(
        "{DROPPED} dropped: {answered} calls completed, {streams} streams started, {} connections, {} requests",
        server.connections(),
        server.requests()
    );
}
