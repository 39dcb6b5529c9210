//! Paginated lists over a real connection.

use bedrock_lite::control::ListGuardrailsRequest;
use bedrock_lite::{Error, ServiceErrorKind};

use crate::support::{ScriptedServer, Step, answer, refusal};

/// Returns a page of guardrails with these names.
fn page(names: &[&str], next_token: Option<&str>) -> Vec<Step> {
    let guardrail = |name: &&str| {
        let times = r#""createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:05Z""#;
        format!(r#"{{"id":"i","arn":"a","status":"READY","name":"{name}","version":"1",{times}}}"#)
    };
    let guardrails = names.iter().map(guardrail).collect::<Vec<_>>().join(",");
    let next = next_token.map(|token| format!(r#","nextToken":"{token}""#)).unwrap_or_default();
    answer(200, &[], format!(r#"{{"guardrails":[{guardrails}]{next}}}"#))
}

/// Returns the paths and queries of the requests.
fn asked(server: &ScriptedServer) -> Vec<String> {
    let line = |request: String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    server.requests().into_iter().map(line).collect()
}

fn request() -> ListGuardrailsRequest {
    ListGuardrailsRequest::new().max_results(2)
}

#[tokio::test]
async fn pages_are_returned_in_order() {
    let server = ScriptedServer::start([page(&["a", "b"], Some("t/2")), page(&[], Some("t 3")), page(&["c"], None)]);
    let request = request();
    let mut pages = server.client().build().unwrap().pages(&request);
    assert!(asked(&server).is_empty(), "nothing is sent before the first `recv`");
    let mut sizes = Vec::new();
    while let Some(page) = pages.recv().await.unwrap() {
        sizes.push(page.guardrails.len());
    }
    assert_eq!(sizes, [2, 0, 1]);
    assert!(pages.recv().await.unwrap().is_none(), "the end is sticky");
    let expected = [
        "/guardrails?maxResults=2",
        "/guardrails?maxResults=2&nextToken=t%2F2",
        "/guardrails?maxResults=2&nextToken=t%203",
    ];
    assert_eq!(asked(&server), expected);
    assert_eq!(request.next_token, None);
}

#[tokio::test]
async fn items_are_returned_in_order() {
    // With an empty page in between, and an empty token at the end.
    let server = ScriptedServer::start([page(&["a", "b"], Some("2")), page(&[], Some("3")), page(&["c"], Some(""))]);
    let mut items = server.client().build().unwrap().pages(&request()).items();
    let mut names = Vec::new();
    while let Some(guardrail) = items.recv().await.unwrap() {
        names.push(guardrail.name);
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert!(items.recv().await.unwrap().is_none());
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn pages_begin_at_the_token_of_the_request() {
    let server = ScriptedServer::start([page(&["c"], None)]);
    let mut pages = server.client().build().unwrap().pages(&request().next_token("3"));
    assert_eq!(pages.recv().await.unwrap().unwrap().guardrails[0].name, "c");
    assert_eq!(asked(&server), ["/guardrails?maxResults=2&nextToken=3"]);
}

#[tokio::test]
async fn repeated_token_is_an_error() {
    for tokens in [&["x", "x"][..], &["x", "y", "x"]] {
        let server = ScriptedServer::start(tokens.iter().map(|token| page(&["a"], Some(token))));
        let mut pages = server.client().build().unwrap().pages(&request());
        for _ in tokens {
            assert!(pages.recv().await.unwrap().is_some(), "the received page is returned");
        }
        for _ in 0..2 {
            let error = pages.recv().await.unwrap_err();
            let Error::Decode(decode) = &error else { panic!("{error:?}") };
            assert_eq!((decode.what(), decode.body()), ("token of the next page", b"x".as_slice()));
            assert!(error.cause().is_some(), "the error has the cause");
            assert!(error.to_string().starts_with("ListGuardrails at 127.0.0.1:"), "{error}");
        }
        assert_eq!(asked(&server).len(), tokens.len(), "no request is sent");
    }
}

#[tokio::test]
async fn token_that_returns_to_the_first_request_is_an_error() {
    let server = ScriptedServer::start([page(&["a"], Some("3")), page(&["a"], Some("3"))]);
    let mut pages = server.client().build().unwrap().pages(&request().next_token("3"));
    assert!(pages.recv().await.unwrap().is_some() && pages.recv().await.unwrap().is_some());
    assert!(matches!(pages.recv().await, Err(Error::Decode(_))));
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn page_can_be_requested_again_after_an_error() {
    let server =
        ScriptedServer::start([page(&["a"], Some("2")), refusal(403, "AccessDeniedException"), page(&["b"], None)]);
    let mut items = server.client().build().unwrap().pages(&request()).items();
    assert_eq!(items.recv().await.unwrap().unwrap().name, "a");
    let Err(Error::Service(error)) = items.recv().await else { panic!("no error") };
    assert_eq!(error.kind(), ServiceErrorKind::AccessDenied);
    assert_eq!(items.recv().await.unwrap().unwrap().name, "b");
    assert!(items.recv().await.unwrap().is_none());
    let second = "/guardrails?maxResults=2&nextToken=2";
    assert_eq!(asked(&server), ["/guardrails?maxResults=2", second, second]);
}

#[tokio::test]
async fn each_page_has_its_own_retries() {
    let server = ScriptedServer::start([
        page(&["a"], Some("2")),
        refusal(429, "ThrottlingException"),
        refusal(500, "InternalServerException"),
        page(&["b"], None),
    ]);
    let mut pages = server.client().build().unwrap().pages(&request());
    let mut names = Vec::new();
    while let Some(page) = pages.recv().await.unwrap() {
        names.extend(page.guardrails.into_iter().map(|guardrail| guardrail.name));
    }
    assert_eq!(names, ["a", "b"]);
    assert_eq!(asked(&server).len(), 4);
}
