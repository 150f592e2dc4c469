//! The service model of IAM and STS as data.
