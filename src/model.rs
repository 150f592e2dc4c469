//! Plain IAM data as the console knows it.
