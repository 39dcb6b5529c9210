//! Servers that speak TLS with the certificate of `tests/tls`, or that meet a client with the other
//! scheme.

use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

fn connection() -> ServerConnection {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../tls/leaf.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tls/leaf.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    ServerConnection::new(Arc::new(config)).unwrap()
}

fn serve(scheme: &str, answer: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap())));
    url
}

/// Reads until the given end of a request.
fn read_until(stream: &mut impl Read, is_end: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_end(&request) {
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => request.extend_from_slice(buffer.get(..read).unwrap()),
            _ => break,
        }
    }
    request
}

fn has_head(request: &[u8]) -> bool {
    request.windows(4).any(|window| window == b"\r\n\r\n")
}

/// Serves one response over TLS. The certificate is issued by the authority in `tests/tls`.
pub(crate) fn tls_server(body: &'static str) -> String {
    serve("https", move |stream| {
        let mut stream = StreamOwned::new(connection(), stream);
        read_until(&mut stream, has_head);
        let head = format!("HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        // A client that does not trust the certificate has disconnected.
        let _ = stream.write_all(head.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    })
}

/// Starts a TLS server with an `http` URL. It responds to plain HTTP with the TLS alert.
pub(crate) fn tls_server_of_plain_clients() -> String {
    serve("http", |mut stream| {
        let request = read_until(&mut stream, |request| request.ends_with(b"}"));
        let mut connection = connection();
        connection.read_tls(&mut request.as_slice()).unwrap();
        assert!(connection.process_new_packets().is_err(), "plain HTTP is not TLS");
        while connection.wants_write() {
            connection.write_tls(&mut stream).unwrap();
        }
    })
}

/// Starts a plain HTTP server with an `https` URL.
pub(crate) fn plain_server_of_tls_clients() -> String {
    serve("https", |mut stream| {
        read_until(&mut stream, |request| !request.is_empty());
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    })
}
