//! A loopback server that does as little as possible: one thread per connection, prepared
//! responses, and only the model ID and the length of the body are read.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// Starts serving for the lifetime of the process, and returns the address.
pub fn start() -> io::Result<SocketAddr> {
    // The listener of std lets 128 clients wait. The 129th that connects at the same moment would
    // retry after a second.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(4096)?;
    let listener = TcpListener::from(socket);
    let address = listener.local_addr()?;
    let answers = Answers::default();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let answers = answers.clone();
            // A client that disconnects ends its thread.
            let serving = move || drop(serve(connection, &answers));
            thread::Builder::new().stack_size(128 << 10).spawn(serving).expect("a thread per connection");
        }
    });
    Ok(address)
}

fn serve(mut connection: TcpStream, answers: &Answers) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 64 << 10];
    let mut filled = 0;
    loop {
        let head = loop {
            if let Some(end) = buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            match connection.read(&mut buffer[filled..])? {
                0 => return Ok(()),
                read => filled += read,
            }
        };
        let text = std::str::from_utf8(&buffer[..head]).map_err(|_| io::ErrorKind::InvalidData)?;
        let model = text.split('/').nth(2).ok_or(io::ErrorKind::InvalidData)?.to_owned();
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            if name.eq_ignore_ascii_case("content-length") { value.trim().parse::<usize>().ok() } else { None }
        });
        let mut left = (head + length.unwrap_or(0)).saturating_sub(filled);
        while left > 0 {
            let most = left.min(buffer.len());
            match connection.read(&mut buffer[..most])? {
                0 => return Ok(()),
                read => left -= read,
            }
        }
        filled = 0;
        let answer = answers.of(&model).ok_or(io::ErrorKind::NotFound)?;
        if !answer.delay.is_zero() {
            thread::sleep(answer.delay);
        }
        connection.write_all(&answer.bytes)?;
    }
}

/// Returns the response for a model, and makes it on first use.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<String, Arc<Answer>>>>);

struct Answer {
    delay: Duration,
    bytes: Vec<u8>,
}

impl Answers {
    fn of(&self, model: &str) -> Option<Arc<Answer>> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = made.get(model) {
            return Some(Arc::clone(answer));
        }
        let answer = Arc::new(make(model)?);
        made.insert(model.to_owned(), Arc::clone(&answer));
        Some(answer)
    }
}

/// Reads names such as `small`, `events-500`, `chunked-events-500` and `wait-100-events-3`
/// (milliseconds).
fn make(model: &str) -> Option<Answer> {
    let (delay, model) = match model.strip_prefix("wait-").and_then(|rest| rest.split_once('-')) {
        Some((milliseconds, model)) => (Duration::from_millis(milliseconds.parse().ok()?), model),
        None => (Duration::ZERO, model),
    };
    let bytes = match model.rsplit_once('-') {
        None if model == "small" => answers::small(),
        Some(("events", count)) => answers::stream(count.parse().ok()?),
        Some(("chunked-events", count)) => answers::chunked_stream(count.parse().ok()?),
        _ => return None,
    };
    Some(Answer { delay, bytes })
}
