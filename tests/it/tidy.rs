//! The house's own rules, read off its sources: layers, crates in their rooms, sizes, forgotten files.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use iamtui::api::Iam;

/// The layers of `lib.rs`, lowest first; modules of one row may not import each other.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["config"],
    &["api", "catalog"],
    &["policy", "totp"],
    &["model"],
    &["plan"],
    &["insight", "emulator"],
    &["backend"],
    &["effect"],
    &["message"],
    &["input", "theme"],
    &["ui"],
    &["app"],
    &["runtime"],
    &["cli"],
];

/// External crates that only some rooms may name, by the start of the path.
const ROOMS: &[(&[&str], &[&str])] = &[
    (&["aws_config", "aws_sdk_iam", "aws_sdk_sts", "aws_sigv4", "aws_smithy_http_client"], &["backend"]),
    (&["ratatui"], &["theme", "ui", "app", "runtime"]),
    (&["hyper", "hyper_util"], &["emulator/http"]),
    (&["http_body_util"], &["backend", "emulator/http"]),
    (&["redb"], &["emulator/store"]),
];

/// Dependencies that are there for their features alone, as `Cargo.toml` says beside them.
const FEATURE_PINS: &[&str] = &["libc"];

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 80;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let base = root().join(folder);
    let mut found = Vec::new();
    walk(&base, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The top module that a file under `src/` belongs to.
fn room(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

/// The part of a file above its tests.
fn above_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap()
}

#[test]
fn an_import_points_to_the_same_module_or_to_a_lower_layer() {
    let mut breaches = Vec::new();
    for (file, text) in rust_files("src") {
        let from = room(&file);
        let Some(own) = rank(from) else {
            assert!(["lib", "main"].contains(&from), "src/{file} belongs to no layer");
            continue;
        };
        for (number, line) in above_tests(&text).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for part in line.split("crate::").skip(1) {
                let to: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let allowed = to == from || rank(&to).is_some_and(|other| other < own);
                if !allowed {
                    breaches.push(format!("src/{file}:{}: {from} imports {to}", number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// Modules of the emulator with those that they must not import: who is found by the table does not know the table.
const EMULATOR: &[(&str, &[&str])] = &[
    ("store", &["caller", "operation", "authorize", "ops", "registry", "service", "setup", "seed"]),
    ("caller", &["operation", "authorize", "ops", "registry", "service", "setup", "seed"]),
    ("operation", &["authorize", "ops", "registry", "service", "setup", "seed"]),
    ("authorize", &["registry", "service", "setup", "seed"]),
    ("ops", &["registry", "service", "setup", "seed"]),
    ("registry", &["authorize", "service", "setup", "seed"]),
];

#[test]
fn the_emulator_s_modules_know_nobody_who_knows_them() {
    let mut breaches = Vec::new();
    for (file, text) in rust_files("src/emulator") {
        let Some((_, forbidden)) = EMULATOR.iter().find(|(module, _)| room(&file) == *module) else { continue };
        let own = if file.contains('/') { "crate::emulator::" } else { "super::" };
        for line in above_tests(&text).lines().filter(|line| line.starts_with("use ") || line.starts_with("pub use ")) {
            for part in line.split(own).skip(1) {
                let to: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if forbidden.contains(&to.as_str()) {
                    breaches.push(format!("src/emulator/{file}: {line}"));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn external_crates_stay_in_their_rooms() {
    let mut breaches = Vec::new();
    for (file, text) in rust_files("src") {
        for (crates, rooms) in ROOMS {
            let inside = rooms.iter().any(|room| file.starts_with(&format!("{room}/")) || file == format!("{room}.rs"));
            if inside {
                continue;
            }
            for (number, line) in above_tests(&text).lines().enumerate() {
                let code = line.split("//").next().unwrap();
                for name in *crates {
                    let used = code.match_indices(&format!("{name}::")).any(|(at, _)| {
                        !code.as_bytes()[..at].last().is_some_and(|c| c.is_ascii_alphanumeric() || b"_:".contains(c))
                    });
                    if used {
                        breaches.push(format!("src/{file}:{}: {name} belongs to {}", number + 1, rooms.join(", ")));
                    }
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// Where names of operations may stand as text: where they come in, go out, or are tried one by one.
const NAMES_AS_TEXT: &[&str] = &["api", "catalog", "cli", "emulator/coverage", "policy", "backend/call", "plan/file"];

#[test]
fn every_dependency_is_used() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let sources: String = ["src", "tests"].iter().flat_map(|folder| rust_files(folder)).map(|(_, text)| text).collect();
    let names = |section: &str| manifest[section].as_table().unwrap().keys().cloned().collect::<Vec<_>>();
    let unused: Vec<String> = [names("dependencies"), names("dev-dependencies")]
        .concat()
        .into_iter()
        .filter(|name| !FEATURE_PINS.contains(&name.as_str()))
        .filter(|name| !sources.contains(&format!("{}::", name.replace('-', "_"))))
        .collect();
    assert!(unused.is_empty(), "no source names {unused:?}");
}

#[test]
fn operations_are_values_and_not_texts() {
    let names: HashSet<&str> = Iam::ALL.iter().map(|operation| operation.name()).collect();
    let mut breaches = Vec::new();
    for (file, text) in rust_files("src") {
        if NAMES_AS_TEXT.iter().any(|room| file.starts_with(&format!("{room}/")) || file == format!("{room}.rs")) {
            continue;
        }
        if file.ends_with("/tests.rs") || file.ends_with("/fixture.rs") {
            continue;
        }
        for (number, line) in above_tests(&text).lines().enumerate() {
            let code = line.split("//").next().unwrap();
            for name in code.split('"').skip(1).step_by(2).filter(|text| names.contains(text)) {
                breaches.push(format!("src/{file}:{}: `{name}` is a text", number + 1));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_and_functions_stay_small() {
    let mut long = Vec::new();
    for (file, text) in rust_files("src") {
        let code = above_tests(&text);
        let lines = code.lines().count();
        if lines > FILE_LINES {
            long.push(format!("src/{file}: {lines} lines above its tests, at most {FILE_LINES}"));
        }
        let mut start: Option<(usize, usize, String)> = None;
        for (number, line) in code.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            let is_fn = ["fn ", "pub fn ", "async fn ", "pub async fn ", "const fn ", "pub const fn "]
                .iter()
                .any(|p| head.starts_with(p))
                || head.starts_with("pub(") && head.contains(" fn ");
            if is_fn && !head.ends_with('}') && !head.ends_with(';') && start.is_none() {
                start = Some((number, indent, head.to_owned()));
            } else if let Some((from, depth, name)) = &start
                && indent == *depth
                && head.starts_with('}')
            {
                let length = number - from + 1;
                if length > FUNCTION_LINES {
                    long.push(format!("src/{file}:{}: {length} lines in `{name}`", from + 1));
                }
                start = None;
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn modules_are_files_beside_their_folder() {
    for folder in ["src", "tests"] {
        for (file, _) in rust_files(folder) {
            assert!(!file.ends_with("/mod.rs"), "{folder}/{file}: use foo.rs beside foo/");
        }
    }
}

#[test]
fn every_integration_file_is_in_the_one_binary() {
    let files = rust_files("tests/it");
    for (file, _) in &files {
        if file == "main.rs" {
            continue;
        }
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let parent = if folder.is_empty() { "main.rs".to_owned() } else { format!("{folder}.rs") };
        let module = name.trim_end_matches(".rs");
        let declared = files.iter().any(|(f, text)| *f == parent && text.contains(&format!("mod {module};")));
        assert!(declared, "tests/it/{file} is not declared in tests/it/{parent}");
    }
}

#[test]
fn no_test_is_skipped() {
    for folder in ["src", "tests"] {
        for (file, text) in rust_files(folder) {
            let mark = ["#[ig", "nore"].concat();
            assert!(!text.contains(&mark), "{folder}/{file} skips a test");
        }
    }
}

#[test]
fn nothing_else_lies_at_the_top() {
    const TOP: &[&str] =
        &["Cargo.toml", "Cargo.lock", "src", "themes", "tests", "assets", "README.md", "LICENSE", "target"];
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || TOP.contains(&name.as_str()), "{name} does not belong at the top");
    }
}
