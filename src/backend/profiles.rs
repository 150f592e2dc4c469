//! The profiles of the AWS config files, by name.

use std::path::PathBuf;

use etcetera::home_dir;

/// The names of all profiles, from the config file and the credentials file.
///
/// Only section headers are read; what a profile means is the SDK's business.
pub(super) fn names() -> Vec<String> {
    let file = |variable: &str, name: &str| {
        let set = std::env::var_os(variable).map(PathBuf::from);
        let path = set.or_else(|| Some(home_dir().ok()?.join(".aws").join(name)))?;
        std::fs::read_to_string(path).ok()
    };
    let config = file("AWS_CONFIG_FILE", "config").unwrap_or_default();
    let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials").unwrap_or_default();
    let mut names: Vec<String> = in_config(&config).chain(in_credentials(&credentials)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn sections(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| Some(line.trim().strip_prefix('[')?.split_once(']')?.0.trim()))
}

/// In the config file a profile's section is `[profile NAME]`, only the default one goes without the word.
fn in_config(text: &str) -> impl Iterator<Item = String> {
    sections(text).filter_map(|section| {
        let named = section.strip_prefix("profile").filter(|rest| rest.starts_with([' ', '\t']));
        match named {
            Some(name) => Some(name.trim().trim_matches(['"', '\'']).to_owned()),
            None => (section == "default").then(|| section.to_owned()),
        }
    })
}

fn in_credentials(text: &str) -> impl Iterator<Item = String> {
    sections(text).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_other_things_are_no_profiles() {
        let config = "[default]\n[profile work]\nregion = x\n[ profile  'my own' ]\n[sso-session corp]\n[stray]\n";
        assert_eq!(in_config(config).collect::<Vec<_>>(), ["default", "work", "my own"]);
        assert_eq!(in_credentials("[default]\n[old]\naws_access_key_id = x").collect::<Vec<_>>(), ["default", "old"]);
    }
}
