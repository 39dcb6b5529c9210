//! The one send loop: sign, send, classify, retry.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Request};
use tokio::time::Instant;

use super::authorize::{Asking, Proof};
use super::call_span::CallSpan;
use super::known_secrets::KnownSecrets;
use super::receive::CallSite;
use super::{Client, Receive};
use crate::clock::ClockSkew;
use crate::credentials::Credentials;
use crate::error::{
    Error, ReceivedAt, Redactor, StreamErrorKind, TransportError, TransportErrorKind, needs_received_at,
};
use crate::operation::Operation;
use crate::retry::{Attempts, Decision};
use crate::sigv4::{BasicTime, Signed};
use crate::transport::{Context, Deadline, Response, Route, later, timeout_at};

/// Tells the service which attempt it is looking at.
const AMZ_SDK_REQUEST: HeaderName = HeaderName::from_static("amz-sdk-request");

type Received<O> = <<O as Operation>::Output as Receive>::Received;

/// Does an operation, within the time that the call has.
pub(super) async fn send<O>(client: &Client, operation: &O) -> Result<Received<O>, Error>
where
    O: Operation,
    O::Output: Receive,
{
    send_knowing(client, operation).await.map(|(received, _)| received)
}

/// The same, and what no later error about the response may repeat.
pub(super) async fn send_knowing<O>(client: &Client, operation: &O) -> Result<(Received<O>, KnownSecrets), Error>
where
    O: Operation,
    O::Output: Receive,
{
    let span = CallSpan::new(operation);
    let deadline = client.config.timeouts.call.map(Deadline::after);
    let mut call = Call {
        client,
        span: &span,
        deadline,
        sent: 0,
        last: None,
        clock_corrected: false,
        reconnected: false,
        provided: None,
        renewed: None,
        known: KnownSecrets::of(client),
    };
    let in_time = {
        let running = pin!(span.around(call.run(operation)));
        match deadline {
            None => Some(running.await),
            Some(deadline) => timeout_at(deadline.at, running).await,
        }
    };
    let received = match (in_time, deadline) {
        (Some(Err(error)), Some(deadline)) if is_call_timeout(&error) => Err(call.out_of_time(deadline)),
        (None, Some(deadline)) => Err(call.out_of_time(deadline)),
        (Some(received), _) => received,
        // Without a deadline nothing ends the call early.
        (None, None) => Err(TransportError::new(TransportErrorKind::Call).into()),
    };
    match received {
        Ok(received) => Ok((received, call.known)),
        Err(error) => Err(error.with_origin(|| site(client, operation).origin())),
    }
}

/// What an operation calls, and where.
pub(super) fn site<'a, O: Operation>(client: &'a Client, operation: &'a O) -> CallSite<'a> {
    CallSite { operation: operation.name(), endpoint: client.endpoint(operation.service()) }
}

/// The body and the loop watch the call's time as well: what they say of it lacks the last attempt's failure.
fn is_call_timeout(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.kind() == TransportErrorKind::Call,
        Error::Stream(error) => error.kind() == StreamErrorKind::Call,
        _ => false,
    }
}

/// A call under way.
struct Call<'a> {
    client: &'a Client,
    span: &'a CallSpan,
    deadline: Option<Deadline>,
    /// The number of the attempt that was sent last; 0 before the first.
    sent: u32,
    /// What the last attempt failed with.
    last: Option<Error>,
    /// Whether a signature of this call was made again because of the clock.
    clock_corrected: bool,
    /// Whether a connection was tried again because the process had been stopped.
    reconnected: bool,
    /// The credentials that a provider gave for the last attempt.
    provided: Option<Credentials>,
    /// The credentials for the next attempt, in place of refused ones.
    renewed: Option<Credentials>,
    /// What no error of the call may repeat.
    known: KnownSecrets,
}

/// An attempt as far as the head of its answer, and what it was signed with.
struct Exchanged {
    response: Response,
    signing: Option<Signing>,
}

/// What was signed, when, and what the service's clock has to do with its refusal.
struct Signing {
    signed: Signed,
    skew: TimeDelta,
    /// The skew that the response tells.
    told: Option<TimeDelta>,
    took: TimeDelta,
}

