//! What should happen outside: plain data.
