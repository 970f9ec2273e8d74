//! The JSON Schema of every request and reply.
