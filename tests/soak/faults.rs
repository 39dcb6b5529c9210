//! The faults: what the server does to a call, and the error that the client may return. Both
//! processes use this table.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::{Error, ServiceErrorKind, StreamErrorKind, TransportErrorKind};

use crate::support::keep_alive::{self, STREAM_HEAD, Then, chunk};
use crate::support::{event, reply};

/// A fault. The model ID of a request has its name.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// What the server does after it has read a request with this text.
    serve: fn(&mut TcpStream, &str) -> io::Result<Then>,
    /// The expected error, or `None` if the call must succeed.
    pub(crate) says: Option<Says>,
    /// Whether the reply may be complete as well.
    pub(crate) may_complete: bool,
    /// The timeout that ends the call.
    pub(crate) ended_by: Option<Silence>,
}

/// Where a server goes silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    BeforeHeaders,
    InBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Transport(TransportErrorKind),
    Service(ServiceErrorKind),
    Stream(StreamErrorKind),
    Decode,
}

impl Says {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Transport(error) => Self::Transport(error.kind()),
            Error::Service(error) => Self::Service(error.kind()),
            Error::Stream(error) => Self::Stream(error.kind()),
            Error::Decode(_) => Self::Decode,
            other => panic!("{other:?}"),
        }
    }
}

impl Fault {
    const fn new(name: &'static str, says: Says, serve: fn(&mut TcpStream, &str) -> io::Result<Then>) -> Self {
        Self { name, serve, says: Some(says), may_complete: false, ended_by: None }
    }

    const fn harmless(name: &'static str, serve: fn(&mut TcpStream, &str) -> io::Result<Then>) -> Self {
        Self { name, serve, says: None, may_complete: true, ended_by: None }
    }

    const fn may_complete(self) -> Self {
        Self { may_complete: true, ..self }
    }

    const fn silent(self, silence: Silence) -> Self {
        Self { ended_by: Some(silence), ..self }
    }
}

/// Each fault affects one call in twenty. The other calls succeed.
pub(crate) const CALLS: [Fault; 15] = [
    Fault::new("closed-before-headers", Says::Transport(TransportErrorKind::Head), |_, _| Ok(Then::Close)),
    Fault::new("reset-before-headers", Says::Transport(TransportErrorKind::Head), |_, _| Ok(Then::Reset)),
    Fault::new("reset-in-headers", Says::Transport(TransportErrorKind::Head), |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nx-a")?;
        Ok(Then::Reset)
    }),
    Fault::new("reset-in-body", Says::Transport(TransportErrorKind::Body), |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")?;
        // Lets the bytes arrive before the connection breaks.
        thread::sleep(Duration::from_millis(20));
        Ok(Then::Reset)
    }),
    Fault::new("short-body", Says::Transport(TransportErrorKind::Body), |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")?;
        Ok(Then::Close)
    }),
    Fault::harmless("long-body", |stream, text| {
        // In one write. A client cannot tell bytes that come after the next request from its
        // response.
        let answers = [text, "an unrequested response"].map(keep_alive::answer);
        stream.write_all(answers.concat().as_bytes())?;
        Ok(Then::Keep)
    }),
    Fault::new("bad-chunk", Says::Transport(TransportErrorKind::Body), |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n")?;
        Ok(Then::Hang)
    }),
    Fault::new("silence-before-headers", Says::Transport(TransportErrorKind::Head), |_, _| Ok(Then::Hang))
        .silent(Silence::BeforeHeaders),
    Fault::new("silence-in-body", Says::Transport(TransportErrorKind::Body), |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")?;
        Ok(Then::Hang)
    })
    .silent(Silence::InBody),
    Fault::new("html", Says::Decode, |stream, _| whole(stream, "200 OK", "", "<html></html>")),
    Fault::new("redirect", Says::Service(ServiceErrorKind::Other), |stream, _| {
        whole(stream, "307 x", "location: http://127.0.0.1:9/\r\n", "")
    }),
    Fault::new("refused", Says::Service(ServiceErrorKind::Validation), |stream, _| {
        whole(stream, "400 x", "x-amzn-errortype: ValidationException\r\n", "<html></html>")
    }),
    Fault::new("unavailable", Says::Service(ServiceErrorKind::ServiceUnavailable), |stream, _| {
        whole(stream, "503 x", "", "")
    }),
    Fault::new("error-cut", Says::Service(ServiceErrorKind::ModelError), |stream, _| {
        let head = "HTTP/1.1 424 x\r\nx-amzn-errortype: ModelErrorException\r\ncontent-length: 99\r\n\r\n{\"mess";
        stream.write_all(head.as_bytes())?;
        Ok(Then::Close)
    }),
    Fault::new("throttled-once", Says::Service(ServiceErrorKind::Throttling), |stream, text| {
        if again(text) {
            return keep_alive::reply(stream, text);
        }
        whole(stream, "429 x", "x-amzn-errortype: ThrottlingException\r\n", "{}")
    })
    .may_complete(),
];

