//! The send loop: sign, send, classify, retry. Every call goes through it.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Request};
use tokio::time::Instant;

use super::authorize::{Lookup, Proof};
use super::call_span::CallSpan;
use super::known_secrets::KnownSecrets;
use super::place::Place;
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

/// The header with the number of the attempt.
const AMZ_SDK_REQUEST: HeaderName = HeaderName::from_static("amz-sdk-request");

type Received<O> = <<O as Operation>::Output as Receive>::Received;

/// Sends an operation within the call timeout, and retries it as the policy allows.
pub(super) async fn send<O>(client: &Client, operation: &O) -> Result<Received<O>, Error>
where
    O: Operation,
    O::Output: Receive,
{
    send_knowing(client, operation).await.map(|(received, _)| received)
}

/// Sends an operation as [`send`] does. Also returns the secrets of the call, for errors that
/// occur later.
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
        // Unreachable: without a deadline the call always finishes.
        (None, None) => Err(TransportError::new(TransportErrorKind::Call).into()),
    };
    match received {
        Ok(received) => Ok((received, call.known)),
        Err(error) => Err(error.with_origin(|| site(client, operation).origin())),
    }
}

/// Returns the name and the endpoint of an operation, for errors.
pub(super) fn site<'a, O: Operation>(client: &'a Client, operation: &'a O) -> CallSite<'a> {
    CallSite { operation: operation.name(), endpoint: client.endpoint(operation.service()) }
}

/// Returns whether an error is a call timeout. The body and the loop check the deadline too, but
/// their errors lack the failure of the last attempt.
fn is_call_timeout(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.kind() == TransportErrorKind::Call,
        Error::Stream(error) => error.kind() == StreamErrorKind::Call,
        _ => false,
    }
}

/// The state of one call.
struct Call<'a> {
    client: &'a Client,
    span: &'a CallSpan,
    deadline: Option<Deadline>,
    /// The number of the attempt that was sent last; 0 before the first.
    sent: u32,
    /// The error of the last attempt.
    last: Option<Error>,
    /// Whether a request of this call was signed again because the clock was wrong.
    clock_corrected: bool,
    /// Whether this call connected again because the process had been stopped.
    reconnected: bool,
    /// The credentials that the provider returned for the last attempt.
    provided: Option<Credentials>,
    /// The credentials for the next attempt, in place of refused ones.
    renewed: Option<Credentials>,
    /// The secrets that are removed from errors.
    known: KnownSecrets,
}

/// A response whose body is not read yet, and the signature of its request.
struct Exchanged {
    response: Response,
    signing: Option<Signing>,
}

/// A signature and the clocks around it, to explain a refused signature.
struct Signing {
    signed: Signed,
    /// The clock skew that was added to the time of the signature.
    skew: TimeDelta,
    /// The clock skew that was determined from the response.
    observed: Option<TimeDelta>,
    /// The time from the signature to the response.
    took: TimeDelta,
}

impl Call<'_> {
    async fn run<O>(&mut self, operation: &O) -> Result<Received<O>, Error>
    where
        O: Operation,
        O::Output: Receive,
    {
        let client = self.client;
        let place = client.place(operation.service());
        let mut request = operation.http_request(place.signed_endpoint()).map_err(|error| self.known.clean(error))?;
        for (name, value) in &*client.config.headers {
            request.headers_mut().insert(name, value.clone());
        }
        self.known.add_headers_of(&request);
        let mut attempts = Attempts::new(&client.config.retry, &client.shared.quota);
        loop {
            self.span.attempt(attempts.number());
            let received = match self.exchange(request.clone(), place, &mut attempts).await {
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
            // Connecting timed out while this process was stopped. Nothing was sent, so this does
            // not count as an attempt.
            if !self.reconnected && matches!(&error, Error::Transport(error) if error.was_stopped()) {
                self.reconnected = true;
                continue;
            }
            if self.renews_credentials(&error, &mut attempts).await {
                self.last = Some(error);
                continue;
            }
            match attempts.failed(&error, (client.shared.jitter)()) {
                // Fail now if the deadline would pass during the delay.
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
        place: &Place,
        attempts: &mut Attempts<'_>,
    ) -> Result<Exchanged, Error> {
        let Client { shared, config } = self.client;
        let skew = shared.skew.get();
        let mut sent = None;
        let by_service = |now: DateTime<Utc>| now.checked_add_signed(skew).unwrap_or(now);
        let now = || by_service(*sent.insert(shared.clock.now()));
        let lookup = Lookup { renewed: self.renewed.take(), ..self.lookup() };
        let proof = shared.auth.authorize(&mut request, lookup, now).await?;
        place.direct(&mut request)?;
        let (signed, provided) = proof.map(|Proof { signed, provided }| (signed, provided)).unzip();
        self.provided = provided.flatten();
        self.known.add_provided(self.provided.as_ref());
        // If this process was stopped, the deadline can have passed. Sends nothing then, although
        // the grace period is not over.
        if self.deadline.is_some_and(Deadline::has_passed) {
            return Err(TransportError::new(TransportErrorKind::Call).into());
        }
        let attempt = attempts.number();
        self.set_attempt_header(request.headers_mut(), attempt, sent.map(by_service));
        let route = Route::of(place.endpoint().is_loopback());
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
            let observed = shared.skew.observe(&response.head.headers, sent, received);
            Signing { signed, skew, observed, took: received - sent }
        });
        Ok(Exchanged { response, signing })
    }

    fn lookup(&self) -> Lookup {
        let Client { shared, config } = self.client;
        Lookup { timeout: config.timeouts.credentials, skew: shared.skew.get(), renewed: None }
    }

    /// Returns whether to retry a request whose temporary credentials were refused, because the
    /// provider has other credentials.
    ///
    /// Such a request was not billed. It is retried without a delay and without cost to the quota,
    /// but it counts as an attempt. If the policy allows no further attempt, the provider still
    /// drops the refused credentials, so that the next call gets new ones.
    async fn renews_credentials(&mut self, error: &Error, attempts: &mut Attempts<'_>) -> bool {
        let Error::Service(service) = error else { return false };
        let Some(refused) = self.provided.as_ref().filter(|_| service.is_token_refused()) else { return false };
        if refused.session_token().is_none() {
            return false;
        }
        let auth = &self.client.shared.auth;
        auth.invalidate(refused);
        if attempts.may_renew_credentials() {
            self.renewed = auth.other_than(refused, self.lookup()).await;
        }
        self.renewed.is_some() && attempts.renewed_credentials()
    }

    /// Sets `amz-sdk-request` as AWS's SDKs do: the number of the attempt, the maximum, and from
    /// the second attempt on the time at which the response timeout expires.
    fn set_attempt_header(&self, headers: &mut HeaderMap, attempt: u32, now: Option<DateTime<Utc>>) {
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

    /// Adds to a refused signature what was signed, and whether a wrong clock was the cause.
    fn explain(&mut self, error: Error, signing: Option<Signing>) -> Error {
        match (error, signing) {
            (Error::Service(error), Some(Signing { signed, skew, observed, took })) if error.is_signature_refused() => {
                // A skew that this response confirms is in doubt only if the service says that the
                // time is wrong. It is doubted only once per call, because a signature by the local
                // clock may have been refused before.
                let confirmed = ClockSkew::is_confirmed(skew, observed) && !error.is_about_time();
                let in_doubt = !confirmed && !self.clock_corrected && !ClockSkew::is_old(took);
                let known = self.client.shared.skew.refused(skew, observed, in_doubt);
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
