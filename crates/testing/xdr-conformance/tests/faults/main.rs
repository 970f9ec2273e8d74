//! Every fault of the fault server, with both clients and every operation: the errors of the clients, and the requests
//! that the server has received.

mod attempt;
mod body;
mod case;
mod connect;
mod deadlines;
mod expected;
mod head;
mod proxy;
mod races;
mod redirects;
mod reuse;
mod run;
mod status;
mod table;
mod texts;
