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
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Files(given)" } else { "Files(disk)" })
    }
}