/// Each fault affects one stream in twenty.
pub(crate) const STREAMS: [Fault; 15] = [
    Fault::new("cut-between-frames", Says::Stream(StreamErrorKind::MissingMessageStop), |stream, text| {
        begin(stream, text)?;
        end(stream)
    }),
    Fault::new("cut-inside-a-frame", Says::Stream(StreamErrorKind::Truncated), |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&delta("!")[..20]))?;
        end(stream)
    }),
    Fault::new("reset-inside-a-frame", Says::Stream(StreamErrorKind::Connection), |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&delta("!")[..20]))?;
        thread::sleep(Duration::from_millis(20));
        Ok(Then::Reset)
    }),
    Fault::new("prelude-checksum", Says::Stream(StreamErrorKind::PreludeChecksum), |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&[7; 12]))?;
        Ok(Then::Hang)
    }),
    Fault::new("four-gibibytes", Says::Stream(StreamErrorKind::FrameTooLarge), |stream, text| {
        begin(stream, text)?;
        let mut prelude = [u32::MAX.to_be_bytes(), [0; 4]].concat();
        prelude.extend(crc32fast::hash(&prelude).to_be_bytes());
        stream.write_all(&chunk(&prelude))?;
        Ok(Then::Hang)
    }),
    Fault::new("message-checksum", Says::Stream(StreamErrorKind::MessageChecksum), |stream, text| {
        begin(stream, text)?;
        let mut frame = delta("!");
        frame[60] ^= 1;
        stream.write_all(&chunk(&frame))?;
        Ok(Then::Hang)
    }),
    Fault::new("bad-stream-chunk", Says::Stream(StreamErrorKind::Connection), |stream, text| {
        begin(stream, text)?;
        stream.write_all(b"xyz\r\n")?;
        Ok(Then::Hang)
    }),
    Fault::new("silence-after-headers", Says::Stream(StreamErrorKind::Idle), |stream, _| {
        stream.write_all(STREAM_HEAD)?;
        Ok(Then::Hang)
    })
    .silent(Silence::InBody),
    Fault::new("silence-inside-a-frame", Says::Stream(StreamErrorKind::Idle), |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&delta("!")[..20]))?;
        Ok(Then::Hang)
    })
    .silent(Silence::InBody),
    Fault::new("exception", Says::Service(ServiceErrorKind::ModelStreamError), |stream, text| {
        begin(stream, text)?;
        let exception = Frame::exception("modelStreamErrorException", "{}");
        stream.write_all(&chunk(&encode(&exception).unwrap()))?;
        Ok(Then::Hang)
    }),
    Fault::new("error-frame", Says::Service(ServiceErrorKind::InternalServer), |stream, text| {
        begin(stream, text)?;
        let error = Frame::new("").with_header(":error-code", "InternalError").with_header(":message-type", "error");
        stream.write_all(&chunk(&encode(&error).unwrap()))?;
        Ok(Then::Hang)
    }),
    Fault::new("two-message-stops", Says::Stream(StreamErrorKind::UnexpectedEvent), |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&[reply(text)[3].clone(), reply(text)[3].clone()].concat()))?;
        Ok(Then::Hang)
    }),
    Fault::harmless("unknown-event", |stream, text| {
        begin(stream, text)?;
        stream.write_all(&chunk(&event("strange", "{}")))?;
        stream.write_all(&chunk(&reply(text)[2..].concat()))?;
        end(stream)
    }),
    Fault::new("html-stream", Says::Stream(StreamErrorKind::ContentType), |stream, _| {
        whole(stream, "200 OK", "content-type: text/html\r\n", "<html></html>")
    }),
    Fault::new("json-error-stream", Says::Service(ServiceErrorKind::AccessDenied), |stream, _| {
        whole(stream, "200 OK", "content-type: application/json\r\n", r#"{"__type":"AccessDeniedException"}"#)
    }),
];

/// Runs the fault that the model ID names.
pub(crate) fn serve(stream: &mut TcpStream, path: &str, text: &str) -> io::Result<Then> {
    let name = path.split('/').nth(2).unwrap();
    let streamed = path.ends_with("/converse-stream");
    let faults = if streamed { &STREAMS } else { &CALLS };
    match faults.iter().find(|fault| fault.name == name) {
        Some(fault) => (fault.serve)(stream, text),
        None if streamed => {
            begin(stream, text)?;
            stream.write_all(&chunk(&reply(text)[2..].concat()))?;
            end(stream)
        }
        None => keep_alive::reply(stream, text),
    }
}

/// Returns whether a request with this text came before.
fn again(text: &str) -> bool {
    static SEEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let mut seen = SEEN.lock().unwrap();
    let again = seen.remove(text);
    if !again {
        seen.insert(text.to_owned());
    }
    again
}

fn whole(stream: &mut TcpStream, status: &str, headers: &str, body: &str) -> io::Result<Then> {
    let length = body.len();
    stream.write_all(format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}").as_bytes())?;
    Ok(Then::Keep)
}

fn delta(text: &str) -> Vec<u8> {
    reply(text)[1].clone()
}

/// Starts a stream with a delta of `text`.
fn begin(stream: &mut TcpStream, text: &str) -> io::Result<()> {
    stream.write_all(STREAM_HEAD)?;
    stream.write_all(&chunk(&reply(text)[..2].concat()))
}

/// Ends a stream correctly for HTTP.
fn end(stream: &mut TcpStream) -> io::Result<Then> {
    stream.write_all(b"0\r\n\r\n")?;
    Ok(Then::Keep)
}
