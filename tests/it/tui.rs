//! The console: headless keystroke flows, snapshots, and runs in a real PTY.
