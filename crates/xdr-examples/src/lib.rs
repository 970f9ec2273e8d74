//! Examples of both clients, and what they share.
