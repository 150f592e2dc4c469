//! What packages are made of: completions, manual pages, and the files that pack them.

use std::path::{Path, PathBuf};
use std::process::Command;

use saphyr_parser::Parser;
use serde_json::Value;

use crate::backend::program::Program;

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root(name)).unwrap()
}

#[test]
fn every_shell_completes_every_command() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = program.run(&["completions", shell], "");
        assert_eq!(ran.code, 0, "{ran:?}");
        for command in ["validate", "who-can", "self-check", "create-user", "evidence"] {
            assert!(ran.data.contains(command), "{shell} lacks {command}");
        }
    }
    let bash = program.home().join("iamtui.bash");
    std::fs::write(&bash, program.run(&["completions", "bash"], "").data).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&bash).status().unwrap().success());
    assert_eq!(program.run(&["completions", "tcsh"], "").code, 2);
}

#[test]
fn every_command_has_a_page() {
    let program = Program::new();
    let folder = program.home().join("man");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(program.run(&["man", "--dir", "man"], "").code, 0);
    for page in ["iamtui", "iamtui-validate", "iamtui-plan", "iamtui-plan-create-user", "iamtui-self-check"] {
        let text = std::fs::read_to_string(folder.join(format!("{page}.1"))).unwrap();
        assert!(text.contains(&format!(".TH {page} 1")) && text.contains(".SH SYNOPSIS"), "{page}: {text}");
    }
    assert!(program.run(&["man"], "").data.contains(".TH iamtui 1"));
    assert_eq!(program.run(&["man", "--dir", "nowhere"], "").code, 3);
}

#[test]
fn a_self_check_tells_what_is_wrong_and_what_to_do() {
    let program = Program::new().var("AWS_PROFILE", "gone").file(".config/iamtui/config.toml", "themme = \"x\"\n");
    let ran = program.run(&["self-check", "--output", "json"], "");
    assert_eq!(ran.code, 1, "{ran:?}");
    let checks: Value = serde_json::from_str(&ran.data).unwrap();
    for what in ["settings", "AWS_PROFILE"] {
        let one = checks.as_array().unwrap().iter().find(|one| one["check"] == what).unwrap();
        assert_eq!(one["state"], "problem");
        assert!(!one["advice"].as_str().unwrap().is_empty(), "{one}");
    }
    assert_eq!(Program::new().run(&["self-check"], "").code, 0);
}

#[test]
fn an_archive_holds_the_program_its_pages_and_its_completions() {
    let folder = tempfile::tempdir().unwrap();
    let packed = Command::new(root(".packaging/archive"))
        .args([env!("CARGO_BIN_EXE_iamtui"), "here", &folder.path().display().to_string()])
        .current_dir(root("."))
        .output()
        .unwrap();
    assert!(packed.status.success(), "{packed:?}");
    let archive = folder.path().join("iamtui-here.tar.gz");
    let listed = Command::new("tar").arg("-tzf").arg(archive).output().unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    for name in ["./iamtui\n", "./man/iamtui.1\n", "./completions/_iamtui\n", "./LICENSE\n"] {
        assert!(names.contains(name), "{name}: {names}");
    }
}

#[test]
fn workflows_and_hooks_are_yaml_and_name_what_is_there() {
    for file in [".github/workflows/release.yml", ".github/workflows/ci.yml", ".pre-commit-hooks.yaml"] {
        for event in Parser::new_from_str(&read(file)) {
            event.unwrap_or_else(|error| panic!("{file}: {error}"));
        }
    }
    let release = read(".github/workflows/release.yml");
    for file in [".packaging/archive", ".packaging/Containerfile", ".packaging/iamtui.rb", ".ci/run"] {
        assert!(release.contains(file) && root(file).exists(), "{file}");
    }
    // The formula and the image take what is built.
    let formula = read(".packaging/iamtui.rb");
    for line in release.lines().filter_map(|line| line.split_once("target: ")) {
        let target = line.1.split([',', ' ']).next().unwrap();
        assert!(formula.contains(&format!("@SHA256_{target}@")), "{target}");
    }
    assert!(
        read(".packaging/flake.nix").contains("buildType = \"dist\"") && read("Cargo.toml").contains("[profile.dist]")
    );
}
