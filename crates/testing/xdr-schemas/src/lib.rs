//! Compares the files of `schemas/` with the rules of the model. The examples are valid or invalid as their names say.
//! Every wrong schema contradicts an example. On thousands of documents, the schemas and the readers give the same
//! verdict.
//!
//! The package consists of its tests. They read the committed files, so the feature `schema` of the model stays off.
