//! Parses nothing and decides nothing: the library does.

/// One heap for all threads: the system's keeps one for each, with what that thread has freed.
#[global_allocator]
static HEAP: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    iamtui::cli::run()
}
