//! Addresses at which nobody answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// An address that refuses connections. This value holds the port, so that no other program can take it.
pub struct Refusing(Socket);

/// An address that never answers. Its queue is full, so the first packet of a connection is dropped.
pub struct Deaf {
    socket: Socket,
    _waiting: Vec<TcpStream>,
}

/// More connections than a queue of length 0 takes on any system.
const CROWD: usize = 64;
/// Time limits for a connection that is not dropped: the usual one, and one for a busy machine.
const USUAL: Duration = Duration::from_millis(300);
const PATIENT: Duration = Duration::from_secs(3);

fn bound() -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    Ok(socket)
}

fn address(socket: &Socket) -> io::Result<SocketAddr> {
    socket.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

impl Refusing {
    /// Such an address.
    ///
    /// # Errors
    /// If no port is free.
    pub fn new() -> io::Result<Self> {
        bound().map(Self)
    }

    /// The address as a URL.
    ///
    /// # Errors
    /// If the system does not report it.
    pub fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}", address(&self.0)?))
    }
}

impl Deaf {
    /// Such an address. `None` if the system accepts any number of connections, or refuses connections to a full queue.
    ///
    /// # Errors
    /// If no port is free.
    pub fn new() -> io::Result<Option<Self>> {
        let socket = bound()?;
        socket.listen(0)?;
        let address = address(&socket)?;
        let mut waiting = Vec::new();
        for _ in 0..CROWD {
            // A connection that is only slow does not mean that the queue is full.
            let connect = |limit| TcpStream::connect_timeout(&address, limit);
            match connect(USUAL).or_else(|_| connect(PATIENT)) {
                Ok(stream) => waiting.push(stream),
                Err(e) if e.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Some(Self { socket, _waiting: waiting }));
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The address as a URL.
    ///
    /// # Errors
    /// If the system does not report it.
    pub fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}", address(&self.socket)?))
    }
}