impl Call<'_> {
    async fn run<O>(&mut self, operation: &O) -> Result<Received<O>, Error>
    where
        O: Operation,
        O::Output: Receive,
    {
        let client = self.client;
        let endpoint = client.endpoint(operation.service());
        let request = operation.http_request(endpoint).map_err(|error| self.known.clean(error))?;
        self.known.add_headers_of(&request);
        let route = Route::of(endpoint.is_loopback());
        let mut attempts = Attempts::new(&client.config.retry, &client.shared.quota);
        loop {
            self.span.attempt(attempts.number());
            let received = match self.exchange(request.clone(), route, &mut attempts).await {
                Ok(Exchanged { response, signing }) => {
                    let received = O::Output::receive::<O>(response, site(client, operation)).await;
                    received.map_err(|error| self.explain(error, signing))
                }
                Err(error) => Err(error),
            };
            let error = match received {
                Ok(received) => {
                    attempts.succeeded();
                    return Ok(received);
                }
                Err(error) => self.known.clean(error).with_attempts(self.sent),
            };
            self.span.failed(&error);
            // Nothing was sent, and the time passed while this process did not run: that is no attempt.
            if !self.reconnected && matches!(&error, Error::Transport(error) if error.was_stopped()) {
                self.reconnected = true;
                continue;
            }
            if self.renews_credentials(&error, &mut attempts).await {
                self.last = Some(error);
                continue;
            }
            match attempts.failed(&error, (client.shared.jitter)()) {
                // To wait until the time is over would help nobody.
                Decision::Wait(delay) if !self.is_over_after(delay) => {
                    self.last = Some(error);
                    client.shared.sleeper.sleep(delay).await;
                }
                _ => return Err(error),
            }
        }
    }

    async fn exchange(
        &mut self,
        mut request: Request<Bytes>,
        route: Route,
        attempts: &mut Attempts<'_>,
    ) -> Result<Exchanged, Error> {
        let Client { shared, config } = self.client;
        let skew = shared.skew.get();
        let mut sent = None;
        let by_service = |now: DateTime<Utc>| now.checked_add_signed(skew).unwrap_or(now);
        let now = || by_service(*sent.insert(shared.clock.now()));
        let asking = Asking { renewed: self.renewed.take(), ..self.asking() };
        let proof = shared.auth.authorize(&mut request, asking, now).await?;
        let (signed, provided) = proof.map(|Proof { signed, provided }| (signed, provided)).unzip();
        self.provided = provided.flatten();
        self.known.add_provided(self.provided.as_ref());
        // A process that was stopped may find the call's time over: nothing more is sent, although the grace period has not passed.
        if self.deadline.is_some_and(Deadline::has_passed) {
            return Err(TransportError::new(TransportErrorKind::Call).into());
        }
        let attempt = attempts.number();
        self.tell_attempt(request.headers_mut(), attempt, sent.map(by_service));
        let context = Context { route, attempt, timeouts: config.timeouts, deadline: self.deadline };
        let sending = config.transport.send(request, context)?;
        attempts.sending();
        self.sent = attempt;
        let mut response = sending.await?;
        self.known.clean_request_ids(&mut response.head.headers);
        response.head.extensions.insert(Redactor::new(self.known.clone()));
        if needs_received_at(&response.head.headers) {
            response.head.extensions.insert(ReceivedAt(by_service(shared.clock.now())));
        }
        self.span.head(&response.head);
        let signing = signed.zip(sent).map(|(signed, sent)| {
            let received = shared.clock.now();
            let told = shared.skew.learn_told(&response.head.headers, sent, received);
            Signing { signed, skew, told, took: received - sent }
        });
        Ok(Exchanged { response, signing })
    }

    fn asking(&self) -> Asking {
        let Client { shared, config } = self.client;
        Asking { timeout: config.timeouts.credentials, skew: shared.skew.get(), renewed: None }
    }

    /// Whether the request is sent once more, because its temporary credentials were refused and the provider has others.
    ///
    /// Such a request was not billed. It is retried at once, without a wait and without cost to the quota. It counts as an attempt: a
    /// policy that allows only one sends nothing more, but the next call finds the refused credentials dropped.
    async fn renews_credentials(&mut self, error: &Error, attempts: &mut Attempts<'_>) -> bool {
        let Error::Service(service) = error else { return false };
        let Some(refused) = self.provided.as_ref().filter(|_| service.is_token_refused()) else { return false };
        if refused.session_token().is_none() {
            return false;
        }
        let auth = &self.client.shared.auth;
        auth.invalidate(refused);
        if attempts.may_renew_credentials() {
            self.renewed = auth.other_than(refused, self.asking()).await;
        }
        self.renewed.is_some() && attempts.renewed_credentials()
    }

    /// As AWS's clients do: the number of the attempt, of how many, and from the second on until when its answer is waited for.
    fn tell_attempt(&self, headers: &mut HeaderMap, attempt: u32, now: Option<DateTime<Utc>>) {
        let config = &self.client.config;
        let most = config.retry.max_attempts.max(1);
        let until = now.and_then(|now| now.checked_add_signed(TimeDelta::from_std(config.timeouts.response).ok()?));
        let text = match until {
            Some(until) if attempt > 1 => {
                format!("ttl={}; attempt={attempt}; max={most}", BasicTime::new(until).as_str())
            }
            _ => format!("attempt={attempt}; max={most}"),
        };
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(AMZ_SDK_REQUEST, value);
        }
    }

    /// Says of a refused signature what was signed, and whether the clock was to blame.
    fn explain(&mut self, error: Error, signing: Option<Signing>) -> Error {
        match (error, signing) {
            (Error::Service(error), Some(Signing { signed, skew, told, took })) if error.is_signature_refused() => {
                // A skew that this very response confirms is in doubt only if the service says that the time is wrong, and only
                // once a call: our clock may have been refused before.
                let confirmed = ClockSkew::is_confirmed(skew, told) && !error.is_about_time();
                let in_doubt = !confirmed && !self.clock_corrected && !ClockSkew::is_old(took);
                let known = self.client.shared.skew.refused(skew, told, in_doubt);
                self.clock_corrected |= known.is_some();
                let error =
                    error.with_signed(signed.canonical_request().to_string(), signed.string_to_sign().to_string());
                Error::Service(match known {
                    Some(skew) => error.with_clock_skew(skew),
                    None if ClockSkew::is_old(took) => error.with_signature_age(took),
                    None => error,
                })
            }
            (error, _) => error,
        }
    }

    fn is_over_after(&self, delay: Duration) -> bool {
        self.deadline.is_some_and(|deadline| deadline.at <= later(Instant::now(), delay))
    }

    fn out_of_time(&mut self, deadline: Deadline) -> Error {
        let error = TransportError::new(TransportErrorKind::Call).with_timeout(deadline.after);
        let error = match self.last.take() {
            Some(last) => error.with_source(last),
            None => error,
        };
        Error::from(error).with_attempts(self.sent)
    }
}
