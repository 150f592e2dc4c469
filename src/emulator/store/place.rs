//! Where a store lies: its folder, its lock, and the file that tells other processes of its holder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt as _, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use crate::base::bounded;

/// The most bytes of the endpoint's file, which holds four short texts.
const LARGEST: u64 = 64 << 10;

/// Where the records are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `$XDG_DATA_HOME/iamtui/stores/NAME`.
    Named(String),
    /// A folder of the caller's choice.
    Folder(PathBuf),
    /// Nowhere: they are gone with the process.
    Ephemeral,
}

/// Why there is no such place.
#[derive(Debug, thiserror::Error)]
pub enum NoPlace {
    /// The name would leave the folder of stores.
    #[error("`{0}` is no name for a store")]
    Name(String),
    /// There is no home folder.
    #[error("there is no home folder to keep a store in")]
    Home,
    /// The folder cannot be made or used.
    #[error("the folder `{folder}` cannot be used: {error}", folder = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
}

/// How to reach the process that holds a store. The file is readable by its owner only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `http://127.0.0.1:PORT`.
    pub endpoint: String,
    /// The account's twelve digits.
    pub account_id: String,
    /// The root user's access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The access key that the console signs in with, where the seed made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<(String, String)>,
}

impl Place {
    /// The folder, made with the rights 0700 where it did not exist; none for what is kept nowhere.
    pub fn folder(&self) -> Result<Option<PathBuf>, NoPlace> {
        let folder = match self {
            Self::Ephemeral => return Ok(None),
            Self::Folder(folder) => folder.clone(),
            Self::Named(name) => {
                let fits = !name.is_empty()
                    && name.len() <= 64
                    && !name.starts_with('.')
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
                if !fits {
                    return Err(NoPlace::Name(name.clone()));
                }
                let base = etcetera::base_strategy::Xdg::new().map_err(|_| NoPlace::Home)?;
                base.data_dir().join("iamtui").join("stores").join(name)
            }
        };
        private(&folder).map_err(|error| NoPlace::Io(folder.clone(), error))?;
        Ok(Some(folder))
    }
}

/// Makes a folder that its owner alone can enter. One that is there already is taken where it is the user's own and
/// holds nothing but a store: the rights of other people's files are not for this program to change.
fn private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let about = fs::metadata(folder)?;
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if about.permissions().mode().trailing_zeros() >= 6 {
        return Ok(());
    }
    let own = ["records.redb", "endpoint.json", "endpoint.json.new"];
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !own.iter().any(|own| name == *own) {
            return Err(io::Error::other("other users can open it, and it contains other files; name a new folder"));
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// The file with the records.
pub fn records(folder: &Path) -> PathBuf {
    folder.join("records.redb")
}

fn endpoint(folder: &Path) -> PathBuf {
    folder.join("endpoint.json")
}

impl Endpoint {
    /// Leaves the file, whole or not at all.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let draft = folder.join("endpoint.json.new");
        let _ = fs::remove_file(&draft);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_data()?;
        fs::rename(&draft, endpoint(folder))
    }

    /// Reads the file; `None` where there is none that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&bounded::read(&endpoint(folder), LARGEST).ok()?).ok()
    }

    /// Takes the file away.
    pub fn remove(folder: &Path) {
        let _ = fs::remove_file(endpoint(folder));
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({}, {})", self.endpoint, self.account_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_of_a_folder_with_other_files_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let mode = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o777;
        let made = root.path().join("made");
        private(&made).unwrap();
        assert_eq!(mode(&made), 0o700);
        let open = |name: &str, file: &str| {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(file), "").unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
            folder
        };
        let own = open("own", "records.redb");
        private(&own).unwrap();
        assert_eq!(mode(&own), 0o700);
        let foreign = open("foreign", "letter.txt");
        assert!(private(&foreign).unwrap_err().to_string().contains("contains other files"));
        assert_eq!(mode(&foreign), 0o755);
    }
}
