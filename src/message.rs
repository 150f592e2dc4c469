//! What came back: data or a typed error, stamped.
