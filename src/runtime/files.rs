//! Files that only their owner can read: exports of credentials and code.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::base::error::UserError;
use crate::base::secret::Secret;

/// Makes a folder that only its owner can enter; one that is there is made so.
pub(super) fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode();
    // The six lowest bits are those of the group and of all others.
    if mode.trailing_zeros() >= 6 { Ok(()) } else { fs::set_permissions(folder, Permissions::from_mode(0o700)) }
}

/// Writes a new file, whole or not at all. What is there already is left alone, links included.
pub(super) fn write_new(path: &Path, text: &Secret) -> Result<PathBuf, UserError> {
    let path = home(path);
    let told = |error: &io::Error| {
        let told = UserError::new(format!("`{}` cannot be written: {error}", path.display()));
        if error.kind() == io::ErrorKind::AlreadyExists {
            UserError::new(format!("`{}` already exists", path.display()))
                .hint("Choose another name: existing files are not overwritten.")
        } else {
            told.hint("Choose an existing folder that you can write to.")
        }
    };
    publish(&path, text).map_err(|error| told(&error))?;
    // Whoever looks for the file later may be in another folder.
    Ok(std::path::absolute(&path).unwrap_or(path))
}

fn publish(path: &Path, text: &Secret) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A name of its own beside the target; O_EXCL follows no link and the umask can only take away.
    let draft = folder.join(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = fill(&mut file, text).and_then(|()| {
        // Unlike a rename, a link is refused where the target is there, be it a link to nowhere.
        fs::hard_link(&draft, path)
    });
    let _ = fs::remove_file(&draft);
    written
}

fn fill(file: &mut File, text: &Secret) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(text.reveal().as_bytes())?;
    file.sync_all()
}

fn home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_owners_alone_whole_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Jesse_credentials.csv");
        assert_eq!(write_new(&path, &Secret::new("a,b\n")).unwrap(), path);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a,b\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let told = write_new(&path, &Secret::new("other")).unwrap_err();
        assert!(told.message.ends_with("already exists"), "{told}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "a,b\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_planted_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("out.csv"), folder.path().join("target"));
        for there in [false, true] {
            if there {
                fs::write(&target, "before").unwrap();
            }
            let _ = fs::remove_file(&path);
            std::os::unix::fs::symlink(&target, &path).unwrap();
            assert!(write_new(&path, &Secret::new("secret")).is_err());
            assert_eq!(fs::read_to_string(&target).ok().as_deref(), there.then_some("before"));
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let told = write_new(&folder.path().join("gone/x.csv"), &Secret::new("")).unwrap_err();
        assert!(told.message.contains("cannot be written") && told.hint.is_some());
    }
}
