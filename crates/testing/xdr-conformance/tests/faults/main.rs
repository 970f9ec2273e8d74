//! Every fault of the fault server, with both clients and every operation: what they say of it, and what the server
//! has seen.

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
