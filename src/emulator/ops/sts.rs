//! The operations of STS.
