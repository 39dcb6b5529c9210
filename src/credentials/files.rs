//! Files: the disk's, or others in their place.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read, in bytes.
const MAX: u64 = 1024 * 1024;

/// The disk, or given files.
#[derive(Clone)]
pub(super) struct Files(Option<Arc<BTreeMap<PathBuf, Vec<u8>>>>);

impl Files {
    pub(super) fn disk() -> Self {
        Self(None)
    }

    pub(super) fn given<P: Into<PathBuf>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        Self(Some(Arc::new(files.into_iter().map(|(path, content)| (path.into(), content.into())).collect())))
    }

    pub(super) fn read_text(&self, path: &Path) -> io::Result<String> {
        let content = if let Some(files) = &self.0 {
            files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?
        } else {
            let mut content = Vec::new();
            File::open(path)?.take(MAX + 1).read_to_end(&mut content)?;
            content
        };
        if content.len() as u64 > MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        String::from_utf8(content).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// Puts a file in the place of another, whole, for its owner's eyes alone; given files stay as they are.
    #[cfg(feature = "sso")]
    pub(super) fn write_secret(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        use std::io::Write as _;

        if self.0.is_some() {
            return Ok(());
        }
        let beside = path.with_extension(format!("{:016x}.tmp", fastrand::u64(..)));
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&beside).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()?;
            std::fs::rename(&beside, path)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Files(given)" } else { "Files(disk)" })
    }
}
