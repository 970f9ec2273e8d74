//! Every fault, with both clients and three operations: what they say of it, and what the server has seen.

mod body;
mod case;
mod connect;
mod expected;
mod head;
mod proxy;
mod redirects;
mod reuse;
mod run;
mod status;
mod table;
