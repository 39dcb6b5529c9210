//! One client on several tokio runtimes: no runtime waits for a connection that another runtime
//! drives.

use std::time::Duration;

use bedrock_lite::{Client, ConverseRequest, Credentials, Message, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::support::keep_alive::{KeepAliveServer, reply};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn client(server: &KeepAliveServer) -> Client {
    Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
        .endpoint_url(format!("http://{}", server.address))
        // A call that waits for another runtime hangs this long.
        .response_timeout(Duration::from_secs(30))
        .retry(RetryPolicy::off())
        .build()
        .unwrap()
}

fn says_hi(client: &Client, runtime: &Runtime) {
    let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
    assert_eq!(runtime.block_on(client.converse(&request)).unwrap().text(), "Hi");
}

#[test]
fn idle_runtime_does_not_delay_calls_of_another() {
    let server = KeepAliveServer::start(|_, stream| reply(stream, "Hi"));
    let client = client(&server);
    let (one, other) = (runtime(), runtime());
    for _ in 0..3 {
        // Outside `block_on`, nothing of a runtime runs, including its connections.
        says_hi(&client, &one);
        says_hi(&client, &other);
    }
    assert_eq!((server.connections(), server.requests()), (2, 6), "each runtime keeps its own connection");
}

#[test]
fn ended_runtime_does_not_delay_the_next() {
    let server = KeepAliveServer::start(|_, stream| reply(stream, "Hi"));
    let client = client(&server);
    for _ in 0..5 {
        says_hi(&client, &runtime());
    }
    assert_eq!((server.connections(), server.requests()), (5, 5));
}
