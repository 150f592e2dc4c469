//! The policy language: parsing never fails, everything is pure.
