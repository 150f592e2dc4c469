//! The event loop, the terminal's life, the performing of effects.
