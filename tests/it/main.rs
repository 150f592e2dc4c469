//! The one integration binary: every file under `tests/it/` belongs to it.

#[cfg(test)]
mod tidy;
