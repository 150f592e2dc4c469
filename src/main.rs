//! Parses nothing and decides nothing: the library does.

fn main() -> std::process::ExitCode {
    iamtui::cli::run()
}
