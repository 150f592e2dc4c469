//! The files of folders that may hold policies.

use std::path::{Path, PathBuf};

use crate::base::error::UserError;

/// Folders that hold what other programs made.
const SKIPPED: [&str; 4] = ["node_modules", "target", "vendor", "cdk.out"];
/// The most files of one folder with all that is in it.
const MOST: usize = 100_000;

/// The files under a folder by name; hidden folders and links are left out.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, UserError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| UserError::new(format!("cannot read the folder `{}`: {error}", folder.display()));
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                folders.push(entry.path());
            } else if kind.is_file() && is_wanted(&entry.path()) {
                found.push(entry.path());
            }
            if found.len() > MOST {
                let told = format!("`{}` has more than {MOST} files", folder.display());
                return Err(UserError::new(told).hint("Name the folders that hold policies."));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_wanted(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["json", "tf", "hcl", "yaml", "yml", "template"].iter().any(|known| known.eq_ignore_ascii_case(extension))
}
