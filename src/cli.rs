//! The command line: one file per subcommand, data on standard output, messages on standard error.

use std::process::ExitCode;

/// Runs the program with the process's arguments and says how it ended.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
