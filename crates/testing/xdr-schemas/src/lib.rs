//! The files of `schemas/`, held against the rules of the model: the examples are what their names say, every wrong
//! schema is noticed by an example, and on thousands of documents the schemas and the readers give one verdict.
//!
//! The package is its tests. The files are read as they are committed, so the model's feature `schema` stays off.
