//! The console: pure updates, panel snapshots, headless flows against the emulator, runs in a real PTY.

mod accounts;
mod canned;
mod console;
mod credentials;
mod daily;
mod drafts;
mod editing;
mod flows;
mod hostile;
mod keystroke;
mod mfa;
mod outside;
mod panels;
mod pty;
mod qr;
mod readme;
mod review;
mod runs;
mod search;
mod stories;
mod themes;
mod truth;
mod updates;
mod versions;
mod wire;
mod wizards;
