//! Files that only their owner can read, written whole or not at all.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Puts a file in the place of what may be there, with its folder where that is missing.
///
/// The bytes go into a file beside it first, which nobody else can open or have laid there before; a reader
/// sees the old content or the new one, and a symbolic link in the place is replaced, not followed.
pub fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}", random()?));
    let draft = file.with_file_name(name);
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut open| {
        open.write_all(bytes)?;
        open.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&draft, file));
    if placed.is_err() {
        let _ = fs::remove_file(&draft);
    }
    placed
}

/// Makes a folder that was not there before, under a name that nobody can foresee, for its owner alone.
///
/// A name in a folder that others may write to, such as `/tmp`, may have been taken by somebody else: as a link to a
/// file of the user's, or as a folder that the other one can enter. Nothing that is there already is used.
pub fn new_folder(parent: &Path, stem: &str) -> io::Result<PathBuf> {
    let folder = parent.join(format!("{stem}-{:016x}", random()?));
    // Fails where anything has the name, be it a link to nowhere.
    DirBuilder::new().mode(0o700).create(&folder)?;
    let own = rustix::process::geteuid().as_raw();
    let about = fs::symlink_metadata(&folder)?;
    let is_private = about.is_dir() && about.uid() == own && about.mode() & 0o777 == 0o700;
    if is_private { Ok(folder) } else { Err(io::Error::other("it is not a private folder of the user")) }
}

/// Writes a file that was not there before, for its owner alone; a link in its place is not followed.
pub fn create(file: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(bytes)
}

fn random() -> io::Result<u64> {
    let mut random = [0u8; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(u64::from_ne_bytes(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_private_file_is_its_owners_alone_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, elsewhere) = (folder.path().join("a/b/secret"), folder.path().join("elsewhere"));
        replace(&file, b"one").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        fs::write(&elsewhere, "mine").unwrap();
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!((fs::read(&file).unwrap(), fs::read(&elsewhere).unwrap()), (b"two".to_vec(), b"mine".to_vec()));
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn a_new_folder_and_its_file_are_the_owners_alone_and_nothing_planted_is_used() {
        let parent = tempfile::tempdir().unwrap();
        let (one, two) = (new_folder(parent.path(), "x").unwrap(), new_folder(parent.path(), "x").unwrap());
        assert_ne!(one, two);
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        let (file, mine) = (one.join("policy.json"), parent.path().join("mine"));
        create(&file, b"{}").unwrap();
        assert_eq!((mode(&one), mode(&file)), (0o700, 0o600));
        assert!(create(&file, b"other").is_err());
        fs::write(&mine, "mine").unwrap();
        for target in [mine.clone(), parent.path().join("nowhere")] {
            let link = two.join("policy.json");
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&target, &link).unwrap();
            assert!(create(&link, b"policy").is_err());
        }
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
        assert!(!parent.path().join("nowhere").exists());
    }
}
