//! The one integration binary: every file under `tests/it/` belongs to it.

#[cfg(test)]
mod access;
#[cfg(test)]
mod backend;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod code;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod service_model;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod tui;
